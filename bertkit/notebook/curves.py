"""Curves that grow while a model trains.

The training loop yields its steps and knows nothing of plots; the cell that consumes it feeds `LiveCurves`:

    with LiveCurves(title="Pre-training", references={"ln V: knows nothing": 6.2}, total=1200) as curves:
        for step in pretrain(...):
            curves.add(step.number, loss=step.loss)

Losses of different scale have a panel each, with its own lines, and beneath them may stand what the model guesses:

    panels = {"hidden words": {"ln V: knows nothing": 6.2}, "pairs": {"ln 2: a coin": 0.693}}
    with LiveCurves("Both objectives", panels=panels, total=1200, guesses=LiveFillMask(...)) as curves:
        for step in ...:
            curves.add(step.number, {"hidden words": step.mlm_loss, "pairs": step.nsp_loss})
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from bertkit.notebook import picture, theme
from bertkit.notebook.panels import Panel, figure_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from bertkit.notebook.live_fill_mask import LiveFillMask

INTERVAL = 1.5  # seconds between two drawings, at least
COST = 1 / 25  # of the running time may go into drawing


class TrainingInterrupted(KeyboardInterrupt):
    """A learner stopped a training. Jupyter shows one line, and runs no cell that was waiting behind it."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


class LiveCurves:
    """A plot of named series over steps, redrawn in place while they grow.

    Without a notebook it only collects; `to_text` and `figure` work everywhere. Leaving the block draws once more,
    also when it is left by an exception or an interrupt, so that the plot so far stays. In a notebook an interrupt ends
    the cell with one line, `TrainingInterrupted`, in place of a traceback through the training loop.

    Args:
        title: above the plot.
        xlabel, ylabel: of the axes; say the unit.
        references: horizontal lines by name, such as a start, a baseline and a floor.
        total: steps of the whole run, if known; fixes the horizontal axis.
        smoothing: the strong line is the mean of so many points up to here; 1 for none. A series with no more points
            than this is drawn as it is.
        panels: in place of `references`, several plots side by side, at most three in a row: the references of each by
            its name, none where it has none. Beside the lines of a panel stands where they are.
        same_scale: all panels have the same axes.
        guesses: what the model guesses behind `[MASK]`, shown beneath the plot and asked for as the steps come.

    Raises:
        ValueError: `smoothing` is below 1, a reference is not finite, there are both references and panels, or a panel
            has no name.
    """

    def __init__(
        self,
        title: str = "",
        xlabel: str = "step",
        ylabel: str = "loss (nats)",
        references: Mapping[str, float] | None = None,
        total: int | None = None,
        smoothing: int = 20,
        panels: Mapping[str, Mapping[str, float]] | None = None,
        same_scale: bool = False,
        guesses: LiveFillMask | None = None,
    ) -> None:
        if smoothing < 1:
            raise ValueError(f"smoothing must be 1 or more points, got {smoothing}")
        if panels is not None and (references is not None or not all(panels) or not panels):
            raise ValueError("panels must each have a name and references of their own, instead of `references`")
        self.title, self.xlabel, self.ylabel, self.same_scale = title, xlabel, ylabel, same_scale
        self.panels = {
            panel: Panel(panel, {name: float(value) for name, value in lines.items()}, smoothing)
            for panel, lines in (panels or {"": references or {}}).items()
        }
        for panel in self.panels.values():
            for name, value in panel.references.items():
                if not math.isfinite(value):
                    raise ValueError(f"reference {name!r} must be finite, got {value}")
        self.total, self.smoothing, self.guesses = total, smoothing, guesses
        self._handle: Any = None
        self._next_drawing = 0.0
        self._last_step = 0.0
        self._stopped = ""

    def add(self, step: float, values: Mapping[str, Any] | None = None, /, **named: Any) -> None:
        """One step's values by series name: numbers or scalar tensors. Series may come at different steps.

        In panels they go by the panel's name: one number where it has one series, a mapping of several otherwise.

        Raises:
            TypeError: a value is no number.
            ValueError: there is no panel of this name.
        """
        for panel, name, value in self._places({**(values or {}), **named}):
            detach = getattr(value, "detach", None)  # float() of a tensor that needs a gradient warns
            try:
                number = float(detach() if detach is not None else value)
            except (TypeError, ValueError, RuntimeError) as error:
                raise TypeError(f"{name} must be one number, got {value!r}") from error
            steps, numbers = panel.series.setdefault(name, ([], []))
            steps.append(float(step))
            numbers.append(number)
        self._last_step = float(step)
        if self.guesses is not None:
            self.guesses.look(step)
        if self._handle is not None and time.perf_counter() >= self._next_drawing:
            self._draw()

    def _places(self, values: Mapping[str, Any]) -> Iterator[tuple[Panel, str, Any]]:
        """The panel and the name of the series that each value belongs to."""
        for name, value in values.items():
            if "" in self.panels:
                yield self.panels[""], name, value
            elif name not in self.panels:
                raise ValueError(f"there is no panel {name!r}; there are {', '.join(map(repr, self.panels))}")
            elif isinstance(value, Mapping):
                yield from ((self.panels[name], series, each) for series, each in value.items())
            else:
                yield self.panels[name], name, value

    def __enter__(self) -> Self:
        self._stopped = ""
        if self.guesses is not None:
            self.guesses.look()
        if theme.in_notebook():
            from IPython.display import display

            bundle, metadata = self._bundle()
            self._handle = display(bundle, metadata=metadata, raw=True, display_id=True)
            self._next_drawing = time.perf_counter() + INTERVAL
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._stopped = "interrupted" if issubclass(kind, KeyboardInterrupt) else f"stopped by {kind.__name__}"
        elif self.guesses is not None:
            self.guesses.look(self._last_step, now=True)
        if self._handle is not None:
            self._show()
            self._handle = None
            if kind is not None and issubclass(kind, KeyboardInterrupt):
                raise TrainingInterrupted(
                    f"Interrupted at {self._where()}. The curve so far stays; run the cell again to start anew."
                ) from None

    def _draw(self) -> None:
        start = time.perf_counter()
        if self.guesses is not None:
            self.guesses.look(self._last_step, now=True)
        self._show()
        now = time.perf_counter()
        self._next_drawing = now + max(INTERVAL, (now - start) / COST)

    def _show(self) -> None:
        bundle, metadata = self._bundle()
        self._handle.update(bundle, metadata=metadata, raw=True)

    def _bundle(self) -> tuple[dict[str, Any], dict[str, Any]]:
        beneath = None if self.guesses is None else (self.guesses.to_html(), self.guesses.to_text())
        return picture.bundle(self.figure(), self.to_text(), beneath)

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        return self._bundle()

    def __repr__(self) -> str:
        return self.to_text() if self.guesses is None else f"{self.to_text()}\n{self.guesses.to_text()}"

    def _where(self) -> str:
        return f"{self.xlabel} {self._last_step:,.0f}" + (f" of {self.total:,}" if self.total else "")

    def _progress(self) -> str:
        return self._where() + (f", {self._stopped}" if self._stopped else "")

    def to_text(self) -> str:
        """Where every series stands, and the references beside them."""
        lines = [f"{self.title or 'Curves'}: {self._progress()}", f"  {self.ylabel}"]
        return "\n".join([*lines, *(line for panel in self.panels.values() for line in panel.to_text())])

    def figure(self) -> Figure:
        """The plot as it stands, as a matplotlib figure that no global state knows."""
        panels = list(self.panels.values())
        foot = self._progress() if self.total else self.xlabel
        if panels[0].name:
            foot = self._progress()
            if any(panel.smooths(values) for panel in panels for _, values in panel.series.values()):
                foot += f"; strong: mean of the last {self.smoothing}, faint: raw"
        return figure_of(panels, self.title, self.ylabel, foot, self.total, self.same_scale)
