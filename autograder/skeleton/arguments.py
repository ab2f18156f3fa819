"""What the arguments of a reference are, by annotation and docstring, and an expression that draws each of them."""

import ast
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from autograder.calls import SEED
from autograder.definitions import Definition, Function

NAMES_OF_SIZES = {"B": "rows", "T": "length", "H": "hidden", "V": "classes", "...": "leading"}
"""What a size is called, by its letter in a docstring; others by the letter itself, in lower case."""
SHAPE = re.compile(r"Shape: (?:broadcastable to )?\(([^)]*)\)(?:(?: each)?, (\w+))?")
PLAIN = frozenset(
    {"Tensor", "int", "float", "bool", "str", "None", "Any", "Sequence", "list", "tuple", "Mapping", "dict"}
)
"""What annotations of plain data are made of."""
GENERATORS = {"torch.Generator": torch.Generator, "random.Random": random.Random}
LISTS = {
    "int": "draw.integer(0, length - 1)",
    "int | None": "draw.contents.choice([None, *range(length)])",
    "float": "draw.share()",
    "bool": "draw.integer(0, 1) == 1",
}
"""By the type of an element: one of a list of `length`; whole numbers below it, so that they can be places in one."""


@dataclass(frozen=True)
class Argument:
    """One argument of a function."""

    name: str
    annotation: str
    text: str
    """What the docstring says of it, on one line."""

    @property
    def is_plain(self) -> bool:
        """Whether it can be sent to another process."""
        return set(re.findall(r"\w+", self.annotation)) <= PLAIN

    @property
    def sizes(self) -> list[str]:
        """The sizes of its shape, as the docstring has them."""
        shape = SHAPE.search(self.text)
        return [size.strip() for size in shape[1].split(",") if size.strip()] if shape else []

    @property
    def dtype(self) -> str | None:
        """The dtype, where the docstring says one."""
        shape = SHAPE.search(self.text)
        return shape[2] or ("int64" if "-100" in self.text else None) if shape else None


@dataclass(frozen=True)
class Manner:
    """One of the ways to draw what neither annotation nor docstring says, from the plainest on."""

    rising: bool = False
    """Whether each whole number is larger than those before it."""
    some: bool = False
    """Whether every mask is True in some place."""
    large: bool = False
    """Whether sizes are so large that two random results never agree."""


def arguments_of(reference: Definition) -> list[Argument] | None:
    """The arguments of a function in order; None where they cannot all be passed by position."""
    node = reference.node
    if not isinstance(node, Function) or node.args.vararg or node.args.kwonlyargs or node.args.kwarg:
        return None
    texts = argument_texts(reference.docstring or "")
    return [
        Argument(each.arg, ast.unparse(each.annotation) if each.annotation else "Any", texts.get(each.arg, ""))
        for each in (*node.args.posonlyargs, *node.args.args)
    ]


def argument_texts(docstring: str) -> dict[str, str]:
    """What stands under `Args:`, by argument, each on one line."""
    section = re.search(r"^Args:\n((?: +.*\n?|\n(?= ))*)", docstring, re.MULTILINE)
    entries = re.split(r"^    (\w+): ?", section[1] if section else "", flags=re.MULTILINE)
    return {name: " ".join(text.split()) for name, text in zip(entries[1::2], entries[2::2], strict=True)}


def drawn(arguments: Sequence[Argument], manner: Manner, seeded: bool = False) -> list[str] | None:
    """The body of an `inputs(draw)` for such arguments and, `seeded`, a seed, line by line.

    None where one of the arguments cannot be told.
    """
    entries: dict[str, str] = {}
    numbers = 0
    for argument in arguments:
        expression = _expression(argument, arguments, manner, numbers)
        if expression is None:
            return None
        numbers += argument.annotation == "int"
        entries[argument.name] = expression
    entries |= {SEED: "draw.seed()"} if seeded else {}
    used = " ".join(entries.values())
    sizes = {size: _size_name(size) for each in arguments for size in each.sizes if not size.isdigit()}
    sizes |= {"B": "rows", "T": "length"}
    lines = [
        f"{name} = {_size(size, manner)}" for size, name in sizes.items() if re.search(rf"(?<!['\"\w]){name}\b", used)
    ]
    return [*lines, *laid_out("return {", [f'"{name}": {text}' for name, text in entries.items()], "}")]


def laid_out(head: str, items: list[str], tail: str, width: int = 116) -> list[str]:
    """Items between brackets: on one line where they fit, else one a line."""
    line = f"{head}{', '.join(items)}{tail}"
    return [line] if len(line) <= width else [head, *(f"    {item}," for item in items), tail]


def _expression(argument: Argument, among: Sequence[Argument], manner: Manner, numbers: int) -> str | None:
    kind = argument.annotation.removesuffix(" | None")
    if kind == "Tensor":
        return _tensor(argument, among, manner) if SHAPE.search(argument.text) else None
    if kind == "int":
        low, high = (10**numbers, 10 ** (numbers + 1) - 1) if manner.rising else (1, 20)
        return f"draw.integer({low}, {high})"
    if kind == "float":
        return "draw.share(0.05, 0.95)"
    if kind == "bool":
        return "draw.integer(0, 1) == 1"
    if inner := re.fullmatch(r"(?:Sequence|list)\[(?:Sequence|list)\[int\]\]", kind):
        return "[[draw.integer(0, 99) for _ in range(draw.size(1, 9))] for _ in range(rows)]"
    if (inner := re.fullmatch(r"(?:Sequence|list)\[(.*)\]", kind)) and inner[1] in LISTS:
        return f"[{LISTS[inner[1]]} for _ in range(length)]"
    return None


def _tensor(argument: Argument, among: Sequence[Argument], manner: Manner) -> str | None:
    names = [f"*{_size_name(size)}" if size == "..." else _size_name(size) for size in argument.sizes]
    shape = f"({', '.join(names)}{',' * (len(names) == 1)})"
    if argument.dtype == "bool":
        mask = f"draw.mask({shape}, draw.share(0.2, 0.9))"
        last = names[-1] if names and not names[-1].startswith("*") else None
        return f"{mask} | (torch.arange({last}) == 0)" if manner.some and last else mask
    if argument.dtype == "int64":
        ids = f"draw.ids({shape}, {_bound(argument, among)})"
        return f"{ids}.masked_fill(draw.mask({shape}, 0.4), -100)" if "-100" in argument.text else ids
    return f"draw.normal({', '.join(names)})" if argument.dtype is None else None


def _bound(argument: Argument, among: Sequence[Argument]) -> str:
    """What whole numbers stay below: the size that scores of the same leading dimensions have and they have not."""
    for other in among:
        if other.dtype is None and other.sizes[:-1] == argument.sizes and other.sizes:
            return _size_name(other.sizes[-1])
    return "draw.vocabulary()"


def _size_name(size: str) -> str:
    return size if size.isdigit() else NAMES_OF_SIZES.get(size, size.lower())


def _size(size: str, manner: Manner) -> str:
    if size == "...":
        return "draw.leading()"
    if manner.large:
        return "draw.rows(40, 60)" if size == "B" else "draw.size(40, 60)"
    return "draw.rows()" if size == "B" else "draw.size(2, 40)" if size == "V" else "draw.size(1, 9)"
