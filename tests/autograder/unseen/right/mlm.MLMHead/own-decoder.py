# RIGHT: the decoder is a module of one's own, with matmul
import torch
from torch import nn


class TiedDecoder(nn.Module):
    def __init__(self, weight):
        super().__init__()
        self.weight = weight
        self.bias = nn.Parameter(torch.zeros(weight.shape[0], dtype=weight.dtype))

    def forward(self, x):
        return x @ self.weight.T + self.bias


class MLMHead(nn.Module):
    def __init__(self, hidden_size, token_embeddings):
        super().__init__()
        self.decoder = TiedDecoder(token_embeddings.weight)
        self.norm = nn.LayerNorm(hidden_size, eps=1e-12)
        self.dense = nn.Linear(hidden_size, hidden_size)

    def forward(self, hidden):
        return self.decoder(self.norm(torch.nn.functional.gelu(self.dense(hidden))))
