# MISTAKE: The activation is ReLU, not GELU.
# KIND: own
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
        x = self.norm(torch.relu(self.dense(hidden)))
        return self.decoder(x)
