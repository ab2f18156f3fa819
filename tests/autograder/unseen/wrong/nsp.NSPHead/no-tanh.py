# MISTAKE: The tanh is missing.
from torch import nn


class NSPHead(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.dense = nn.Linear(hidden_size, hidden_size)
        self.classifier = nn.Linear(hidden_size, 2)

    def forward(self, hidden):
        return self.classifier(self.dense(hidden[:, 0]))
