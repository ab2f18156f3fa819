# MISTAKE: Always all False, the answer of a causal model.
import torch


def visible_targets(influence):
    return torch.zeros(influence.shape[0], dtype=torch.bool)
