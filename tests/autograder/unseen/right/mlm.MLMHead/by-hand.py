# RIGHT: GELU by erf, the norm a module of one's own, einsum for the decoder
import math

import torch
from torch import nn


class Norm(nn.Module):
    def __init__(self, size, eps):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))
        self.bias = nn.Parameter(torch.zeros(size))
        self.eps = eps

    def forward(self, x):
        centred = x - x.mean(dim=-1, keepdim=True)
        variance = (centred * centred).mean(dim=-1, keepdim=True)
        return centred * (variance + self.eps).rsqrt() * self.weight + self.bias


class Decoder(nn.Module):
    def __init__(self, table):
        super().__init__()
        self.weight = table
        self.register_parameter("bias", nn.Parameter(torch.zeros(len(table))))

    def forward(self, x):
        return torch.einsum("...h,vh->...v", x, self.weight).add(self.bias)


class MLMHead(nn.Module):
    def __init__(self, hidden_size, token_embeddings):
        super().__init__()
        self.dense = nn.Linear(hidden_size, hidden_size)
        self.norm = Norm(hidden_size, 1e-12)
        self.decoder = Decoder(token_embeddings.weight)

    def forward(self, hidden):
        x = self.dense(hidden)
        x = x * 0.5 * (1.0 + torch.erf(x / math.sqrt(2.0)))
        return self.decoder(self.norm(x))
