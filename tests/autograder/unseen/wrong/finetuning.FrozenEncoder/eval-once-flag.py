# MISTAKE: Puts the encoder into evaluation mode in the first forward pass only.
import torch
from torch import nn


class FrozenEncoder(nn.Module):
    def __init__(self, encoder):
        super().__init__()
        self.encoder = encoder
        self.asleep = False
        self.encoder.requires_grad_(False)

    def forward(self, *args, **kwargs):
        if not self.asleep:
            self.encoder.eval()
            self.asleep = True
        with torch.no_grad():
            return self.encoder(*args, **kwargs)
