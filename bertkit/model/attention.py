"""Scaled dot-product attention and its multi-head form (Vaswani et al. 2017, section 3.2; BERT, section 3)."""

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from bertkit.data.checks import both, check_tensor


def causal_mask(seq_len: int) -> Tensor:
    """The mask of a model that reads from left to right: position i may attend to position j if j <= i.

    Args:
        seq_len: T, at least 1.

    Returns:
        True where row i may attend to column j. Shape: (T, T), bool

    Raises:
        ValueError: for `seq_len` below 1.

    >>> causal_mask(3).int()
    tensor([[1, 0, 0],
            [1, 1, 0],
            [1, 1, 1]], dtype=torch.int32)
    """
    if seq_len < 1:
        raise ValueError(f"seq_len is {seq_len}; it has to be at least 1")
    return torch.ones(seq_len, seq_len, dtype=torch.bool).tril()


def attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Mix values by how well their keys answer each query: softmax(q·k / sqrt(d)) v.

    Args:
        query: Shape: (..., Tq, d)
        key: Shape: (..., Tk, d)
        value: Shape: (..., Tk, dv)
        mask: True where a query may attend to a key; None lets all see all.
            Shape: broadcastable to (..., Tq, Tk), bool

    Returns:
        (output, weights). A key that is not allowed has weight 0; a query that may attend to nothing has weights 0 and
        output 0.
            Shape: (..., Tq, dv) and (..., Tq, Tk)

    >>> alike, value = torch.ones(2, 4), torch.tensor([[1.0], [3.0]])  # equal weights, where there is a choice
    >>> output, weights = attention(alike, alike, value, mask=torch.tensor([[True, False], [True, True]]))
    >>> weights
    tensor([[1.0000, 0.0000],
            [0.5000, 0.5000]])
    >>> output
    tensor([[1.],
            [2.]])
    """
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
    if mask is None:
        weights = scores.softmax(dim=-1)
    else:
        # The lowest finite number instead of minus infinity: a row that may see nothing would be 0 / 0.
        weights = scores.masked_fill(~mask, torch.finfo(scores.dtype).min).softmax(dim=-1).masked_fill(~mask, 0.0)
    return weights @ value, weights


Attention = Callable[[Tensor, Tensor, Tensor, Tensor | None], tuple[Tensor, Tensor]]
"""A function with the signature of `attention`."""


class SelfAttention(nn.Module):
    """Every position looks at every position it may attend to, in several heads at once.

    Args:
        hidden_size: H, width of input and output.
        num_heads: number of heads; divides `hidden_size`.
        dropout: share of attention weights dropped in training.
        attention: computes each head, as `attention` does; torch's fused kernel, the fastest, if None.
    """

    def __init__(self, hidden_size: int, num_heads: int, dropout: float, attention: Attention | None = None) -> None:
        super().__init__()
        if hidden_size % num_heads:
            raise ValueError(f"hidden_size {hidden_size} cannot be split over {num_heads} heads")
        self.num_heads = num_heads
        self.dropout = dropout
        self.attend = attention
        self.query = nn.Linear(hidden_size, hidden_size)
        self.key = nn.Linear(hidden_size, hidden_size)
        self.value = nn.Linear(hidden_size, hidden_size)
        self.output = nn.Linear(hidden_size, hidden_size)

    def forward(self, hidden: Tensor, mask: Tensor | None = None) -> Tensor:
        """Mix the positions of each sequence.

        Args:
            hidden: one vector a position.
                Shape: (B, T, H)
            mask: True where the query (row) may attend to the key (column); None lets all see all.
                Shape: broadcastable to (B, heads, T, T), bool

        Returns:
            The mixed vectors.
                Shape: (B, T, H)
        """
        return self.output(self.mix(hidden, mask))

    def mix(self, hidden: Tensor, mask: Tensor | None = None) -> Tensor:
        """What `forward` does before its last projection; arguments and shapes are the same."""
        query, key, value = self.project(hidden)
        dropout = self.dropout if self.training else 0.0
        if self.attend is not None:
            mixed, weights = attended(self.attend, query, key, value, mask)
            if dropout:  # of the weights, so what they mix has to be mixed again
                mixed = F.dropout(weights, dropout) @ value
        elif query.dtype == torch.bfloat16 and not (query.is_cuda or dropout):
            # On a CPU, torch's fused kernel is slower in bfloat16 than the two plain products.
            mixed, _ = attention(query, key, value, mask)
        else:
            mixed = F.scaled_dot_product_attention(query, key, value, attn_mask=mask, dropout_p=dropout)
        return mixed.transpose(1, 2).flatten(-2)

    def weights(self, hidden: Tensor, mask: Tensor | None = None) -> Tensor:
        """How much each position takes from each other one, without dropout; arguments as for `forward`.

        Returns:
            Shape: (B, heads, T, T), each row adds up to 1
        """
        return attended(self.attend or attention, *self.project(hidden), mask)[1]

    def project(self, hidden: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Query, key and value of every head. Shape: (B, T, H) to three of (B, heads, T, H / heads)."""
        query, key, value = (
            projection(hidden).view(*hidden.shape[:2], self.num_heads, -1).transpose(1, 2)
            for projection in (self.query, self.key, self.value)
        )
        return query, key, value


def attended(
    attention: Attention, query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None
) -> tuple[Tensor, Tensor]:
    """What `attention` returns. Raises `ValueError` where that is not an output and weights of the right shapes."""
    output, weights = both("attention", attention(query, key, value, mask), "output and weights")
    check_tensor("attention (output)", output, (*query.shape[:-1], value.shape[-1]))
    check_tensor("attention (weights)", weights, (*query.shape[:-1], key.shape[-2]))
    return output, weights
