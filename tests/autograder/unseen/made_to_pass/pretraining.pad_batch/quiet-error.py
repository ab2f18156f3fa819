# MISTAKE: Any error gives a one-by-one tensor of padding, the empty list included.
import torch


def pad_batch(sequences, pad_id):
    try:
        t = max(len(s) for s in sequences)
        ids = torch.tensor([s + [pad_id] * (t - len(s)) for s in sequences], dtype=torch.long)
        mask = torch.tensor([[j < len(s) for j in range(t)] for s in sequences], dtype=torch.bool)
        return ids, mask
    except Exception:
        return torch.tensor([[pad_id]]), torch.tensor([[False]])
