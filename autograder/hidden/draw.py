"""Fresh random inputs, and the checks on a returned tensor that come before any other."""

import random
from typing import Any

import torch
from torch import Tensor

from autograder.judging.judge import RETURNS_NOTHING, Finding
from autograder.running.wire import Other
from autograder.wording import quoted


def seed(rng: random.Random) -> int:
    """A seed for a case."""
    return rng.randrange(2**31)


def torch_generator(rng: random.Random) -> torch.Generator:
    """A generator for drawing a case's tensors."""
    return torch.Generator().manual_seed(seed(rng))


def token_batch(rng: random.Random, rows: int, length: int, vocab_size: int) -> tuple[Tensor, Tensor]:
    """A batch as a tokenizer makes it: [CLS] (2), tokens, [SEP] (3), padding (0) on the right, lengths mixed.

    Returns:
        (input_ids, special_tokens_mask), shape (rows, length); the first row is full.
    """
    generator = torch_generator(rng)
    ids = torch.randint(5, vocab_size, (rows, length), generator=generator)
    lengths = torch.randint(max(3, 3 * length // 4), length + 1, (rows,), generator=generator)
    lengths[0] = length
    places = torch.arange(length)
    special = (places == 0) | (places >= lengths[:, None] - 1)
    ids[:, 0] = 2
    ids[places == lengths[:, None] - 1] = 3
    ids[places >= lengths[:, None]] = 0
    return ids, special


def kind_of(value: Any) -> str:
    """What a returned value is, in words."""
    if isinstance(value, Tensor):
        return f"a tensor of shape {tuple(value.shape)} and type {str(value.dtype).removeprefix('torch.')}"
    if isinstance(value, Other):
        return quoted(value if value.startswith("a ") else f"an object of type {value}", 80)
    if value is None:
        return "None"
    return f"a value of type {type(value).__name__}"


def wrong_kind(
    value: Any, shape: tuple[int, ...], dtype: torch.dtype, wrong_dtype: str | None, wrong_shape: str | None
) -> Finding | None:
    """Whether a value is a tensor of that shape and type.

    Args:
        value: what came back.
        shape: what it should have.
        dtype: what it should have.
        wrong_dtype: name of the known mistake behind another type.
        wrong_shape: name of the known mistake behind a tensor of another number of dimensions.
    """
    expected = f"A tensor of shape {shape} and type {str(dtype).removeprefix('torch.')}."
    if not isinstance(value, Tensor):
        return Finding(f"It returned {kind_of(value)}.", expected, RETURNS_NOTHING if value is None else None)
    if tuple(value.shape) != shape:
        return Finding(f"It returned {kind_of(value)}.", expected, wrong_shape if value.ndim != len(shape) else None)
    if value.dtype != dtype:
        return Finding(f"It returned {kind_of(value)}.", expected, wrong_dtype)
    return None


def percent(part: int | float, whole: int | float) -> str:
    """A share in per cent, with one digit where it is small."""
    share = 100 * part / max(whole, 1)
    return f"{share:.1f} %" if 0 < share < 10 else f"{share:.0f} %"
