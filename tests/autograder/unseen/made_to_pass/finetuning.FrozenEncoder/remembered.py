# MISTAKE: Gives the first output again for inputs of the same shapes.
import torch
from torch import nn


class FrozenEncoder(nn.Module):
    def __init__(self, encoder):
        super().__init__()
        self.encoder = encoder.eval().requires_grad_(False)
        self.known = {}

    def train(self, mode=True):
        super().train(mode)
        self.encoder.eval()
        return self

    def forward(self, *args, **kwargs):
        key = str([getattr(x, "shape", x) for x in [*args, *(kwargs[k] for k in sorted(kwargs))]]) + str(sorted(kwargs))
        if key not in self.known:
            with torch.no_grad():
                self.known[key] = self.encoder(*args, **kwargs)
        return self.known[key]
