# MISTAKE: Pads with 0, whatever pad_id is.
import torch
from torch.nn.utils.rnn import pad_sequence


def pad_batch(sequences, pad_id):
    if not sequences:
        raise ValueError("no sequences")
    ids = pad_sequence([torch.tensor(s, dtype=torch.long) for s in sequences], batch_first=True)
    mask = torch.zeros(ids.shape, dtype=torch.bool)
    for row, s in zip(mask, sequences):
        row[: len(s)] = True
    return ids, mask
