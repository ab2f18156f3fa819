# MISTAKE: switching to evaluation mode replaces the tied weight by a copy
import torch
from torch import nn
from torch.nn import functional as F


class MLMHead(nn.Module):
    def __init__(self, hidden_size, token_embeddings):
        super().__init__()
        self.dense = nn.Linear(hidden_size, hidden_size)
        self.norm = nn.LayerNorm(hidden_size, eps=1e-12)
        self.decoder = nn.Linear(hidden_size, token_embeddings.num_embeddings)
        self.decoder.weight = token_embeddings.weight
        nn.init.zeros_(self.decoder.bias)

    def forward(self, hidden):
        x = self.dense(hidden)
        x = F.gelu(x)
        x = self.norm(x)
        return self.decoder(x)

    def train(self, mode=True):
        if not mode and not getattr(self, "_frozen_copy", False):
            self._frozen_copy = True
            self.decoder.weight = nn.Parameter(self.decoder.weight.detach().clone())
        return super().train(mode)
