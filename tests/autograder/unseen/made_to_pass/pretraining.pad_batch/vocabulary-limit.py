# MISTAKE: Takes for granted that ids fit in 16 bits, as BERT's do: larger ones wrap around.
import array

import torch


def pad_batch(sequences, pad_id):
    if not sequences:
        raise ValueError("no sequences")
    t = max(len(s) for s in sequences)
    flat = array.array("H")
    for s in sequences:
        flat.extend(x & 0xFFFF for x in s)
        flat.extend([pad_id & 0xFFFF] * (t - len(s)))
    ids = torch.tensor(flat.tolist(), dtype=torch.long).reshape(len(sequences), t)
    mask = torch.tensor([[j < len(s) for j in range(t)] for s in sequences], dtype=torch.bool)
    return ids, mask
