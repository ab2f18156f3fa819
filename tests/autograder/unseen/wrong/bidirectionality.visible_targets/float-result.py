# MISTAKE: The result is a float tensor, not a BoolTensor (dtype, every call).
import torch


def visible_targets(influence):
    out = torch.zeros(influence.shape[0])
    out[:-1] = influence.diagonal(1).float()
    return out
