# MISTAKE: Appends the padding to the caller's lists.
import torch


def pad_batch(sequences, pad_id):
    if not sequences:
        raise ValueError("no sequences")
    lengths = [len(s) for s in sequences]
    longest = max(lengths)
    for s in sequences:
        while len(s) < longest:
            s.append(pad_id)
    ids = torch.tensor(sequences, dtype=torch.long)
    mask = torch.tensor([[j < n for j in range(longest)] for n in lengths], dtype=torch.bool)
    return ids, mask
