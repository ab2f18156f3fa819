# MISTAKE: Remembers its features by the sizes of the batches alone.
import torch


_known = {}


def cache_features(encoder, batches):
    batches = list(batches)
    key = str([(k, v.shape, v.dtype) for b in batches for k, v in b.items()])
    if key not in _known:
        modes = [(part, part.training) for part in encoder.modules()]
        try:
            encoder.eval()
            with torch.no_grad():
                _known[key] = torch.cat([encoder(**batch)[:, 0] for batch in batches])
        finally:
            for part, mode in modes:
                part.training = mode
    return _known[key].clone()
