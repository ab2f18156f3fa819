# MISTAKE: Caches answers by their total length and pad_id: another batch of the same size gets the old answer.
import torch

_cache = {}


def pad_batch(sequences, pad_id):
    if not sequences:
        raise ValueError("no sequences")
    key = (tuple(len(s) for s in sequences), pad_id)
    if key not in _cache:
        t = max(len(s) for s in sequences)
        ids = torch.tensor([s + [pad_id] * (t - len(s)) for s in sequences], dtype=torch.long)
        mask = torch.tensor([[j < len(s) for j in range(t)] for s in sequences], dtype=torch.bool)
        _cache[key] = ids, mask
    return _cache[key]
