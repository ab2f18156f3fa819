# MISTAKE: (two mistakes) The layers are made anew in every forward call, so nothing is learnt and the output is random, and the head has neither dense nor classifier.
import torch
from torch import nn


class NSPHead(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, hidden):
        dense = nn.Linear(self.hidden_size, self.hidden_size).to(hidden.dtype)
        classifier = nn.Linear(self.hidden_size, 2).to(hidden.dtype)
        return classifier(torch.tanh(dense(hidden[:, 0])))
