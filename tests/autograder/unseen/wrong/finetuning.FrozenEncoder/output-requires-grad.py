# MISTAKE: Turns on requires_grad of an output tensor.
import torch
from torch import nn


class FrozenEncoder(nn.Module):
    def __init__(self, encoder):
        super().__init__()
        self.encoder = encoder.eval()
        for parameter in self.encoder.parameters():
            parameter.requires_grad = False

    def train(self, mode=True):
        super().train(mode)
        self.encoder.eval()
        return self

    def forward(self, *args, **kwargs):
        with torch.no_grad():
            output = self.encoder(*args, **kwargs)
        return output.requires_grad_() if isinstance(output, torch.Tensor) else output
