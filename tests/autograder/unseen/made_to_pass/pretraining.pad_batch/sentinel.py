# MISTAKE: Pads with -100 first and takes -100 for padding: a real -100 inside a sequence is lost.
import torch


def pad_batch(sequences, pad_id):
    if not sequences:
        raise ValueError("no sequences")
    t = max(len(s) for s in sequences)
    ids = torch.tensor([s + [-100] * (t - len(s)) for s in sequences], dtype=torch.long)
    mask = ids != -100
    return ids.masked_fill(~mask, pad_id), mask
