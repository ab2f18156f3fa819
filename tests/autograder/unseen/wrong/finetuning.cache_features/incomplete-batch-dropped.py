# MISTAKE: Leaves out batches that are smaller than the first.
import torch


def cache_features(encoder, batches):
    modes = [(part, part.training) for part in encoder.modules()]
    features = []
    try:
        encoder.eval()
        with torch.no_grad():
            for batch in batches:
                first = encoder(**batch)[:, 0]
                if not features or len(first) == len(features[0]):
                    features.append(first)
        return torch.cat(features)
    finally:
        for part, mode in modes:
            part.training = mode
