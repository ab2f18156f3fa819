# ruff: noqa: NPY002 (numpy's global generator is what is being watched)
"""Running an answer once and writing down what happened, as plain data.

The same function serves a notebook, where the learner's answer lives in the kernel, and a worker process, where it is
alone with the inputs. Both send the record through `wire`, so that a judge never touches an object that a learner made.
"""

import contextlib
import io
import random
import traceback
import warnings
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch

from autograder.calls import in_a_library
from autograder.exercise import Inputs, Runner
from autograder.running import wire

OURS = str(Path(__file__).parents[1])
"""Folder of our own code, in which a learner has nothing to mend."""

GLOBAL_SEED = "global_seed"
"""Key of the inputs that says what the global generators are seeded with during the run."""
UNLIKELY_SEED = 3_141_592_653
"""Seeds them where the inputs do not say. An answer that seeds them itself, with 0 or 42, must be seen to do so."""


STRIDED = "strided"
"""Key of the inputs that says that tensors are to lie in memory in another order than their elements have."""

GRAD_MODE, DEFAULT_DTYPE = MODES = ("grad mode", "default dtype")
"""Those of torch's modes that an answer may switch, if it puts them back."""


@contextlib.contextmanager
def global_randomness(seed: int) -> Iterator[None]:
    """Seed the global generators of torch, random and numpy, and put their states back at the end."""
    states = random.getstate(), np.random.get_state(), torch.get_rng_state()
    random.seed(seed)
    np.random.seed(seed % 2**32)
    torch.default_generator.manual_seed(seed)  # torch.manual_seed would prepare every accelerator too, in a ms
    try:
        yield
    finally:
        random.setstate(states[0])
        np.random.set_state(states[1])
        torch.set_rng_state(states[2])


def fingerprint_of_global_randomness() -> tuple[Any, ...]:
    """A value that changes when a global generator is advanced."""
    name, keys, *rest = np.random.get_state()
    return random.getstate(), (name, np.asarray(keys).tobytes(), *rest), torch.get_rng_state().numpy().tobytes()


@lru_cache(maxsize=8)
def fingerprint_after_seeding(seed: int) -> tuple[Any, ...]:
    """That of the global generators when they have just been seeded with `seed`."""
    with global_randomness(seed):
        return fingerprint_of_global_randomness()


def observe(run: Runner, answer: Any, inputs: Inputs) -> dict[str, Any]:
    """Runner `answer` on a copy of `inputs`, with output and warnings swallowed and every exception caught.

    Returns:
        Plain data: `value` (what `run` returned) or `raised` (type, message, whether it is a ValueError and a
        NotImplementedError, and the line of the learner's code), `changed` (names of inputs that were modified),
        `global_random` (whether a global generator moved) and `switched` (names of torch's modes that were left in
        another state).
    """
    own = wire.decode(wire.encode(inputs))
    if inputs.get(STRIDED):
        own = {name: strided(value) for name, value in own.items()}
    record: dict[str, Any] = {"changed": [], "global_random": False, "switched": []}
    grad_mode, default_dtype = torch.is_grad_enabled(), torch.get_default_dtype()
    try:
        # Even where the caller has made them errors, and until the exception is gone: what it holds may be open.
        with warnings.catch_warnings(action="ignore"):
            try:
                seed = int(inputs.get(GLOBAL_SEED, UNLIKELY_SEED))
                before = fingerprint_after_seeding(seed)
                with (
                    contextlib.redirect_stdout(io.StringIO()),
                    contextlib.redirect_stderr(io.StringIO()),
                    global_randomness(seed),
                ):
                    try:
                        record["value"] = run(answer, own)
                    finally:
                        record["global_random"] = fingerprint_of_global_randomness() != before
            except (KeyboardInterrupt, GeneratorExit):
                raise
            except BaseException as error:  # SystemExit and a learner's own BaseException are answers too, wrong ones
                record["raised"] = raised_as(error)
    finally:
        if torch.is_grad_enabled() != grad_mode:
            record["switched"].append(GRAD_MODE)
            torch.set_grad_enabled(grad_mode)
        if torch.get_default_dtype() != default_dtype:
            record["switched"].append(DEFAULT_DTYPE)
            torch.set_default_dtype(default_dtype)
    record["changed"] = changed_names(inputs, own)
    try:
        plain: dict[str, Any] = wire.decode(wire.encode(record))
    except wire.WireError:  # an answer can return any amount
        plain = wire.decode(wire.encode(record | {"value": wire.TOO_LARGE}))
    return plain


def raised_as(error: BaseException) -> dict[str, Any]:
    """An exception as plain data."""
    return {
        "type": type(error).__name__,
        "message": text_of(error),
        "is_value_error": isinstance(error, ValueError),
        "is_not_implemented": is_of_a_stub(error),
        "line": _line_of(error),
    }


def strided(value: Any) -> Any:
    """The same tensor, in memory column by column; one row or column with gaps. Others as they are."""
    if not isinstance(value, torch.Tensor) or value.dim() == 0:
        return value
    long = [dim for dim, size in enumerate(value.shape) if size > 1]
    if len(long) < 2:
        return torch.stack([value, value], dim=-1)[..., 0]
    return value.transpose(*long[:2]).contiguous().transpose(*long[:2])


def changed_names(before: Inputs, after: Inputs) -> list[str]:
    """The inputs that were written into, those of an earlier call under their own names."""
    names: list[str] = []
    for name, value in before.items():
        nested = isinstance(value, dict) and isinstance(after.get(name), dict)
        inner = changed_names(value, after[name]) if nested else []
        names += [each for each in inner if each in before] or ([name] if was_changed(value, after.get(name)) else [])
    return list(dict.fromkeys(names))


def was_changed(before: Any, after: Any) -> bool:
    """Whether a plain value was written into; a tensor's `requires_grad` and `.grad` belong to it."""
    return records_gradients(after) or not same(before, after)


def records_gradients(value: Any) -> bool:
    """Whether a tensor in a plain value has been told to, or has one."""
    if isinstance(value, list | dict):
        return any(map(records_gradients, value.values() if isinstance(value, dict) else value))
    return isinstance(value, torch.Tensor) and (value.requires_grad or value.grad is not None)


def is_of_a_stub(error: BaseException) -> bool:
    """Whether an exception says that something is yet to be written.

    Torch raises the same one for operations that a type lacks, and for modules without `forward`.
    """
    lacking = ("not implemented for", "is missing the required", "Could not run", "not currently implemented")
    return isinstance(error, NotImplementedError) and not any(words in text_of(error) for words in lacking)


def text_of(error: BaseException) -> str:
    """An exception's message, where it has one that can be read."""
    try:
        return str(error)[:500]
    except Exception:
        return ""


def _line_of(error: BaseException) -> str:
    """The last line of code, outside torch and the standard library, that the exception passed through."""
    frames = traceback.extract_tb(error.__traceback__)
    for frame in reversed(frames):
        if frame.line and not in_a_library(frame.filename) and not frame.filename.startswith(OURS):
            return frame.line.strip()[:200]
    return ""


def same(left: Any, right: Any, tolerance: float = 0.0) -> bool:
    """Whether two plain values are equal: tensors in dtype, shape and every element (NaN equals NaN)."""
    if isinstance(left, torch.Tensor) or isinstance(right, torch.Tensor):
        if not (isinstance(left, torch.Tensor) and isinstance(right, torch.Tensor)):
            return False
        if left.dtype != right.dtype or left.shape != right.shape:
            return False
        if not left.dtype.is_floating_point:
            return torch.equal(left, right)
        return torch.allclose(left, right, rtol=tolerance, atol=tolerance, equal_nan=True)
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key], tolerance) for key in left)
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        if set(map(type, left)) == set(map(type, right)) == {int}:  # long lists, for which a call each takes longest
            return list(left) == list(right)
        return len(left) == len(right) and all(same(a, b, tolerance) for a, b in zip(left, right, strict=True))
    if isinstance(left, float) and isinstance(right, float):
        return abs(left - right) <= tolerance or left == right or (left != left and right != right)
    return type(left) is type(right) and bool(left == right)
