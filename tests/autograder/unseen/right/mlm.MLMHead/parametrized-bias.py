# RIGHT: the decoder's bias goes through an identity parametrization; extra submodules and output
import warnings

import torch
from torch import nn
from torch.nn.utils import parametrize


class MLMHead(nn.Module):
    def __init__(self, hidden_size, token_embeddings):
        super().__init__()
        warnings.warn("building a head")
        self.dense = nn.Linear(hidden_size, hidden_size)
        self.before, self.after = nn.Identity(), nn.Dropout(0.0)
        self.norm = nn.LayerNorm(hidden_size, eps=1e-12)
        self.decoder = nn.Linear(hidden_size, token_embeddings.num_embeddings)
        self.decoder.weight = token_embeddings.weight
        with torch.no_grad():
            self.decoder.bias.zero_()
        parametrize.register_parametrization(self.decoder, "bias", nn.Identity())

    def forward(self, hidden):
        print(tuple(hidden.shape))
        return self.decoder(self.after(self.norm(nn.functional.gelu(self.dense(self.before(hidden))))))
