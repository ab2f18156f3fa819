"""What the options of several commands have in common."""

from pathlib import Path
from typing import Annotated, Any

import typer

DEFAULT_FOLDER = Path("runs/pretrain")


def count(help: str, **more: Any) -> Any:
    """An option that takes a whole number of 1 or more."""
    return typer.Option(min=1, metavar="N", help=help, **more)


def share(help: str) -> Any:
    """An option that takes a number from 0 to 1; whether 0 makes sense is for what takes it to say."""
    return typer.Option(min=0, max=1, metavar="SHARE", help=help)


def rate(help: str, **more: Any) -> Any:
    """An option that takes a learning rate; the settings of a training refuse 0 and infinity."""
    return typer.Option(min=0, metavar="RATE", help=help, **more)


Seed = Annotated[int, typer.Option(metavar="N", help="Same seed, same machine: same weights.")]
Threads = Annotated[int | None, count("CPU threads; with 1 a small model shares a busy machine best.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")]


def set_threads(threads: int | None) -> None:
    """Use so many CPU threads, where a number was given."""
    import torch

    if threads is not None:
        torch.set_num_threads(threads)
