# MISTAKE: Asks for the mode after eval(), so that it is always False.
import torch


def cache_features(encoder, batches):
    encoder.eval()
    was_training = encoder.training
    try:
        with torch.no_grad():
            return torch.cat([encoder(**batch)[:, 0] for batch in batches])
    finally:
        encoder.train(was_training)
