# MISTAKE: decoder.bias has the right shape but one number stands behind it, shared by all tokens
import torch
from torch import nn
from torch.nn import functional as F


class _SharedBias(nn.Linear):
    @property
    def bias(self):
        return self.shared.expand(self.out_features)


class MLMHead(nn.Module):
    def __init__(self, hidden_size, token_embeddings):
        super().__init__()
        self.dense = nn.Linear(hidden_size, hidden_size)
        self.norm = nn.LayerNorm(hidden_size, eps=1e-12)
        self.decoder = nn.Linear(hidden_size, token_embeddings.num_embeddings)
        self.decoder.weight = token_embeddings.weight
        del self.decoder.bias
        self.decoder.shared = nn.Parameter(torch.zeros(1))
        self.decoder.__class__ = _SharedBias

    def forward(self, hidden):
        x = self.dense(hidden)
        x = F.gelu(x)
        x = self.norm(x)
        return self.decoder(x)
