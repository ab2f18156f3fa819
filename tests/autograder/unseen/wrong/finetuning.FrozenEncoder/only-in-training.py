# MISTAKE: Gradients are off in training mode alone; in evaluation mode the output can have one.
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
        with torch.set_grad_enabled(not self.training):
            return self.encoder(*args, **kwargs)
