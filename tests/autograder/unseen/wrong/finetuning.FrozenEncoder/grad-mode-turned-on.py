# MISTAKE: Turns gradients on at the end, also where they were off before.
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
        torch.set_grad_enabled(False)
        output = self.encoder(*args, **kwargs)
        torch.set_grad_enabled(True)
        return output
