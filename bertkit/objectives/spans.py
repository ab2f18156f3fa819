"""Span prediction: where an answer starts and where it ends (Devlin et al. 2019, section 4.2)."""

from torch import Tensor
from torch.nn import functional as F


def span_loss(start_logits: Tensor, end_logits: Tensor, start: Tensor, end: Tensor) -> Tensor:
    """Mean of the two cross-entropies over positions, in nats.

    Args:
        start_logits: Shape: (B, T)
        end_logits: Shape: (B, T)
        start: position of the answer's first token. Shape: (B,), int64
        end: position of its last token. Shape: (B,), int64

    Returns:
        A scalar that can be differentiated.

    >>> import torch
    >>> logits = torch.zeros(1, 8)
    >>> span_loss(logits, logits, torch.tensor([2]), torch.tensor([4]))  # ln 8: all eight positions equally likely
    tensor(2.0794)
    """
    return (F.cross_entropy(start_logits, start) + F.cross_entropy(end_logits, end)) / 2


def best_span(start_logits: Tensor, end_logits: Tensor, allowed: Tensor, max_length: int) -> tuple[int, int]:
    """Choose start and end together: the likeliest pair that is a span.

    Args:
        start_logits: of one example. Shape: (T,)
        end_logits: Shape: (T,)
        allowed: True where an answer may start and end. Shape: (T,), bool
        max_length: longest span, in tokens.

    Returns:
        (start, end), both inclusive: the highest sum of logits among start <= end < start + max_length.

    Raises:
        ValueError: where no pair is left, `max_length` below 1 included.

    The best start alone is 1 and the best end alone 0, which is no span:

    >>> import torch
    >>> start, end = torch.tensor([0.0, 5.0, 1.0, 0.0]), torch.tensor([4.0, 0.0, 1.0, 3.0])
    >>> everywhere = torch.ones(4, dtype=torch.bool)
    >>> best_span(start, end, everywhere, max_length=3), best_span(start, end, everywhere, max_length=2)
    ((1, 3), (1, 2))
    """
    pairs = (allowed[:, None] & allowed).triu().tril(max_length - 1)
    if not pairs.any():
        raise ValueError(
            f"no span is left among {int(allowed.sum())} allowed positions with max_length {max_length}; "
            "allow at least one position and a length of 1"
        )
    candidates = pairs.nonzero()
    scores = start_logits[candidates[:, 0]] + end_logits[candidates[:, 1]]
    start, end = candidates[scores.argmax()].tolist()
    return start, end
