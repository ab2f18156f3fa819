# RIGHT: all parts in an nn.ModuleDict, reached by properties
import torch
from torch import nn
from torch.nn import functional as F


class MLMHead(nn.Module):
    def __init__(self, hidden_size, token_embeddings):
        super().__init__()
        decoder = nn.Linear(hidden_size, token_embeddings.num_embeddings, bias=True)
        decoder.weight = token_embeddings.weight
        torch.nn.init.constant_(decoder.bias, 0.0)
        self.parts = nn.ModuleDict(
            {"a": nn.Linear(hidden_size, hidden_size), "b": nn.LayerNorm(hidden_size, eps=1e-12), "c": decoder}
        )

    dense = property(lambda self: self.parts["a"])
    norm = property(lambda self: self.parts["b"])
    decoder = property(lambda self: self.parts["c"])

    def forward(self, hidden):
        x = F.gelu(self.dense(hidden))
        return self.decoder(self.norm(x))
