# MISTAKE: Sets the probability of every dropout layer to 0 and leaves the mode alone.
import torch
from torch import nn


class FrozenEncoder(nn.Module):
    def __init__(self, encoder):
        super().__init__()
        self.encoder = encoder
        for module in encoder.modules():
            if isinstance(module, nn.Dropout):
                module.p = 0.0
        self.encoder.requires_grad_(False)

    def forward(self, *args, **kwargs):
        with torch.no_grad():
            return self.encoder(*args, **kwargs)
