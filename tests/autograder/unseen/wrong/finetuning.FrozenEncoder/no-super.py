# MISTAKE: Assigns the encoder before super().__init__().
import torch
from torch import nn


class FrozenEncoder(nn.Module):
    def __init__(self, encoder):
        self.encoder = encoder.eval()
        super().__init__()
        self.encoder.requires_grad_(False)

    def train(self, mode=True):
        super().train(mode)
        self.encoder.eval()
        return self

    def forward(self, *args, **kwargs):
        with torch.no_grad():
            return self.encoder(*args, **kwargs)
