# RIGHT: evaluation mode only while forward runs; the modes of all parts are put back
import torch
from torch import nn


class FrozenEncoder(nn.Module):
    def __init__(self, encoder):
        super().__init__()
        self.encoder = encoder.requires_grad_(False)

    def forward(self, *args, **kwargs):
        modes = [(part, part.training) for part in self.encoder.modules()]
        try:
            for part, _ in modes:
                part.training = False
            with torch.no_grad():
                return self.encoder(*args, **kwargs)
        finally:
            for part, mode in modes:
                part.training = mode
