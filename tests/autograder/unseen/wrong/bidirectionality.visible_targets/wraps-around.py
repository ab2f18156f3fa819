# MISTAKE: The last position wraps round to token 0 (roll) and is True where output T - 1 sees token 0.
import torch


def visible_targets(influence):
    return torch.roll(influence, shifts=-1, dims=1).diagonal().clone()
