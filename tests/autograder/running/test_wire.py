"""Plain data survives the wire, anything else arrives as `Other`, and no bytes at all do harm."""

import math
import random
import struct
from collections import OrderedDict
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pytest
import torch

from autograder.running.observe import same
from autograder.running.wire import (
    DTYPES,
    MAX_BITS,
    MAX_DEPTH,
    MAX_ELEMENTS,
    MAX_STRUCTURE,
    Other,
    WireError,
    decode,
    encode,
)

MESSAGES = 2000


def sent(value: Any) -> Any:
    """What arrives."""
    return decode(encode(value))


def is_plain(value: Any) -> bool:
    """Whether a decoded value is made of plain kinds only."""
    if isinstance(value, list):
        return all(map(is_plain, value))
    if isinstance(value, dict):
        return all(type(key) is str and is_plain(item) for key, item in value.items())
    return value is None or type(value) in (bool, int, float, str, torch.Tensor, Other)


def nested(depth: int) -> list[Any]:
    """A list in a list, so many times."""
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        False,
        0,
        -7,
        2**MAX_BITS - 1,
        0.1,
        -0.0,
        5e-324,
        math.inf,
        -math.inf,
        math.nan,
        "",
        "ä\n\x00\U0001f9f8",
        [],
        {},
        [1, [2.5, None], {"a": [True]}],
        {"": {"b": "c"}, "1": -1},
        torch.tensor(3.0),
        torch.empty(0),
        torch.empty(2, 0, 3, dtype=torch.long),
        torch.tensor([math.nan, math.inf, -math.inf, -0.0]),
        {"tensors": [torch.ones(2), torch.zeros(1, 1)]},
    ],
    ids=repr,
)
def test_round_trip(value: Any) -> None:
    assert is_plain(sent(value))
    assert same(sent(value), value)


@pytest.mark.parametrize("dtype", sorted(DTYPES, key=str), ids=str)
def test_round_trip_of_every_dtype(dtype: torch.dtype) -> None:
    value = torch.tensor([[0, 1, 1], [1, 0, 1]]).to(dtype)
    assert sent(value).dtype == dtype
    assert same(sent(value), value)


def test_a_bool_stays_a_bool_and_an_int_an_int() -> None:
    assert [type(item) for item in sent([True, 1, 1.0])] == [bool, int, float]


def test_a_tuple_arrives_as_a_list() -> None:
    assert sent((1, (2, "x"))) == [1, [2, "x"]]


@pytest.mark.parametrize(
    "tensor",
    [
        torch.arange(6).view(2, 3).t(),
        torch.arange(6)[::2],
        torch.tensor([1.0]).expand(3, 4),
        torch.arange(4.0).requires_grad_(),
        torch.nn.Parameter(torch.ones(2)),
        (torch.arange(3.0).requires_grad_() * 2).view(1, 3),
        torch.tensor([1 + 2j]).conj().imag,
    ],
    ids=["transposed", "strided", "expanded", "leaf", "parameter", "with-history", "negated-view"],
)
def test_a_tensor_arrives_contiguous_and_without_history(tensor: torch.Tensor) -> None:
    arrived = sent(tensor)
    assert type(arrived) is torch.Tensor
    assert arrived.is_contiguous()
    assert not arrived.requires_grad
    assert arrived.tolist() == tensor.tolist()


def test_tensors_that_share_memory_arrive_apart() -> None:
    base = torch.zeros(4)
    first, second = sent([base, base[1:]])
    first.add_(1)
    assert second.tolist() == [0, 0, 0]
    assert base.tolist() == [0, 0, 0, 0]


class Rebellious(torch.Tensor):
    """Raises whatever is asked of it."""

    @classmethod
    def __torch_function__(cls, *args: Any, **more: Any) -> Any:
        raise RuntimeError("no")


class Dispatching(torch.Tensor):
    """Takes operations over below the level that can be switched off for it."""

    @classmethod
    def __torch_dispatch__(cls, *args: Any, **more: Any) -> Any:
        raise RuntimeError("no")


class IntWithBehaviour(int):
    """A subclass of a plain kind."""


class DictWithBehaviour(dict[str, int]):
    """Another; it has no say in what arrives."""

    def items(self) -> Any:
        raise RuntimeError("no")

    def __iter__(self) -> Any:
        raise RuntimeError("no")


class Pair(NamedTuple):
    """A tuple whose places have names, and whose methods lie."""

    first: int
    second: list[int]

    def __iter__(self) -> Iterator[Any]:
        return iter((99, 99))


class ListWithBehaviour(list[int]):
    """A list that shows something else than it holds."""

    def __iter__(self) -> Iterator[int]:
        return iter([99])


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (object(), "object"),
        (1j, "complex"),
        ({1, 2}, "set"),
        (b"bytes", "bytes"),
        (len, "builtin_function_or_method"),
        (int, "type"),
        (IntWithBehaviour(3), "IntWithBehaviour"),
        ({1: 2}, "dict"),
        ({"$tensor": "0"}, "dict"),
        (np.float64(1), "float64"),
        (np.ones(2), "ndarray"),
        (2**MAX_BITS, "int"),
        (10**6000, "int"),
        (torch.ones(2, dtype=torch.complex64), "a tensor of type torch.complex64"),
        (torch.ones(2).to_sparse(), "a tensor with layout torch.sparse_coo on cpu"),
        (torch.ones(2, device="meta"), "a tensor with layout torch.strided on meta"),
        (torch.zeros(1).expand(MAX_ELEMENTS + 1), f"a tensor of {MAX_ELEMENTS + 1:,} elements"),
        (torch.zeros(2).as_subclass(Dispatching), "Dispatching"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_what_is_no_plain_data_arrives_as_other(value: Any, name: str) -> None:
    arrived = sent({"value": [value]})["value"][0]
    assert type(arrived) is Other
    assert arrived == name


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (Pair(1, [2]), [1, [2]]),
        (torch.tensor([3, 7]).max(dim=0), [torch.tensor(7), torch.tensor(1)]),
        (ListWithBehaviour([1, 2]), [1, 2]),
        (DictWithBehaviour(a=1), {"a": 1}),
        (OrderedDict(a=1), {"a": 1}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_of_a_container_of_a_kind_of_its_own_its_content_arrives(value: Any, plain: Any) -> None:
    """A named tuple is a tuple; what its class would do is never asked."""
    arrived = sent(value)
    assert type(arrived) is type(plain)
    assert same(arrived, plain)


def test_a_tensor_that_refuses_everything_arrives_all_the_same() -> None:
    arrived = sent(torch.ones(2).as_subclass(Rebellious))
    assert type(arrived) is torch.Tensor
    assert arrived.tolist() == [1, 1]


def test_what_stands_for_something_else_stays_what_it_is() -> None:
    assert sent(Other("a lock")) == Other("a lock")
    assert type(sent([Other("a lock")])[0]) is Other


def test_a_structure_that_would_not_be_read_is_not_written() -> None:
    with pytest.raises(WireError, match="bytes"):
        encode([0] * MAX_STRUCTURE)


def test_depth() -> None:
    assert sent(nested(MAX_DEPTH)) == nested(MAX_DEPTH)
    assert "nested too deeply" in str(sent(nested(MAX_DEPTH + 1)))
    endless: list[Any] = []
    endless.append(endless)
    assert "nested too deeply" in str(sent(endless))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00" * 7,
        b"\x00" * 8,
        b"\xff" * 8,
        (10).to_bytes(8, "big") + b"{}",
        (2).to_bytes(8, "big") + b"{}",
        (4).to_bytes(8, "big") + b"null" + b"garbage",
        (40000).to_bytes(8, "big") + b"[" * 40000 + encode(None)[12:],
    ],
    ids=range(8),
)
def test_bytes_that_are_no_message(data: bytes) -> None:
    with pytest.raises(WireError):
        decode(data)


def with_structure(text: str) -> bytes:
    """A message with this JSON and no tensors."""
    return len(text).to_bytes(8, "big") + text.encode() + encode(None)[12:]


@pytest.mark.parametrize(
    "text",
    [
        '{"$tensor": "0"}',
        '{"$tensor": 0}',
        '{"$float": "one"}',
        '{"$float": 1}',
        '{"$float": "0x1p99999999"}',
        '{"$other": []}',
        '{"$unknown": 1}',
        '{"$float": "0x1p0", "a": 1}',
        "[" * 30 + "]" * 30,
        "1" * 5000,
    ],
)
def test_structures_that_encode_never_writes(text: str) -> None:
    with pytest.raises(WireError):
        decode(with_structure(text))


SAMPLE = {
    "value": [torch.arange(12).view(3, 4), torch.tensor([math.nan]), 1.5, Other("set")],
    "raised": {"type": "ValueError", "message": "ä", "is_value_error": True, "line": ""},
    "changed": ["input_ids"],
}


def broken(message: bytes, rng: random.Random) -> bytes:
    """A message that was cut, changed in some bytes, mixed up, or made of noise."""
    way = rng.randrange(5)
    data = bytearray(message)
    if way == 0:
        return bytes(data[: rng.randrange(len(data))])
    if way == 1:
        return rng.randbytes(rng.randrange(200))
    if way == 2:
        at = rng.randrange(len(data))
        return bytes(data[:at]) + rng.randbytes(rng.randrange(1, 20)) + bytes(data[at:])
    # Most of all inside the structure and the header of the tensors, where a bit means something.
    for _ in range(rng.choice((1, 1, 2, 8))):
        at = rng.randrange(len(data) if way == 3 else 8 + int.from_bytes(message[:8], "big") + 200) % len(data)
        data[at] = rng.choice((rng.randrange(256), data[at] ^ (1 << rng.randrange(8)), ord(rng.choice('"$[]{}:,0Nn'))))
    return bytes(data)


def test_damaged_messages_give_plain_data_or_a_wire_error() -> None:
    rng, message, refused = random.Random(0), encode(SAMPLE), 0
    for number in range(MESSAGES):
        try:
            value = decode(broken(message, rng))
        except WireError:
            refused += 1
        else:
            assert is_plain(value), number
    assert MESSAGES // 4 < refused < MESSAGES


def test_half_a_surrogate_pair_becomes_something_that_files_can_hold() -> None:
    assert decode(encode({"\ud800": ["a\udfff", object()]})) == {"?": ["a?", "object"]}


def frame(tree: bytes, table: bytes, data: bytes = b"") -> bytes:
    """A message of these parts, whether they fit or not."""
    return struct.pack(">Q", len(tree)) + tree + struct.pack("<Q", len(table)) + table + data


@pytest.mark.parametrize(
    "message",
    [
        frame(b"[" + b"[]," * MAX_STRUCTURE + b"[]]", b"{}"),
        frame(b"1", b"{" + b" " * MAX_STRUCTURE + b"}"),
        frame(b"1", b'{"0":{"dtype":"F32","shape":[0,9223372036854775808],"data_offsets":[0,0]}}'),
        frame(b"1", b'{"0":{"dtype":"F32","shape":[%s1],"data_offsets":[0,4]}}' % (b"1," * 99), b"0000"),
        frame(b"1", b'{"0":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1]}}', b"0"),
        frame(b"1", b'{"0":{"dtype":"C64","shape":[1],"data_offsets":[0,8]}}', b"00000000"),
        frame(b"1", b'{"0":{"dtype":"U64","shape":[1],"data_offsets":[0,8]}}', b"00000000"),
    ],
    ids=["long-tree", "long-table", "overflow", "dimensions", "float8", "complex", "uint64"],
)
def test_messages_made_to_break_the_reader_are_refused(message: bytes) -> None:
    with pytest.raises(WireError):
        decode(message)


@pytest.mark.parametrize("number", [0, -1, 2**62 - 1, 2**62, -(2**62), 2**63, 2**MAX_BITS - 1, True, False])
def test_numbers_in_lists_arrive_as_they_are(number: int) -> None:
    (arrived,) = sent([[number]])
    assert arrived == [number]
    assert type(arrived[0]) is type(number)


def test_numbers_in_lists_that_are_too_long_or_no_plain_ones_do_not() -> None:
    class Small(int):
        pass

    assert sent([2 ** (MAX_BITS + 1), Small(3)]) == [Other("int"), Other("Small")]
    assert sent([Other("a thing")]) == [Other("a thing")]
