# MISTAKE: Puts the mode back at the end of the function, which an error never reaches.
import torch


def cache_features(encoder, batches):
    modes = [(part, part.training) for part in encoder.modules()]
    encoder.eval()
    with torch.no_grad():
        features = torch.cat([encoder(**batch)[:, 0] for batch in batches])
    for part, mode in modes:
        part.training = mode
    return features
