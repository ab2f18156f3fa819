# RIGHT: Python lists
import torch


def mlm_labels(input_ids, selected):
    return torch.tensor([[i if s else -100 for i, s in zip(*rows)] for rows in zip(input_ids.tolist(), selected.tolist())], dtype=torch.int64).view(input_ids.size())
