# MISTAKE: Rebuilds tuples and dicts as plain ones, although nothing is recorded.
import torch
from torch import nn


def detach(value):
    if isinstance(value, torch.Tensor):
        return value.detach()
    if isinstance(value, tuple):
        return tuple(detach(each) for each in value)
    if isinstance(value, list):
        return [detach(each) for each in value]
    if isinstance(value, dict):
        return {name: detach(each) for name, each in value.items()}
    return value


class FrozenEncoder(nn.Module):
    def __init__(self, encoder):
        super().__init__()
        self.encoder = encoder.eval()
        self.encoder.requires_grad_(False)

    def train(self, mode=True):
        super().train(mode)
        self.encoder.eval()
        return self

    def forward(self, *args, **kwargs):
        with torch.no_grad():
            return detach(self.encoder(*args, **kwargs))
