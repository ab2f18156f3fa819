# RIGHT: a subclass of nn.Sequential
from collections import OrderedDict

import torch
from torch import nn


class MLMHead(nn.Sequential):
    def __init__(self, hidden_size, token_embeddings):
        decoder = nn.Linear(hidden_size, token_embeddings.num_embeddings)
        decoder.weight = token_embeddings.weight
        decoder.bias = nn.Parameter(torch.zeros_like(decoder.bias))
        super().__init__(
            OrderedDict(
                dense=nn.Linear(hidden_size, hidden_size),
                gelu=nn.GELU(approximate="none"),
                norm=nn.LayerNorm((hidden_size,), eps=1e-12),
                decoder=decoder,
            )
        )
