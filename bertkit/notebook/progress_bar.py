"""How far a loop is, in a form that a saved notebook keeps.

A progress bar made of widgets is gone when the page is loaded anew, and what stands in its place is its beginning:
"0 of 800". This one replaces its own output, so that the notebook holds how far it came.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sized
from typing import Any, TypeVar

from markupsafe import Markup

from bertkit.notebook import theme

T = TypeVar("T")

INTERVAL = 0.5  # seconds between two drawings, at least


def progress(steps: Iterable[T], total: int | None = None, unit: str = "step", description: str = "") -> Iterator[T]:
    """The same steps, while it shows how far they are: in a notebook in place, elsewhere as tqdm does on stderr.

    Args:
        steps: what is gone through.
        total: how many there are; none takes it from `steps` where they have a length.
        unit: of one, in the singular.
        description: in front, where several loops follow one another.
    """
    total = len(steps) if total is None and isinstance(steps, Sized) else total
    if not theme.in_notebook():
        from tqdm import tqdm

        yield from tqdm(steps, total=total, unit=unit, desc=description or None)
        return
    from IPython.display import display

    start, done = time.perf_counter(), 0
    drawn = start
    handle: Any = display(bundle(done, total, unit, description), raw=True, display_id=True)
    ended = "stopped"
    try:
        for step in steps:
            yield step
            done += 1
            now = time.perf_counter()
            if now >= drawn + INTERVAL:
                drawn = now
                left = (now - start) / done * (total - done) if total else None
                handle.update(bundle(done, total, unit, description, left=left), raw=True)
        ended = ""
    finally:
        handle.update(bundle(done, total, unit, description, ended=ended), raw=True)


def bundle(
    done: int,
    total: int | None,
    unit: str,
    description: str = "",
    left: float | None = None,
    ended: str = "",
) -> dict[str, str]:
    """The forms of one state; a finished one says nothing of time, so that a run leaves the same output each time.

    >>> bundle(320, 800, "step", "recipe 100/0/0", left=34.6)["text/plain"]
    'recipe 100/0/0: 320 of 800 steps, about 35 s left'
    >>> bundle(1, None, "step", ended="stopped")["text/plain"]
    '1 step, stopped'
    """
    units = unit if (total or done) == 1 else f"{unit}s"
    text = f"{description}: " * bool(description) + f"{done:,}" + (f" of {total:,}" if total else "") + f" {units}"
    text += f", about {left:.0f} s left" if left else ""
    text += f", {ended}" if ended else ""
    bar = Markup("")
    if total:
        bar = Markup(
            '<span style="display:inline-block;width:240px;max-width:50%;height:10px;border:1px solid {}">'
            '<span style="display:block;height:10px;width:{:.0f}%;background-color:{}"></span></span> '
        ).format(theme.GREY, 100 * min(1, done / total), theme.tint(theme.BLUE, 0.8))
    html = Markup('<div style="{}">{}{}</div>').format(theme.font(), bar, text)
    return {"text/plain": text, "text/html": str(html)}
