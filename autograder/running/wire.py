"""Plain data across a process boundary: JSON for the structure, safetensors for the numbers, never a pickle.

What arrives was written by a process that ran a learner's code, so `decode` builds plain values only, whatever the
bytes are, and raises `WireError` where they are not of this form.
"""

import json
import struct
from typing import Any

import torch
from safetensors import TensorSpec, serialize
from safetensors.torch import load

MAX_DEPTH = 20
MAX_ELEMENTS = 2**26
"""Of one tensor; a result that is larger is no answer to any exercise."""
MAX_STRUCTURE = 2**20
"""Bytes of the JSON, and of the table of tensors: what is made of them takes a hundred times as much memory."""
MAX_DIMENSIONS = 32
MAX_BITS = 1024
"""Of one whole number: Python refuses to write very long ones as text."""
DTYPES = frozenset(
    {
        torch.bool,
        torch.uint8,
        torch.int8,
        torch.int16,
        torch.int32,
        torch.int64,
        torch.float16,
        torch.bfloat16,
        torch.float32,
        torch.float64,
    }
)
PLAIN, SMALL = frozenset({int, bool}), 2**62
"""What goes across as it is, and whole numbers that need no look at their length."""
TENSOR, OTHER, FLOAT = "$tensor", "$other", "$float"
ANYWHERE = torch.zeros(1)
"""Where no bytes are read from: a tensor without elements has no place of its own."""


class WireError(ValueError):
    """Bytes that are not an encoded value."""


class Other(str):
    """Stands for a value that is no plain data: its type's name."""

    __slots__ = ()


TOO_LARGE = Other("a value too large to be sent")


def encode(value: Any) -> bytes:
    """Turn a value into bytes. What is not plain data is sent as the name of its type.

    Raises `WireError` where the structure is longer than `decode` takes.
    """
    tensors: dict[str, torch.Tensor] = {}
    structure = json.dumps(_to_tree(value, tensors, 0)).encode()
    if len(structure) > MAX_STRUCTURE:
        raise WireError(f"a structure of {len(structure):,} bytes")
    return struct.pack(">Q", len(structure)) + structure + _table(tensors)


def _table(tensors: dict[str, torch.Tensor]) -> bytes:
    """Our own copies of tensors as safetensors has them.

    What `safetensors.torch.save` looks at besides is so of every copy, and takes it five times as long.
    """
    return serialize(
        {
            name: TensorSpec(
                dtype=str(tensor.dtype).removeprefix("torch."),
                shape=tensor.shape,
                data_ptr=tensor.data_ptr() or ANYWHERE.data_ptr(),
                data_len=tensor.nbytes,
            )
            for name, tensor in tensors.items()
        }
    )


def _to_tree(value: Any, tensors: dict[str, torch.Tensor], depth: int) -> Any:
    # A subclass may carry behaviour, and its methods belong to a learner: they are never called.
    kind = type(value)
    if depth > MAX_DEPTH:
        return {OTHER: "a value nested too deeply"}
    if kind is Other:
        return {OTHER: str(value)}
    if value is None or kind in (bool, str) or (kind is int and value.bit_length() <= MAX_BITS):
        return value
    if kind is float:
        return {FLOAT: value.hex()}
    if isinstance(value, torch.Tensor):
        try:
            plain = _plain_copy(value)
        except Exception:  # a subclass with behaviour of its own, or a tensor without memory
            return {OTHER: kind.__name__}
        if isinstance(plain, str):
            return {OTHER: plain}
        name = str(len(tensors))
        tensors[name] = plain
        return {TENSOR: name}
    if sequence := next((each for each in (list, tuple) if issubclass(kind, each)), None):  # a named tuple is a tuple
        # Most items of long lists are small numbers, for which a call each takes longest.
        return [
            item if type(item) in PLAIN and -SMALL < item < SMALL else _to_tree(item, tensors, depth + 1)
            for item in sequence.__iter__(value)
        ]
    if issubclass(kind, dict) and all(type(key) is str and not key.startswith("$") for key in dict.keys(value)):
        return {key: _to_tree(item, tensors, depth + 1) for key, item in dict.items(value)}
    return {OTHER: kind.__name__}


def _plain_copy(value: torch.Tensor) -> torch.Tensor | str:
    """A contiguous copy without history, of torch's own class; or what the tensor is, where it cannot be sent.

    A copy, because it is read as one piece of memory, whose elements lie in their order.
    """
    with torch._C.DisableTorchFunctionSubclass():
        if value.is_nested:
            return "a nested tensor"
        if value.layout is not torch.strided or value.device.type != "cpu":
            return f"a tensor with layout {value.layout} on {value.device}"
        if value.dtype not in DTYPES:
            return f"a tensor of type {value.dtype}"
        if value.numel() > MAX_ELEMENTS:
            return f"a tensor of {value.numel():,} elements"
        plain = torch.Tensor.detach(value).as_subclass(torch.Tensor)
        return plain.clone(memory_format=torch.contiguous_format)


def decode(data: bytes) -> Any:
    """The value that `encode` turned into `data`. Raises `WireError` for any other bytes."""
    try:
        (size,) = struct.unpack_from(">Q", data)
        if size > min(MAX_STRUCTURE, len(data) - 16):
            raise WireError("the structure is longer than the message, or than a structure may be")
        (table,) = struct.unpack_from("<Q", data, 8 + size)  # as safetensors begins
        if table > MAX_STRUCTURE:
            raise WireError("the table of tensors is longer than it may be")
        tree = json.loads(data[8 : 8 + size])
        tensors = load(data[8 + size :])
    except Exception as error:  # a library may fail in any way on what was made to let it fail
        raise WireError(f"not an encoded value: {error}") from error
    if any(tensor.dim() > MAX_DIMENSIONS or tensor.dtype not in DTYPES for tensor in tensors.values()):
        raise WireError("a tensor of a kind that is never sent")
    return _from_tree(tree, tensors, 0)


def _from_tree(tree: Any, tensors: dict[str, torch.Tensor], depth: int) -> Any:
    if depth > MAX_DEPTH + 1:
        raise WireError("nested too deeply")
    if isinstance(tree, list):
        return [item if type(item) in PLAIN else _from_tree(item, tensors, depth + 1) for item in tree]
    if isinstance(tree, dict):
        if len(tree) == 1:
            ((key, item),) = tree.items()
            if key == TENSOR and isinstance(item, str) and item in tensors:
                return tensors[item]
            if key == FLOAT and isinstance(item, str):
                try:
                    return float.fromhex(item)
                except (ValueError, OverflowError) as error:
                    raise WireError(f"{item!r} is no number") from error
            if key == OTHER and isinstance(item, str):
                return Other(_text(item))
        if any(key.startswith("$") for key in tree):
            raise WireError(f"unknown form {sorted(tree)}")
        return {_text(key): _from_tree(item, tensors, depth + 1) for key, item in tree.items()}
    return _text(tree) if isinstance(tree, str) else tree


def _text(text: str) -> str:
    """Text that can be written to a file: half of a surrogate pair becomes "?"."""
    return text.encode(errors="replace").decode()
