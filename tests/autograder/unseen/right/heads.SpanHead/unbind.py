# RIGHT: unbind along the last axis
from torch import nn


class SpanHead(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.outputs = nn.Linear(hidden_size, 2)

    def forward(self, hidden):
        return self.outputs(hidden).unbind(dim=-1)
