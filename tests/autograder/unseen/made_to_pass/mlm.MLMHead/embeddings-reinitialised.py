# MISTAKE: initialises all weights after tying, which overwrites the caller's embeddings
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
        for part in (self.dense, self.decoder):
            nn.init.normal_(part.weight, std=0.02)
            nn.init.zeros_(part.bias)

    def forward(self, hidden):
        x = self.dense(hidden)
        x = F.gelu(x)
        x = self.norm(x)
        return self.decoder(x)
