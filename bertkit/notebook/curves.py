"""Curves that grow while a model trains.

The training loop yields its steps and knows nothing of plots; the cell that consumes it feeds `LiveCurves`:

    with LiveCurves(title="Pre-training", references={"ln V: knows nothing": 6.2}, total=1200) as curves:
        for step in pretrain(...):
            curves.add(step.number, loss=step.loss)
"""

from __future__ import annotations

import base64
import io
import math
import textwrap
import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from markupsafe import Markup

from bertkit.notebook import theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INTERVAL = 1.5  # seconds between two drawings, at least
COST = 1 / 25  # of the running time may go into drawing
POINTS = 500  # a line shows no more than these, however long the run
DPI = 144  # of the picture itself, for dense screens
COLOURS = 64  # of the picture, shades at the edges of lines and letters included
SHOWN = 90  # pixels that an inch takes on the page
FONT = 9  # points


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

    Raises:
        ValueError: `smoothing` is below 1, or a reference is not finite.
    """

    def __init__(
        self,
        title: str = "",
        xlabel: str = "step",
        ylabel: str = "loss (nats)",
        references: Mapping[str, float] | None = None,
        total: int | None = None,
        smoothing: int = 20,
    ) -> None:
        if smoothing < 1:
            raise ValueError(f"smoothing must be 1 or more points, got {smoothing}")
        self.title, self.xlabel, self.ylabel = title, xlabel, ylabel
        self.references = {name: float(value) for name, value in (references or {}).items()}
        for name, value in self.references.items():
            if not math.isfinite(value):
                raise ValueError(f"reference {name!r} must be finite, got {value}")
        self.total, self.smoothing = total, smoothing
        self.series: dict[str, tuple[list[float], list[float]]] = {}
        self._handle: Any = None
        self._next_drawing = 0.0
        self._stopped = ""

    def add(self, step: float, **values: Any) -> None:
        """One step's values by series name: numbers or scalar tensors. Series may come at different steps.

        Raises:
            TypeError: a value is no number.
        """
        for name, value in values.items():
            detach = getattr(value, "detach", None)  # float() of a tensor that needs a gradient warns
            try:
                number = float(detach() if detach is not None else value)
            except (TypeError, ValueError, RuntimeError) as error:
                raise TypeError(f"{name} must be one number, got {value!r}") from error
            steps, numbers = self.series.setdefault(name, ([], []))
            steps.append(float(step))
            numbers.append(number)
        if self._handle is not None and time.perf_counter() >= self._next_drawing:
            self._draw()

    def __enter__(self) -> Self:
        self._stopped = ""
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
        if self._handle is not None:
            self._draw()
            self._handle = None
            if kind is not None and issubclass(kind, KeyboardInterrupt):
                raise TrainingInterrupted(
                    f"Interrupted at {self._where()}. The curve so far stays; run the cell again to start anew."
                ) from None

    def _draw(self) -> None:
        start = time.perf_counter()
        bundle, metadata = self._bundle()
        self._handle.update(bundle, metadata=metadata, raw=True)
        now = time.perf_counter()
        self._next_drawing = now + max(INTERVAL, (now - start) / COST)

    def _bundle(self) -> tuple[dict[str, Any], dict[str, Any]]:
        figure, text = self.figure(), self.to_text()
        png = _png(figure)
        width, height = (round(inches * SHOWN) for inches in figure.get_size_inches())
        metadata = {"image/png": {"width": width, "height": height, "alt": text}}
        # JupyterLab and nbconvert draw a bare PNG without the alternative text that stands in its metadata.
        picture = Markup('<img alt="{}" width="{}" height="{}" src="data:image/png;base64,{}">').format(
            text, width, height, base64.b64encode(png).decode()
        )
        return {"text/html": str(picture), "image/png": png, "text/plain": text}, metadata

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        return self._bundle()

    def __repr__(self) -> str:
        return self.to_text()

    def _where(self) -> str:
        last = max((steps[-1] for steps, _ in self.series.values()), default=0)
        return f"{self.xlabel} {last:,.0f}" + (f" of {self.total:,}" if self.total else "")

    def _progress(self) -> str:
        return self._where() + (f", {self._stopped}" if self._stopped else "")

    def to_text(self) -> str:
        """Where every series stands, and the references beside them."""
        lines = [f"{self.title or 'Curves'}: {self._progress()}", f"  {self.ylabel}"]
        width = max((len(name) for name in (*self.series, *self.references)), default=0)
        for name, (steps, values) in self.series.items():
            mean = _trailing_mean(values, self.smoothing)[-1]
            smooth = f", mean of the last {self.smoothing}: {theme.number(mean)}" if self._smooths(values) else ""
            lines.append(f"  {name:{width}}  {theme.number(values[0])} → {theme.number(values[-1])}{smooth}")
            if broken := [step for step, value in zip(steps, values, strict=True) if not math.isfinite(value)]:
                lines.append(f"  {'':{width}}  not a finite number at {len(broken)} steps, first at {broken[0]:,.0f}")
        for name, value in sorted(self.references.items(), key=lambda item: -item[1]):
            lines.append(f"  {name:{width}}  {theme.number(value)} (line)")
        return "\n".join(lines)

    def _smooths(self, values: Sequence[float]) -> bool:
        return self.smoothing > 1 and len(values) > self.smoothing

    def figure(self) -> Figure:
        """The plot as it stands, as a matplotlib figure that no global state knows."""
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        figure = Figure(figsize=(8, 4), facecolor="white")
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0.08, 0.13, 0.87, 0.69))
        for index, (name, (steps, values)) in enumerate(self.series.items()):
            colour, dashes = theme.LINES[index % len(theme.LINES)]
            stride = max(1, len(steps) // POINTS)
            line: dict[str, Any] = {"color": colour, "linestyle": dashes, "linewidth": 2, "label": name}
            if self._smooths(values):
                axes.plot(steps[::stride], values[::stride], color=colour, alpha=0.25, linewidth=0.8)
                values = _trailing_mean(values, self.smoothing)
                line["label"] = f"{name} (mean of last {self.smoothing}; faint: raw)"
            else:
                line |= {"marker": "o", "markersize": 3}
            axes.plot(steps[::stride], values[::stride], **line)
        for value in self.references.values():
            axes.axhline(value, color="#666666", linewidth=1, linestyle=(0, (2, 2)), zorder=0)
        self._scale(axes)
        _label_references(figure, axes, self.references)
        axes.set_xlabel(self._progress() if self.total else self.xlabel, fontsize=FONT)
        axes.set_ylabel(self.ylabel, fontsize=FONT)
        axes.tick_params(labelsize=FONT - 1)
        axes.spines[["top", "right"]].set_visible(False)
        figure.text(0.08, 0.94, self.title, fontsize=FONT + 2, weight="bold")
        if self.series:
            corner = (-0.01, 1.0)
            axes.legend(
                ncols=2, fontsize=FONT - 1, frameon=False, handlelength=3.5, loc="lower left", bbox_to_anchor=corner
            )
        return figure

    def _scale(self, axes: Axes) -> None:
        """Axes that hold every finite value and every reference, and the whole run if its length is known."""
        heights = [v for _, values in self.series.values() for v in values if math.isfinite(v)]
        heights += self.references.values()
        if heights:
            low, high = min(heights), max(heights)
            margin = 0.05 * (high - low) or 0.5
            axes.set_ylim(low - margin, high + margin)
        if self.total:
            last = max((steps[-1] for steps, _ in self.series.values()), default=0)
            axes.set_xlim(0, max(self.total, last))


def _png(figure: Figure) -> bytes:
    """The picture in few colours, at a third of the size: a notebook holds it twice, as HTML and as it is."""
    from PIL import Image

    drawn, reduced = io.BytesIO(), io.BytesIO()
    figure.savefig(drawn, format="png", dpi=DPI)
    Image.open(drawn).convert("RGB").quantize(COLOURS).save(reduced, format="png")
    return reduced.getvalue()


def _trailing_mean(values: Sequence[float], window: int) -> list[float]:
    """The mean of the last `window` finite values up to each point; nan where there is none."""
    array = np.asarray(values, dtype=float)
    finite = np.isfinite(array)
    sums = np.concatenate([[0.0], np.cumsum(np.where(finite, array, 0.0))])
    counts = np.concatenate([[0], np.cumsum(finite)])
    start = np.maximum(np.arange(1, len(array) + 1) - window, 0)
    stop = np.arange(1, len(array) + 1)
    number = counts[stop] - counts[start]
    mean = (sums[stop] - sums[start]) / np.maximum(number, 1)
    return [float(x) for x in np.where(number > 0, mean, np.nan)]


def spread(centres: Sequence[float], heights: Sequence[float], low: float, high: float) -> list[float]:
    """Centres of labels moved as little as needed so that none overlaps its neighbour, kept from `low` to `high`.

    Args:
        centres: where the labels would stand, in ascending order.
        heights: of the labels, in the same unit.
        low, high: ends of the room. If the labels do not fit, they run out at the top.
    """
    moved: list[float] = []
    floor = low
    for centre, height in zip(centres, heights, strict=True):
        moved.append(max(centre, floor + height / 2))
        floor = moved[-1] + height / 2
    ceiling = max(high, low + sum(heights))
    for index in range(len(moved) - 1, -1, -1):
        moved[index] = min(moved[index], ceiling - heights[index] / 2)
        ceiling = moved[index] - heights[index] / 2
    return moved


def _label_references(figure: Figure, axes: Axes, references: Mapping[str, float]) -> None:
    """Names of the reference lines in the right margin, apart from one another, each led to its line."""
    if not references:
        return
    ordered = sorted(references.items(), key=lambda item: item[1])
    labels = [textwrap.fill(f"{name} {theme.number(value)}", 24) for name, value in ordered]
    inches = figure.get_size_inches()
    line = 1.35 * (FONT - 1) / 72
    heights = [line * (label.count("\n") + 1) for label in labels]
    if sum(heights) > 0.69 * inches[1]:  # a taller figure rather than labels on one another
        figure.set_size_inches(inches[0], sum(heights) / 0.69)
    room = 0.69 * figure.get_size_inches()[1]
    low, high = axes.get_ylim()
    lines = [(value - low) / (high - low) for _, value in ordered]
    places = spread(lines, [height / room for height in heights], 0.0, 1.0)
    texts = []
    for at, place, label in zip(lines, places, labels, strict=True):
        axes.plot([1, 1.02], [at, place], color="#666666", linewidth=0.8, transform=axes.transAxes, clip_on=False)
        texts.append(axes.text(1.025, place, label, fontsize=FONT - 1, va="center", transform=axes.transAxes))
    widest = max(text.get_window_extent().width for text in texts) / figure.dpi / inches[0]
    box = axes.get_position()
    axes.set_position((box.x0, box.y0, (0.985 - widest - box.x0) / 1.03, box.height))
