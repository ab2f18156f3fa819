# RIGHT: a loop over positions
import torch
import torch.nn.functional as F
from torch import nn


class SpanHead(nn.Module):
    def __init__(self, hidden_size, init_std=0.02):
        super().__init__()
        self.outputs = nn.Linear(hidden_size, 2)
        nn.init.normal_(self.outputs.weight, std=init_std)

    def forward(self, hidden):
        steps = [self.outputs(hidden[:, t]) for t in range(hidden.shape[1])]
        return torch.stack([s[:, 0] for s in steps], 1), torch.stack([s[:, 1] for s in steps], 1)
