# RIGHT: a small Linear subclass and F.linear
from torch import nn
from torch.nn import functional as F


class _Layer(nn.Linear):
    """A linear layer with Xavier weights."""

    def reset_parameters(self):
        nn.init.xavier_uniform_(self.weight)
        nn.init.zeros_(self.bias)


class NSPHead(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.dense = _Layer(hidden_size, hidden_size)
        self.classifier = _Layer(hidden_size, 2)

    def pool(self, hidden):
        return F.linear(hidden.narrow(1, 0, 1).squeeze(1), self.dense.weight, self.dense.bias).tanh()

    def forward(self, hidden):
        return self.classifier(self.pool(hidden))
