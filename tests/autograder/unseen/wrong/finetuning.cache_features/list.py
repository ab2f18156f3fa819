# MISTAKE: Returns a list with one tensor a batch.
import torch


def cache_features(encoder, batches):
    modes = [(part, part.training) for part in encoder.modules()]
    try:
        encoder.eval()
        with torch.no_grad():
            return [encoder(**batch)[:, 0] for batch in batches]
    finally:
        for part, mode in modes:
            part.training = mode
