# MISTAKE: Guards against a pad_id inside a sequence only where a real token follows it; at the end of a row it still counts as padding.
import torch


def pad_batch(sequences, pad_id):
    if not sequences:
        raise ValueError("no sequences")
    t = max(len(s) for s in sequences)
    ids = torch.tensor([s + [pad_id] * (t - len(s)) for s in sequences], dtype=torch.long)
    real = ids != pad_id
    mask = real.flip(1).cumsum(1).flip(1) > 0
    return ids, mask
