"""How far a loop is, in a form that a saved notebook keeps.

A progress bar made of widgets is gone when the page is loaded anew, and what stands in its place is its beginning:
"0 of 800". This one replaces its own output, so that the notebook holds how far it came.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sized
from typing import Any, TypeVar

from markupsafe import Markup

from bertkit.notebook import theme

T = TypeVar("T")

INTERVAL = 0.5  # seconds between two drawings, at least
WINDOW = 10.0  # seconds that the pace is taken from: a machine that slept or was busy is soon forgotten


class Pace:
    """How many steps and tokens there were, and how many a second over the last seconds."""

    def __init__(self) -> None:
        self.steps = self.tokens = 0
        self.marks = deque([(time.perf_counter(), self.steps, self.tokens)])

    def step(self, tokens: int) -> bool:
        """Count one step; whether it is time to show how far they are."""
        self.steps += 1
        self.tokens += tokens
        now = time.perf_counter()
        if now < self.marks[-1][0] + INTERVAL:
            return False
        self.marks.append((now, self.steps, self.tokens))
        while len(self.marks) > 2 and self.marks[0][0] < now - WINDOW:
            self.marks.popleft()
        return True

    def a_second(self) -> tuple[float, float]:
        """Steps and tokens."""
        (then, steps, tokens), (now, steps_now, tokens_now) = self.marks[0], self.marks[-1]
        return (steps_now - steps) / (now - then), (tokens_now - tokens) / (now - then)


def progress(
    steps: Iterable[T],
    total: int | None = None,
    unit: str = "step",
    description: str = "",
    tokens: Callable[[T], int] | None = None,
) -> Iterator[T]:
    """The same steps, while it shows how far they are: in a notebook in place, elsewhere as tqdm does on stderr.

    Args:
        steps: what is gone through.
        total: how many there are; none takes it from `steps` where they have a length.
        unit: of one, in the singular.
        description: in front, where several loops follow one another.
        tokens: says how many a step read, padding left out; shows how many are read a second.
    """
    total = len(steps) if total is None and isinstance(steps, Sized) else total
    read = tokens or (lambda _: 0)
    pace = Pace()
    if not theme.in_notebook():
        from tqdm import tqdm

        with tqdm(steps, total=total, unit=unit, desc=description or None) as bar:
            for step in bar:
                yield step
                if pace.step(read(step)) and tokens:
                    bar.set_postfix_str(f"{pace.a_second()[1]:,.0f} tokens/s", refresh=False)
        return
    from IPython.display import display

    handle: Any = display(bundle(0, total, unit, description), raw=True, display_id=True)
    ended = "stopped"
    try:
        for step in steps:
            yield step
            if pace.step(read(step)):
                rate, tokens_rate = pace.a_second()
                left = (total - pace.steps) / rate if total else None
                handle.update(
                    bundle(pace.steps, total, unit, description, left, tokens_rate if tokens else None), raw=True
                )
        ended = ""
    finally:
        handle.update(bundle(pace.steps, total, unit, description, ended=ended), raw=True)


def bundle(
    done: int,
    total: int | None,
    unit: str,
    description: str = "",
    left: float | None = None,
    tokens: float | None = None,
    ended: str = "",
) -> dict[str, str]:
    """The forms of one state; a finished one says nothing of time, so that a run leaves the same output each time.

    >>> bundle(320, 800, "step", "recipe 100/0/0", left=34.6)["text/plain"]
    'recipe 100/0/0: 320 of 800 steps, about 35 s left'
    >>> bundle(320, 800, "step", left=150, tokens=12345.6)["text/plain"]
    '320 of 800 steps, 12,346 tokens a second, about 2.5 minutes left'
    >>> bundle(1, None, "step", ended="stopped")["text/plain"]
    '1 step, stopped'
    """
    units = unit if (total or done) == 1 else f"{unit}s"
    text = f"{description}: " * bool(description) + f"{done:,}" + (f" of {total:,}" if total else "") + f" {units}"
    text += f", {tokens:,.0f} tokens a second" if tokens is not None else ""
    text += f", about {theme.duration(left)} left" if left else ""
    text += f", {ended}" if ended else ""
    bar = Markup("")
    if total:
        bar = Markup(
            '<span style="display:inline-block;width:240px;max-width:50%;height:10px;border:1px solid {}">'
            '<span style="display:block;height:10px;width:{:.0f}%;background-color:{}"></span></span> '
        ).format(theme.GREY, 100 * min(1, done / total), theme.tint(theme.BLUE, 0.8))
    html = Markup('<div style="{}">{}{}</div>').format(theme.font(), bar, text)
    return {"text/plain": text, "text/html": str(html)}
