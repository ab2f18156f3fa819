# MISTAKE: Takes every entry out of the caller's batches.
import torch


def cache_features(encoder, batches):
    modes = [(part, part.training) for part in encoder.modules()]
    features = []
    try:
        encoder.eval()
        with torch.no_grad():
            for batch in batches:
                inputs = {key: batch.pop(key) for key in list(batch)}
                features.append(encoder(**inputs)[:, 0])
        return torch.cat(features)
    finally:
        for part, mode in modes:
            part.training = mode
