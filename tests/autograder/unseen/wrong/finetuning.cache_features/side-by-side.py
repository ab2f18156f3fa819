# MISTAKE: Joins the batches along the features (dim=1).
import torch


def cache_features(encoder, batches):
    modes = [(part, part.training) for part in encoder.modules()]
    try:
        encoder.eval()
        with torch.no_grad():
            return torch.cat([encoder(**batch)[:, 0] for batch in batches], dim=1)
    finally:
        for part, mode in modes:
            part.training = mode
