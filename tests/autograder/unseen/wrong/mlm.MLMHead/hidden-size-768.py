# MISTAKE: The layers are built for 768 features, whatever hidden_size is.
# KIND: generic
import torch
from torch import nn
from torch.nn import functional as F


class MLMHead(nn.Module):
    def __init__(self, hidden_size, token_embeddings):
        super().__init__()
        self.dense = nn.Linear(768, 768)
        self.norm = nn.LayerNorm(768, eps=1e-12)
        self.decoder = nn.Linear(768, token_embeddings.num_embeddings)
        self.decoder.weight = token_embeddings.weight
        nn.init.zeros_(self.decoder.bias)

    def forward(self, hidden):
        x = self.norm(F.gelu(self.dense(hidden)))
        return self.decoder(x)
