# RIGHT: a loop over an nn.ModuleList of stages
import torch
from torch import nn


class _Dense(nn.Linear):
    """Linear followed by exact GELU is done by the caller."""


class MLMHead(nn.Module):
    def __init__(self, hidden_size: int, token_embeddings: nn.Embedding) -> None:
        super().__init__()
        self.stages = nn.ModuleList([_Dense(hidden_size, hidden_size), nn.GELU(), nn.LayerNorm(hidden_size, eps=1e-12)])
        self.dense, _, self.norm = self.stages
        self.decoder = nn.Linear(*reversed(token_embeddings.weight.shape))
        del self.decoder.weight
        self.decoder.register_parameter("weight", token_embeddings.weight)
        self.decoder.bias = nn.Parameter(self.decoder.bias.detach() * 0)

    def forward(self, hidden):
        for stage in (*self.stages, self.decoder):
            hidden = stage(hidden)
        return hidden
