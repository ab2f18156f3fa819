# MISTAKE: Puts only nn.Dropout modules into evaluation mode; F.dropout that follows self.training stays on.
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
        for part in self.encoder.modules():
            if isinstance(part, nn.Dropout):
                part.eval()
        return self

    def forward(self, *args, **kwargs):
        with torch.no_grad():
            return self.encoder(*args, **kwargs)
