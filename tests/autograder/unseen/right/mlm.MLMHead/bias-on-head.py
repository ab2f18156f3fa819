# RIGHT: as in Hugging Face: the bias belongs to the head and is linked to the decoder
import torch
from torch import nn


class Transform(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.dense = nn.Linear(size, size)
        self.LayerNorm = nn.LayerNorm(size, eps=1e-12)

    def forward(self, x):
        return self.LayerNorm(nn.functional.gelu(self.dense(x)))


class MLMHead(nn.Module):
    def __init__(self, hidden_size, token_embeddings):
        super().__init__()
        self.transform = Transform(hidden_size)
        self.decoder = nn.Linear(hidden_size, token_embeddings.num_embeddings, bias=False)
        self.decoder.weight = token_embeddings.weight
        self.bias = nn.Parameter(torch.zeros(token_embeddings.num_embeddings))
        self.decoder.bias = self.bias

    @property
    def dense(self):
        return self.transform.dense

    @property
    def norm(self):
        return self.transform.LayerNorm

    def forward(self, hidden):
        return self.decoder(self.transform(hidden))
