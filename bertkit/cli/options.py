"""What the options of several commands have in common."""

import math
from pathlib import Path
from typing import Annotated, Any

import typer

DEFAULT_FOLDER = Path("runs/pretrain")


def whole(text: str) -> int:
    """A whole number."""
    try:
        return int(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a whole number") from None


def at_least_1(text: str) -> int:
    """A whole number that is not below 1."""
    if (number := whole(text)) < 1:
        raise typer.BadParameter(f"{text!r} is too small; it has to be at least 1")
    return number


def positive(text: str) -> float:
    """A positive, finite number."""
    try:
        number = float(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a number") from None
    if not 0 < number < math.inf:
        raise typer.BadParameter(f"{text!r} is out of range; it has to be positive and finite")
    return number


def share(text: str) -> float:
    """A number from 0 to 1, 0 itself not allowed."""
    if (number := positive(text)) > 1:
        raise typer.BadParameter(f"{text!r} is out of range; it has to be a share, at most 1")
    return number


def count(help: str, **more: Any) -> Any:
    """An option that takes a whole number of 1 or more."""
    return typer.Option(parser=at_least_1, metavar="N", help=help, **more)


Seed = Annotated[int, typer.Option(parser=whole, metavar="N", help="Same seed, same machine: same weights.")]
Threads = Annotated[int | None, count("CPU threads; with 1 a small model shares a busy machine best.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")]


def set_threads(threads: int | None) -> None:
    """Use so many CPU threads, where a number was given."""
    import torch

    if threads is not None:
        torch.set_num_threads(threads)
