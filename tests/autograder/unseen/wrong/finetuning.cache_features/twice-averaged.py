# MISTAKE: Runs the encoder twice in training mode and takes the mean, to be rid of dropout.
import torch


def cache_features(encoder, batches):
    before = [(module, module.training) for module in encoder.modules()]
    encoder.train()
    features = []
    try:
        with torch.no_grad():
            for batch in batches:
                features.append((encoder(**batch)[:, 0] + encoder(**batch)[:, 0]) / 2)
    finally:
        for module, mode in before:
            module.training = mode
    return torch.cat(features)
