# MISTAKE: Keeps the encoder in a plain list, so that it is not a registered submodule.
import torch
from torch import nn


class FrozenEncoder(nn.Module):
    def __init__(self, encoder):
        super().__init__()
        self.parts = [encoder.eval().requires_grad_(False)]

    def forward(self, *args, **kwargs):
        with torch.no_grad():
            return self.parts[0](*args, **kwargs)
