# MISTAKE: Returns the positions (indices) whose target is visible instead of a mask.
import torch


def visible_targets(influence):
    return torch.nonzero(influence.diagonal(1)).flatten()
