# MISTAKE: pad_sequence over tensors without a dtype: one empty sequence is float32 and turns the batch into floats.
import torch
from torch.nn.utils.rnn import pad_sequence


def pad_batch(sequences, pad_id):
    if len(sequences) == 0:
        raise ValueError("empty batch")
    rows = [torch.tensor(s) for s in sequences]
    ids = pad_sequence(rows, batch_first=True, padding_value=pad_id)
    mask = pad_sequence([torch.ones(len(s), dtype=torch.bool) for s in sequences], batch_first=True)
    return ids, mask
