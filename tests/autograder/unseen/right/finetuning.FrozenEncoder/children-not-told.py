# RIGHT: train() changes the flag of the wrapper and does not go down to the encoder
import torch
from torch import nn


class FrozenEncoder(nn.Module):
    def __init__(self, encoder):
        super().__init__()
        self.parts = nn.ModuleList([encoder])
        for p in self.parts.parameters():
            p.requires_grad = False
        encoder.eval()

    def train(self, mode: bool = True):
        self.training = bool(mode)
        return self

    def forward(self, *args, **kwargs):
        with torch.set_grad_enabled(False):
            (encoder,) = self.parts
            return encoder(*args, **kwargs)
