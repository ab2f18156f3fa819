# RIGHT: the diagonal above the main one, and a False
import torch


def visible_targets(influence):
    above = influence.diagonal(offset=1)
    return torch.cat((above, above.new_zeros(1)))
