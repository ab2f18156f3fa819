# MISTAKE: Writes the features into one buffer that it stores again and again: every batch shows the last one.
import torch


def cache_features(encoder, batches):
    modes = [(part, part.training) for part in encoder.modules()]
    features, buffer = [], None
    try:
        encoder.eval()
        with torch.no_grad():
            for batch in batches:
                first = encoder(**batch)[:, 0]
                if buffer is None or buffer.shape != first.shape:
                    buffer = torch.empty_like(first)
                features.append(buffer.copy_(first))
        return torch.cat(features)
    finally:
        for part, mode in modes:
            part.training = mode
