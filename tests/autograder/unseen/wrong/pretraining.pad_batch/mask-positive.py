# MISTAKE: The mask is input_ids > 0: token 0 counts as padding, and padding with a pad_id above 0 as real.
import torch


def pad_batch(sequences, pad_id):
    if len(sequences) == 0:
        raise ValueError("sequences must not be empty")
    width = max(map(len, sequences))
    ids = torch.full((len(sequences), width), pad_id, dtype=torch.long)
    for i, s in enumerate(sequences):
        ids[i, : len(s)] = torch.tensor(s, dtype=torch.long)
    return ids, ids > 0
