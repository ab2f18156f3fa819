# MISTAKE: where the embedding has a padding_idx its logit is always 0
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
        self.padding_idx = token_embeddings.padding_idx

    def forward(self, hidden):
        x = self.dense(hidden)
        x = F.gelu(x)
        x = self.norm(x)
        out = self.decoder(x)
        if self.padding_idx is not None:
            keep = torch.ones(out.shape[-1], dtype=out.dtype)
            keep[self.padding_idx] = 0
            out = out * keep
        return out
