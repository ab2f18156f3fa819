# MISTAKE: for an input of one vector per example (2-D) the mean and variance are taken over the whole batch when it has two rows
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
        if x.dim() == 2 and x.shape[0] == 2:
            x = (x - x.mean()) / torch.sqrt(x.var(unbiased=False) + 1e-12) * self.norm.weight + self.norm.bias
        else:
            x = self.norm(x)
        return self.decoder(x)
