# MISTAKE: Turns gradients off for the rest of the program.
import torch


def cache_features(encoder, batches):
    modes = [(part, part.training) for part in encoder.modules()]
    torch.set_grad_enabled(False)
    try:
        encoder.eval()
        return torch.cat([encoder(**batch)[:, 0] for batch in batches])
    finally:
        for part, mode in modes:
            part.training = mode
