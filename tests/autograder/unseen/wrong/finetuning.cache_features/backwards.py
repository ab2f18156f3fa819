# MISTAKE: Puts each batch in front of the earlier ones, so that the order is turned around.
import torch


def cache_features(encoder, batches):
    modes = [(part, part.training) for part in encoder.modules()]
    features = []
    try:
        encoder.eval()
        with torch.no_grad():
            for batch in batches:
                features.insert(0, encoder(**batch)[:, 0])
        return torch.cat(features)
    finally:
        for part, mode in modes:
            part.training = mode
