"""Float32 or bfloat16: the precision of the matrix products, and how fast this processor is in each."""

from time import perf_counter

import torch
from torch import Tensor, nn

PRECISIONS = ("float32", "bfloat16")
SIDES = (128, 256, 512, 1024)
"""Of the square matrices that are multiplied, until one takes too long."""
LONGEST_PRODUCT = 0.02
"""Seconds. A product expected to take longer is left out, so that all are done in a tenth of a second anywhere."""


class Autocast(nn.Module):
    """A model whose matrix products are computed in bfloat16."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, **inputs: Tensor) -> Tensor:
        """The model's own result."""
        with torch.autocast("cpu", torch.bfloat16):
            return self.model(**inputs)


def product_speed(dtype: torch.dtype) -> float:
    """Operations a second of matrix products of this type, the fastest of a few; takes some tens of milliseconds.

    An addition and a multiplication are two operations. Where a processor lacks bfloat16, torch converts every number
    and may be a hundred times slower in it; small matrices show that as well, and the large ones are not tried.
    """
    fastest = 0.0
    for side in SIDES:
        matrix = torch.ones(side, side, dtype=dtype)
        seconds = []
        for _ in range(3):
            start = perf_counter()
            matrix @ matrix
            seconds.append(perf_counter() - start)
        fastest = max(fastest, 2 * side**3 / min(seconds))
        if 8 * min(seconds) > LONGEST_PRODUCT:  # what twice the side would take
            break
    return fastest


def bfloat16_speed() -> float:
    """How fast matrix products in bfloat16 are here, in multiples of those in float32."""
    return product_speed(torch.bfloat16) / product_speed(torch.float32)
