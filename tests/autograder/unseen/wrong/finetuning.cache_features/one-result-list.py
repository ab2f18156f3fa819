# MISTAKE: Collects in a list that is a default argument, so that the next call begins with it.
import torch


def cache_features(encoder, batches, features=[]):
    before = [(module, module.training) for module in encoder.modules()]
    encoder.eval()
    try:
        with torch.no_grad():
            for batch in batches:
                features.append(encoder(**batch)[:, 0])
    finally:
        for module, mode in before:
            module.training = mode
    return torch.cat(features)
