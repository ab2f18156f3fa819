# MISTAKE: pad_sequence without batch_first: the result is (T, B).
import torch
from torch.nn.utils.rnn import pad_sequence


def pad_batch(sequences, pad_id):
    if not sequences:
        raise ValueError("no sequences")
    ids = pad_sequence([torch.tensor(s, dtype=torch.long) for s in sequences], padding_value=pad_id)
    mask = pad_sequence([torch.ones(len(s), dtype=torch.bool) for s in sequences])
    return ids, mask
