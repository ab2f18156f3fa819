# MISTAKE: Cuts all sequences to the shortest instead of padding to the longest.
import torch


def pad_batch(sequences, pad_id):
    if not sequences:
        raise ValueError("no sequences")
    columns = list(zip(*sequences))
    ids = torch.tensor(columns, dtype=torch.long).reshape(len(columns), len(sequences)).T
    return ids, torch.ones_like(ids, dtype=torch.bool)
