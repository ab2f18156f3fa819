# MISTAKE: Guards against the first train() alone; at the second one dropout goes on.
import torch
from torch import nn


class FrozenEncoder(nn.Module):
    def __init__(self, encoder):
        super().__init__()
        self.encoder = encoder.eval().requires_grad_(False)
        self.calls = 0

    def train(self, mode=True):
        super().train(mode)
        self.calls += mode
        if self.calls <= 1:
            self.encoder.eval()
        return self

    def forward(self, *args, **kwargs):
        with torch.no_grad():
            return self.encoder(*args, **kwargs)
