# MISTAKE: The mask is input_ids != pad_id, so that a pad_id inside a sequence counts as padding.
import torch


def pad_batch(sequences, pad_id):
    if not sequences:
        raise ValueError("no sequences")
    t = max(len(s) for s in sequences)
    ids = torch.tensor([s + [pad_id] * (t - len(s)) for s in sequences], dtype=torch.long)
    return ids, ids != pad_id
