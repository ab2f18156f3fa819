# RIGHT: gather from a stack of two
import torch


def mlm_labels(input_ids, selected):
    both = torch.stack([torch.full_like(input_ids, -100), input_ids], dim=-1)
    return both.gather(-1, selected.long().unsqueeze(-1)).squeeze(-1)
