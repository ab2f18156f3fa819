# MISTAKE: Detaches the positional arguments only, so that one by name keeps its gradient.
import torch
from torch import nn


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
        args = [each.detach() if isinstance(each, torch.Tensor) else each for each in args]
        return self.encoder(*args, **kwargs)
