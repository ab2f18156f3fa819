"""Heads: the small modules that turn the encoder's vectors into predictions."""

import torch  # noqa: F401 - for the example in the docstring
from torch import Tensor, nn
from torch.nn import functional as F


class MLMHead(nn.Module):
    """Scores every token of the vocabulary at every position (Devlin et al. 2019, section 3.1, task 1).

    dense (H to H) -> exact GELU -> norm (LayerNorm, eps 1e-12) -> decoder (H to V). The decoder's weight *is* the
    token embedding table, one parameter used at both ends; its bias, zero at the start, is the head's own.

    Its parts are called `dense`, `norm` and `decoder`.

    >>> embeddings = nn.Embedding(100, 16)  # V = 100, H = 16
    >>> head = MLMHead(16, embeddings)
    >>> head(torch.zeros(2, 5, 16)).shape
    torch.Size([2, 5, 100])
    >>> head.decoder.weight is embeddings.weight
    True
    """

    def __init__(self, hidden_size: int, token_embeddings: nn.Embedding) -> None:
        """Build the head for vectors of `hidden_size` (H) and an embedding table of shape (V, H)."""
        super().__init__()
        self.dense = nn.Linear(hidden_size, hidden_size)
        self.norm = nn.LayerNorm(hidden_size, eps=1e-12)
        self.decoder = nn.Linear(hidden_size, token_embeddings.num_embeddings)
        self.decoder.weight = token_embeddings.weight
        nn.init.zeros_(self.decoder.bias)

    def forward(self, hidden: Tensor) -> Tensor:
        """Score the vocabulary: hidden of shape (..., H) to logits of shape (..., V)."""
        transformed = self.norm(F.gelu(self.dense(hidden)))
        return self.decoder(transformed)
