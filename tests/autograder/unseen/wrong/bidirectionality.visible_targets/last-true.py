# MISTAKE: The last position is True instead of False. Shows at every length.
import torch


def visible_targets(influence):
    return torch.cat([influence.diagonal(1), torch.tensor([True])])
