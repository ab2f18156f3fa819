# RIGHT: the same linear map as a convolution of width one
import torch
import torch.nn.functional as F
from torch import nn


class TokenClassificationHead(nn.Module):
    def __init__(self, hidden_size, num_labels, dropout=0.1):
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.classifier = nn.Linear(hidden_size, num_labels)

    def forward(self, hidden):
        x = self.dropout(hidden).transpose(1, 2)
        return F.conv1d(x, self.classifier.weight.unsqueeze(-1), self.classifier.bias).transpose(1, 2)
