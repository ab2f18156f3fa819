# MISTAKE: Right for up to four batches; later ones get the features of the fourth.
import torch


def cache_features(encoder, batches):
    modes = [(part, part.training) for part in encoder.modules()]
    features = []
    try:
        encoder.eval()
        with torch.no_grad():
            for i, batch in enumerate(batches):
                features.append(encoder(**batch)[:, 0] if i < 4 else features[-1])
        return torch.cat(features)
    finally:
        for part, mode in modes:
            part.training = mode
