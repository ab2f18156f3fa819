# RIGHT: a pre-hook on the wrapper puts the encoder into evaluation mode
import torch
from torch import nn


def _quiet(module, args):
    for part in module.encoder.modules():
        part.training = False


class FrozenEncoder(nn.Module):
    def __init__(self, encoder):
        super().__init__()
        self.encoder = encoder
        for part in encoder.modules():
            for parameter in part.parameters(recurse=False):
                parameter.requires_grad_(False)
        self.register_forward_pre_hook(_quiet)

    def forward(self, *args, **kwargs):
        with torch.no_grad():
            return self.encoder(*args, **kwargs)
