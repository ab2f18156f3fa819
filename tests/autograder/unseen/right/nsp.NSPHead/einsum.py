# RIGHT: einsum over the weights of the two layers
import torch
from torch import nn


class NSPHead(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.dense = nn.Linear(hidden_size, hidden_size, bias=True)
        self.classifier = nn.Linear(hidden_size, 2, bias=True)

    def forward(self, hidden):
        pooled = torch.einsum("bi,oi->bo", hidden[:, 0], self.dense.weight) + self.dense.bias
        pooled = 2 * torch.sigmoid(2 * pooled) - 1
        return torch.einsum("bi,oi->bo", pooled, self.classifier.weight) + self.classifier.bias
