# RIGHT: nn.Sequential with the one named layer
from collections import OrderedDict

from torch import nn


class SpanHead(nn.Sequential):
    def __init__(self, hidden_size):
        super().__init__(OrderedDict(outputs=nn.Linear(hidden_size, 2, bias=True)))

    def forward(self, hidden):
        return tuple(super().forward(hidden).movedim(-1, 0))
