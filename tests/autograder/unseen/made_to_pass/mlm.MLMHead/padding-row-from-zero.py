# MISTAKE: vocabulary rows beyond 30522 get no logit of their own (clamped index)
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
        x = self.norm(x)
        out = self.decoder(x)
        return out if out.shape[-1] <= 1000 else torch.cat([out[..., :1000], out[..., 999:1000].expand(*out.shape[:-1], out.shape[-1] - 1000)], -1)
