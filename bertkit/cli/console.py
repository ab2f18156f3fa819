"""What commands write, and how they take Ctrl-C."""

import json
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Protocol

import typer


class TrainingStep(Protocol):
    """What a training loop says of a step."""

    @property
    def number(self) -> int:
        """Steps taken so far."""
        ...

    @property
    def loss(self) -> float:
        """In nats."""
        ...

    @property
    def tokens(self) -> int:
        """Real tokens of the batch."""
        ...


def emit(**values: Any) -> None:
    """Print one JSON object on a line of its own, at once."""
    typer.echo(json.dumps(values, allow_nan=False))
    sys.stdout.flush()


def can_print(text: str) -> bool:
    """Whether the terminal's encoding has these characters."""
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


@contextmanager
def ctrl_c() -> Iterator[Callable[[], bool]]:
    """Let a Ctrl-C wait for the end of a step, so that the weights are never half-way; a second one does not wait."""
    pressed = False

    def remember(number: int, frame: FrameType | None) -> None:
        nonlocal pressed
        pressed = True
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = signal.signal(signal.SIGINT, remember)
    try:
        yield lambda: pressed
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def progress(
    steps: int, done: int = 0, beside: Callable[[], str] = lambda: ""
) -> Iterator[Callable[[TrainingStep], None]]:
    """A progress bar, moved by every step that it is called with.

    Args:
        steps: of the whole training.
        done: steps taken by an earlier part of it.
        beside: what to show beside the training loss, asked at every step.
    """
    from tqdm import tqdm

    losses: deque[float] = deque(maxlen=20)
    tokens = 0
    # A log file gets a line every ten seconds, a terminal a moving bar.
    pause = 0.2 if sys.stderr.isatty() else 10.0
    with tqdm(total=steps, initial=done, unit=" steps", mininterval=pause, dynamic_ncols=True) as bar:

        def show(step: TrainingStep) -> None:
            nonlocal tokens
            losses.append(step.loss)
            tokens += step.tokens
            rate = tokens / max(bar.format_dict["elapsed"], 1e-9)
            bar.set_postfix_str(f"loss {sum(losses) / len(losses):.2f}{beside()}, {rate:,.0f} tokens/s", refresh=False)
            bar.update(step.number - bar.n)

        yield show


def say(line: str) -> None:
    """Print a line above a progress bar that may be there."""
    from tqdm import tqdm

    tqdm.write(line, file=sys.stdout)
    sys.stdout.flush()
