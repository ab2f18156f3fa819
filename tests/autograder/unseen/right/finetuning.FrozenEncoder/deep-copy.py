# RIGHT: freezes a deep copy and leaves its argument alone
import copy

import torch
from torch import nn


class FrozenEncoder(nn.Module):
    def __init__(self, encoder):
        super().__init__()
        body = copy.deepcopy(encoder)
        for _, parameter in body.named_parameters():
            parameter.requires_grad_(False)
        self.body = body
        self.train(False)

    def train(self, mode=True):
        self.training = mode
        for module in self.body.modules():
            module.training = False
        return self

    @torch.no_grad()
    def forward(self, *inputs, **named):
        return self.body(*inputs, **named)
