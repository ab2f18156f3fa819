# RIGHT: calls eval() on the encoder before each forward pass
import torch
from torch import nn


class FrozenEncoder(nn.Module):
    def __init__(self, encoder: nn.Module):
        super().__init__()
        encoder.requires_grad_(requires_grad=False)
        self.register_module("frozen", encoder)

    def forward(self, *args, **kwargs):
        self.frozen.eval()
        with torch.no_grad():
            output = self.frozen(*args, **kwargs)
        return output
