# RIGHT: BERT's starting weights, and the tanh as a module
from torch import nn


class NSPHead(nn.Module):
    def __init__(self, hidden_size: int):
        super().__init__()
        self.dense = nn.Linear(hidden_size, hidden_size)
        self.activation = nn.Tanh()
        self.classifier = nn.Linear(hidden_size, 2)
        for layer in (self.dense, self.classifier):
            nn.init.normal_(layer.weight, std=0.02)
            nn.init.zeros_(layer.bias)

    def forward(self, hidden):
        first = hidden.select(1, 0)
        return self.classifier(self.activation(self.dense(first)))
