"""Multi-head self-attention (Vaswani et al. 2017, section 3.2; Devlin et al. 2019, section 3)."""

from torch import Tensor, nn
from torch.nn import functional as F


class SelfAttention(nn.Module):
    """Every position looks at every position it may attend to, in several heads at once.

    Args:
        hidden_size: H, width of input and output.
        num_heads: number of heads; divides `hidden_size`.
        dropout: share of attention weights dropped in training.
    """

    def __init__(self, hidden_size: int, num_heads: int, dropout: float) -> None:
        super().__init__()
        if hidden_size % num_heads:
            raise ValueError(f"hidden_size {hidden_size} cannot be split over {num_heads} heads")
        self.num_heads = num_heads
        self.dropout = dropout
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
                Shape: broadcastable to (B, heads, T, T), boolean

        Returns:
            The mixed vectors.
                Shape: (B, T, H)
        """
        query, key, value = (self.split_heads(projection(hidden)) for projection in (self.query, self.key, self.value))
        mixed = F.scaled_dot_product_attention(
            query, key, value, attn_mask=mask, dropout_p=self.dropout if self.training else 0.0
        )
        return self.output(mixed.transpose(1, 2).flatten(-2))

    def split_heads(self, projected: Tensor) -> Tensor:
        """(B, T, H) to (B, heads, T, H / heads)."""
        return projected.view(*projected.shape[:2], self.num_heads, -1).transpose(1, 2)
