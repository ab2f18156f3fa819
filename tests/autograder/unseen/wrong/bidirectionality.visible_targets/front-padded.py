# MISTAKE: The False is put at the front: every value stands one place too far right.
import torch


def visible_targets(influence):
    return torch.cat([torch.zeros(1, dtype=torch.bool), influence.diagonal(1)])
