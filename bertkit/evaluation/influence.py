"""Which input a model's output depends on: what it can see, measured and not argued."""

from collections.abc import Callable

import torch
from torch import Tensor


def influence(fn: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """Find out which rows of the input each row of the output depends on.

    Args:
        fn: a deterministic function from (T, H) to (T, H), for example a layer; called once. What it gives may
            depend on some rows only, or on none.
        x: where to take the derivative. Shape: (T, H)

    Returns:
        Entry [i, j] is True where some derivative of output row i with respect to input row j is not exactly 0.
            Shape: (T, T), bool

    >>> influence(lambda x: x.cumsum(dim=0), torch.ones(3, 2)).int()
    tensor([[1, 0, 0],
            [1, 1, 0],
            [1, 1, 1]], dtype=torch.int32)
    """
    with torch.enable_grad():
        inputs = x.detach().clone().requires_grad_()
        outputs = fn(inputs)
        depends = torch.zeros(len(x), len(x), dtype=torch.bool)
        if not outputs.requires_grad:
            return depends  # a constant
        for row, features in enumerate(outputs):
            for feature in features.flatten():
                # `autograd.grad` and not `backward`: nobody's `.grad` changes.
                (gradient,) = torch.autograd.grad(feature, inputs, retain_graph=True, allow_unused=True)
                if gradient is not None:
                    depends[row] |= (gradient != 0).any(dim=-1)
    return depends


def visible_targets(influence: Tensor) -> Tensor:
    """Say where a model can see its own next-token target.

    Args:
        influence: entry [i, j] says whether output i depends on input j. Shape: (T, T), bool

    Returns:
        True at t where output t can see token t + 1; the last position has no target. Shape: (T,), bool

    >>> visible_targets(torch.ones(3, 3, dtype=torch.bool))
    tensor([ True,  True, False])
    """
    visible = torch.zeros(len(influence), dtype=torch.bool)
    visible[:-1] = influence.diagonal(offset=1)
    return visible
