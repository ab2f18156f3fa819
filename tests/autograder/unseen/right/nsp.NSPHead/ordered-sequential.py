# RIGHT: a Sequential subclass with named layers
from torch import nn


from collections import OrderedDict


class NSPHead(nn.Sequential):
    def __init__(self, hidden_size):
        layers = OrderedDict()
        layers["dense"] = nn.Linear(hidden_size, hidden_size)
        layers["tanh"] = nn.Tanh()
        layers["classifier"] = nn.Linear(hidden_size, 2)
        super().__init__(layers)

    def forward(self, hidden):
        return super().forward(hidden[:, 0, :])
