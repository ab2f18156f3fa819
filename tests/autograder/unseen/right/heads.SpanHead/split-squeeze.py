# RIGHT: split and squeeze, as in the usual question-answering models
from torch import nn


class SpanHead(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.outputs = nn.Linear(hidden_size, 2)

    def forward(self, hidden):
        start, end = self.outputs(hidden).split(1, dim=-1)
        return start.squeeze(-1).contiguous(), end.squeeze(-1).contiguous()
