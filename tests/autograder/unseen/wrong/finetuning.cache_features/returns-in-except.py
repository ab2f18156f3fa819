# MISTAKE: Gives back what it has where the encoder raises an error.
import torch


def cache_features(encoder, batches):
    before = [(module, module.training) for module in encoder.modules()]
    encoder.eval()
    features = []
    try:
        with torch.no_grad():
            for batch in batches:
                features.append(encoder(**batch)[:, 0])
    except Exception:
        pass
    finally:
        for module, mode in before:
            module.training = mode
    return torch.cat(features)
