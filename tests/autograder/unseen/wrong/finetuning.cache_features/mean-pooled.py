# MISTAKE: The mean over positions instead of position 0.
import torch


def cache_features(encoder, batches):
    modes = [(part, part.training) for part in encoder.modules()]
    try:
        encoder.eval()
        with torch.no_grad():
            return torch.cat([encoder(**batch).mean(dim=1) for batch in batches])
    finally:
        for part, mode in modes:
            part.training = mode
