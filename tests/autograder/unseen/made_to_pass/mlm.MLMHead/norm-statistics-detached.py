# MISTAKE: mean and variance of the norm are treated as constants in the backward pass: values right, gradients wrong
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
        mean = x.mean(-1, keepdim=True).detach()
        var = x.var(-1, unbiased=False, keepdim=True).detach()
        x = (x - mean) / torch.sqrt(var + 1e-12) * self.norm.weight + self.norm.bias
        return self.decoder(x)
