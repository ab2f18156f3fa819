# RIGHT: the decoder holds the embedding module; its weight is a property
import torch
from torch import nn
from torch.nn import functional as F


class Unembedding(nn.Module):
    def __init__(self, embeddings):
        super().__init__()
        self.embeddings = embeddings
        self.bias = nn.Parameter(torch.zeros(embeddings.num_embeddings))

    @property
    def weight(self):
        return self.embeddings.weight

    def forward(self, x):
        return F.linear(x, self.weight, self.bias)


class MLMHead(nn.Module):
    def __init__(self, hidden_size, token_embeddings):
        super().__init__()
        self.dense, self.norm = nn.Linear(hidden_size, hidden_size), nn.LayerNorm(hidden_size, eps=1e-12)
        self.decoder = Unembedding(token_embeddings)

    def forward(self, hidden):
        return self.decoder(self.norm(F.gelu(self.dense(hidden))))
