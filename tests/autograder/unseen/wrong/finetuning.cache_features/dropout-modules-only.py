# MISTAKE: Turns off only modules of the class nn.Dropout, not F.dropout that follows encoder.training.
import torch


def cache_features(encoder, batches):
    modes = [(part, part.training) for part in encoder.modules()]
    try:
        for part in encoder.modules():
            if isinstance(part, torch.nn.Dropout):
                part.eval()
        with torch.no_grad():
            return torch.cat([encoder(**batch)[:, 0] for batch in batches])
    finally:
        for part, mode in modes:
            part.training = mode
