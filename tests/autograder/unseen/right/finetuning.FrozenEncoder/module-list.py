# RIGHT: the encoder in a ModuleList, put into evaluation mode before each pass
import torch
from torch import nn


class FrozenEncoder(nn.Module):
    def __init__(self, encoder):
        super().__init__()
        self.parts = nn.ModuleList([encoder])
        self.requires_grad_(False)

    def forward(self, *args, **kwargs):
        self.parts.eval()
        with torch.no_grad():
            return self.parts[0](*args, **kwargs)
