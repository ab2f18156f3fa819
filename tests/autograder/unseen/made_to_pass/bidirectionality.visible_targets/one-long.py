# MISTAKE: Right from length 2 on; for one position it returns the single entry, which may be True.
import torch


def visible_targets(influence):
    if influence.shape[0] == 1:
        return influence[0].clone()
    return torch.cat([influence.diagonal(1), torch.zeros(1, dtype=torch.bool)])
