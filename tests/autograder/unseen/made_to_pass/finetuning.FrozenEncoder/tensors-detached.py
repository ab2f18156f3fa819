# MISTAKE: Detaches tensors, tuples, lists and dicts by hand; an output of any other type keeps its gradient.
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

    def _detach(self, x):
        if isinstance(x, torch.Tensor):
            return x.detach()
        if type(x) in (tuple, list):
            return type(x)(self._detach(y) for y in x)
        if type(x) is dict:
            return {k: self._detach(v) for k, v in x.items()}
        return x

    def forward(self, *args, **kwargs):
        return self._detach(self.encoder(*args, **kwargs))
