# MISTAKE: The dropout mask is drawn for four positions and then repeated along the sequence.
import torch
import torch.nn.functional as F
from torch import nn


class TokenClassificationHead(nn.Module):
    def __init__(self, hidden_size, num_labels, dropout=0.1):
        super().__init__()
        self.p = dropout
        self.classifier = nn.Linear(hidden_size, num_labels)

    def forward(self, hidden):
        t = hidden.size(1)
        mask = F.dropout(torch.ones_like(hidden[:, :4]), self.p, self.training)
        mask = mask.repeat(1, -(-t // mask.size(1)), 1)[:, :t]
        return self.classifier(hidden * mask)
