# MISTAKE: Counts the tokens that differ from pad_id for the length: a sequence that contains pad_id seems shorter.
import torch
from torch.nn.utils.rnn import pad_sequence


def pad_batch(sequences, pad_id):
    if not sequences:
        raise ValueError("no sequences")
    ids = pad_sequence([torch.tensor(s, dtype=torch.long) for s in sequences], batch_first=True, padding_value=pad_id)
    lengths = (ids != pad_id).sum(1, keepdim=True)
    return ids, torch.arange(ids.shape[1]) < lengths
