# MISTAKE: The result is made a leaf that requires grad.
import torch


def cache_features(encoder, batches):
    modes = [(part, part.training) for part in encoder.modules()]
    try:
        encoder.eval()
        with torch.no_grad():
            features = torch.cat([encoder(**batch)[:, 0] for batch in batches])
        return features.requires_grad_()
    finally:
        for part, mode in modes:
            part.training = mode
