# MISTAKE: Sets the logits of position 0 to -inf, because no answer starts at [CLS].
import torch
import torch.nn.functional as F
from torch import nn


class SpanHead(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.outputs = nn.Linear(hidden_size, 2)

    def forward(self, hidden):
        first = torch.arange(hidden.size(1), device=hidden.device) == 0
        start, end = self.outputs(hidden).unbind(-1)
        return start.masked_fill(first, -torch.inf), end.masked_fill(first, -torch.inf)
