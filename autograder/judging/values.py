"""Plain values side by side: their form, where they differ, and how to say it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from autograder.running.observe import same
from autograder.running.wire import Other
from autograder.wording import quoted

Number = int | float | bool


@dataclass(frozen=True)
class Difference:
    """One place in which two values differ."""

    path: tuple[str, ...]
    """Keys and places that lead there."""
    got: Any
    want: Any
    is_form: bool
    """Whether type, dtype or shape differ already."""


def differences(
    got: Any, want: Any, tolerances: Mapping[torch.dtype, float], path: tuple[str, ...] = ()
) -> Iterator[Difference]:
    """All of them, in order; a difference in form hides what is below it."""
    if isinstance(want, Tensor):
        if not isinstance(got, Tensor) or got.dtype != want.dtype or got.shape != want.shape:
            yield Difference(path, got, want, True)
        elif not near(got, want, tolerances.get(want.dtype, 0.0)):
            yield Difference(path, got, want, False)
    elif isinstance(want, dict):
        if not isinstance(got, dict) or got.keys() != want.keys():
            yield Difference(path, got, want, True)
        else:
            for key in want:
                yield from differences(got[key], want[key], tolerances, (*path, key))
    elif isinstance(want, list):
        if not isinstance(got, list) or (len(got) != len(want) and any(isinstance(each, Tensor) for each in want)):
            yield Difference(path, got, want, True)
        elif len(got) != len(want):
            yield Difference(path, got, want, False)
        else:
            for place, (one, other) in enumerate(zip(got, want, strict=True)):
                yield from differences(one, other, tolerances, (*path, str(place)))
    elif type(got) is not type(want):
        yield Difference(path, got, want, True)
    elif not same(got, want, tolerances[torch.float64] if isinstance(want, float) else 0.0):
        yield Difference(path, got, want, False)


def near(got: Tensor, want: Tensor, tolerance: float) -> bool:
    """Whether two tensors of one form are equal but for rounding, which is as large as the largest numbers make it."""
    if not want.is_floating_point() or not tolerance or not want.numel():
        return same(got, want)
    finite = want[want.isfinite()].abs()
    largest = max(1.0, float(finite.max())) if finite.numel() else 1.0
    return torch.allclose(got, want, rtol=tolerance, atol=tolerance * largest, equal_nan=True)


def same_form(got: Any, want: Any) -> bool:
    """Whether two values have the same types, dtypes and shapes; lists of plain numbers may differ in length."""
    if isinstance(want, Tensor):
        return isinstance(got, Tensor) and got.dtype == want.dtype and got.shape == want.shape
    if isinstance(want, dict):
        return isinstance(got, dict) and got.keys() == want.keys() and all(same_form(got[k], want[k]) for k in want)
    if isinstance(want, list):
        if not isinstance(got, list):
            return False
        if len(got) != len(want):
            return not any(isinstance(each, Tensor) for each in want)
        return all(same_form(one, other) for one, other in zip(got, want, strict=True))
    return type(got) is type(want)


def kind_of(value: Any) -> str:
    """What a returned value is, in words."""
    if isinstance(value, Tensor):
        return f"a tensor of shape {tuple(value.shape)} and type {dtype_of(value)}"
    if isinstance(value, Other):
        return quoted(value if value.startswith("a ") else f"an object of type {value}", 80)
    if value is None:
        return "None"
    if isinstance(value, list):
        return f"a list or tuple of {len(value)}"
    return f"a value of type {type(value).__name__}"


def dtype_of(tensor: Tensor) -> str:
    """The name of a tensor's type."""
    return str(tensor.dtype).removeprefix("torch.")


def wrong_in(got: Any, want: Any) -> tuple[int, int]:
    """How many of the numbers, or other single values, in two values of one form differ, and of how many."""
    if isinstance(want, Tensor):
        return int((got != want).sum()), want.numel()
    if isinstance(want, dict | list):
        pairs = [(got[key], want[key]) for key in want] if isinstance(want, dict) else [*zip(got, want, strict=False)]
        unmatched = 0 if isinstance(want, dict) else abs(len(got) - len(want))
        wrong, total = (sum(each) for each in zip((0, 0), *(wrong_in(*pair) for pair in pairs), strict=True))
        return wrong + unmatched, total + unmatched
    return int(not same(got, want)), 1


def figure(number: Number) -> str:
    """A number with four digits."""
    return str(number) if isinstance(number, int) else f"{number:.4g}"
