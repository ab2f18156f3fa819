# RIGHT: the whole wrapper stays in evaluation mode whatever train() is told
import torch
from torch import nn


class FrozenEncoder(nn.Module):
    def __init__(self, encoder):
        super().__init__()
        self.add_module("inner", encoder)
        self.requires_grad_(False)
        self.train()

    def train(self, mode=True):
        return super().train(False)

    def forward(self, *args, **kwargs):
        before = torch.is_grad_enabled()
        torch.set_grad_enabled(False)
        try:
            return self.inner(*args, **kwargs)
        finally:
            torch.set_grad_enabled(before)
