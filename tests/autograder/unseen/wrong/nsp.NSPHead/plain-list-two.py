# MISTAKE: (two mistakes) The layers stand in a Python list, so they are not registered, and there is no tanh.
from torch import nn


class NSPHead(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.layers = [nn.Linear(hidden_size, hidden_size), nn.Linear(hidden_size, 2)]

    def forward(self, hidden):
        x = hidden[:, 0]
        for layer in self.layers:
            x = layer(x)
        return x
