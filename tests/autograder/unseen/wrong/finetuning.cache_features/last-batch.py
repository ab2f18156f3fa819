# MISTAKE: Overwrites the features at each batch: only the last batch is left.
import torch


def cache_features(encoder, batches):
    modes = [(part, part.training) for part in encoder.modules()]
    try:
        encoder.eval()
        with torch.no_grad():
            for batch in batches:
                features = encoder(**batch)[:, 0]
        return features
    finally:
        for part, mode in modes:
            part.training = mode
