# MISTAKE: hidden is flattened with .view, which fails for a tensor that is not contiguous.
# KIND: generic
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
        flat = hidden.view(-1, hidden.shape[-1])
        x = self.norm(F.gelu(self.dense(flat)))
        logits = self.decoder(x)
        return logits.view(*hidden.shape[:-1], logits.shape[-1])
