"""What a function came back with, held against what it has to come back with.

Many functions of this library can be exchanged for one's own. Where one is called, these checks say which it was, what
it returned and what it should have: without them an error would come up in some other place, or none at all.
"""

import math
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor


def check_tensor(piece: str, value: object, shape: Sequence[int], dtype: torch.dtype | None = None) -> None:
    """Raise `ValueError`, naming `piece`, unless it returned a tensor like this; any float will do if `dtype` is None.

    >>> check_tensor("select_positions", torch.zeros(2, 3), (2, 3), torch.bool)
    Traceback (most recent call last):
    ValueError: select_positions returned a float32 tensor of shape (2, 3); it has to be a bool tensor of shape (2, 3)
    """
    if not isinstance(value, Tensor) or value.shape != tuple(shape) or not is_of_type(value, dtype):
        kind = "a float" if dtype is None else name_of(dtype)
        raise wrong(piece, value, f"{kind} tensor of shape {tuple(shape)}")


def is_of_type(value: Tensor, dtype: torch.dtype | None) -> bool:
    """Whether a tensor has this type; any float if it is None."""
    return value.is_floating_point() if dtype is None else value.dtype == dtype


def scalar(piece: str, loss: Tensor) -> Tensor:
    """The loss that `piece` returned. Raises `ValueError` where it is no scalar."""
    check_tensor(piece, loss, ())
    return loss


def both(piece: str, value: Any, what: str) -> tuple[Any, Any]:
    """The two things that `piece` returned. Raises `ValueError` where they are not two."""
    try:
        first, second = value
    except (TypeError, ValueError) as error:
        raise wrong(piece, value, f"a tuple of two, {what}") from error
    return first, second


def check_number(piece: str, value: object) -> None:
    """Raise `ValueError`, naming `piece`, unless it returned a finite number of Python's."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise wrong(piece, value, "a finite number")


def check_module(piece: str, value: object) -> None:
    """Raise `ValueError`, naming `piece`, unless it built an `nn.Module`."""
    if not isinstance(value, torch.nn.Module):
        raise wrong(piece, value, "an nn.Module")


def wrong(piece: str, value: object, expected: str) -> ValueError:
    """The error for a piece that did not return what was expected of it."""
    return ValueError(f"{piece} returned {described(value)}; it has to be {expected}")


def described(value: object) -> str:
    """A value in a few words: of a tensor its type and shape, not its numbers.

    >>> described((torch.zeros(2), None))
    '(a float32 tensor of shape (2,), None)'
    """
    if isinstance(value, Tensor):
        return f"{name_of(value.dtype)} tensor of shape {tuple(value.shape)}"
    if isinstance(value, tuple) and len(value) <= 3:
        return f"({', '.join(described(each) for each in value)})"
    if value is None or isinstance(value, bool | int | float):
        return repr(value)
    size = f" of {len(value)}" if isinstance(value, list | tuple | dict) else ""
    return f"a {type(value).__name__}{size}"


def name_of(dtype: torch.dtype) -> str:
    """`an int64` for `torch.int64`."""
    name = str(dtype).removeprefix("torch.")
    return f"an {name}" if name.startswith("i") else f"a {name}"
