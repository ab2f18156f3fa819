# RIGHT: the encoder's own train() does nothing any more
import torch
from torch import nn


class FrozenEncoder(nn.Module):
    def __init__(self, encoder):
        super().__init__()
        self.encoder = encoder.eval()
        encoder.train = lambda mode=True: encoder
        self.encoder.requires_grad_(False)

    def forward(self, *args, **kwargs):
        with torch.no_grad():
            return self.encoder(*args, **kwargs)
