# RIGHT: a decorated forward; the encoder's modes are put back after each pass
import torch
from torch import nn


class FrozenEncoder(nn.Module):
    def __init__(self, encoder):
        super().__init__()
        self.encoder = encoder
        for parameter in encoder.parameters():
            parameter.requires_grad = False

    @torch.no_grad()
    def forward(self, *args, **kwargs):
        before = [(m, m.training) for m in self.encoder.modules()]
        self.encoder.eval()
        try:
            return self.encoder(*args, **kwargs)
        finally:
            for m, mode in before:
                m.training = mode
