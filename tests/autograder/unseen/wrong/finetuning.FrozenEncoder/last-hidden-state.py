# MISTAKE: Takes the first of what the encoder returns.
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
        with torch.no_grad():
            output = self.encoder(*args, **kwargs)
        return output[0] if isinstance(output, tuple) else output
