# RIGHT: keeps the embedding module as a submodule and subclasses nn.Linear for the decoder; the bias is added apart
import torch
from torch import nn
from torch.nn import functional as F


class _Scores(nn.Linear):
    def reset_parameters(self):
        nn.init.zeros_(self.bias)

    def forward(self, x):
        return torch.matmul(x, self.weight.mT) + self.bias


class MLMHead(nn.Module):
    def __init__(self, hidden_size, token_embeddings):
        super().__init__()
        self.token_embeddings = token_embeddings
        self.decoder = _Scores(hidden_size, token_embeddings.num_embeddings)
        self.decoder.weight = self.token_embeddings.weight
        self.norm = nn.LayerNorm(hidden_size, eps=1e-12)
        self.dense = nn.Linear(hidden_size, hidden_size)

    def forward(self, *args, **kwargs):
        return self._score(*args, **kwargs)

    def _score(self, hidden):
        x = F.gelu(F.linear(hidden, self.dense.weight, self.dense.bias))
        x = F.layer_norm(x, (x.shape[-1],), self.norm.weight, self.norm.bias, self.norm.eps)
        return self.decoder(x)
