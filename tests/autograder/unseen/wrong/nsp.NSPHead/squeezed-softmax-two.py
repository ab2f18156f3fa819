# MISTAKE: (two mistakes) Log-probabilities instead of logits, and a batch of one loses its batch dimension.
import torch
from torch import nn


class NSPHead(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.dense = nn.Linear(hidden_size, hidden_size)
        self.classifier = nn.Linear(hidden_size, 2)

    def forward(self, hidden):
        logits = self.classifier(torch.tanh(self.dense(hidden[:, 0])))
        return logits.log_softmax(-1).squeeze(0)
