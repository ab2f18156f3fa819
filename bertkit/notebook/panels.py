"""Panels of a plot: series over steps, horizontal lines to compare them with, and where each stands, in words.

A plot has one panel, or several side by side where series differ in scale or in what they are compared with.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from bertkit.notebook import theme
from bertkit.notebook.picture import new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

POINTS = 500  # a line shows no more than these, however long the run
FONT = 9  # points
LINE = 1.35 * (FONT - 1) / 72  # inches from one line of a label to the next
GREY = "#666666"

LEFT, BOTTOM, RIGHT = 0.64, 0.52, 0.12  # inches around the axes and their labels
TITLE, NAME, LEGEND = 0.36, 0.26, 0.36  # inches above them; a panel's name only where there are several
NUMBERS, FOOT = 0.3, 0.34  # inches under each of several panels, and under them all


@dataclass
class Panel:
    """Series that share their axes.

    Args:
        name: above the axes; empty for a panel that stands alone.
        references: horizontal lines by name.
        smoothing: the strong line is the mean of so many points up to here; 1 for none.
        series: steps and values by name.
    """

    name: str
    references: dict[str, float]
    smoothing: int
    series: dict[str, tuple[list[float], list[float]]] = field(default_factory=dict)

    def smooths(self, values: Sequence[float]) -> bool:
        """Whether a series has more points than one mean is made of; a shorter one is drawn as it is."""
        return self.smoothing > 1 and len(values) > self.smoothing

    @property
    def steps(self) -> list[float]:
        """The last step of every series."""
        return [steps[-1] for steps, _ in self.series.values()]

    @property
    def heights(self) -> list[float]:
        """Every finite value and every reference."""
        finite = [v for _, values in self.series.values() for v in values if math.isfinite(v)]
        return [*finite, *self.references.values()]

    @property
    def needs_legend(self) -> bool:
        """Whether there is a series that the panel's own name does not tell."""
        return bool(set(self.series) - {self.name})

    def to_text(self) -> list[str]:
        """Where every series stands, and the references beside them; one line each, the name first if there is one."""
        lines = [f"  {self.name}"] if self.name else []
        indent = "    " if self.name else "  "
        width = max((len(name) for name in (*self.series, *self.references)), default=0)
        for name, (steps, values) in self.series.items():
            mean = trailing_mean(values, self.smoothing)[-1]
            smooth = f", mean of the last {self.smoothing}: {theme.number(mean)}" if self.smooths(values) else ""
            lines.append(f"{indent}{name:{width}}  {theme.number(values[0])} → {theme.number(values[-1])}{smooth}")
            if broken := [step for step, value in zip(steps, values, strict=True) if not math.isfinite(value)]:
                lines.append(
                    f"{indent}{'':{width}}  not a finite number at {len(broken)} steps, first at {broken[0]:,.0f}"
                )
        for name, value in sorted(self.references.items(), key=lambda item: -item[1]):
            lines.append(f"{indent}{name:{width}}  {theme.number(value)} (line)")
        return lines

    def draw(self, axes: Axes) -> list[Label]:
        """Put series and references on the axes; gives what is to be written beside them."""
        labels = []
        for index, (name, (steps, values)) in enumerate(self.series.items()):
            colour, dashes = theme.LINES[index % len(theme.LINES)]
            stride = max(1, len(steps) // POINTS)
            line: dict[str, Any] = {"color": colour, "linestyle": dashes, "linewidth": 2, "label": name}
            if self.smooths(values):
                axes.plot(steps[::stride], values[::stride], color=colour, alpha=0.25, linewidth=0.8)
                values = trailing_mean(values, self.smoothing)
                if not self.name:
                    line["label"] = f"{name} (mean of last {self.smoothing}; faint: raw)"
            else:
                line |= {"marker": "o", "markersize": 3}
            axes.plot(steps[::stride], values[::stride], **line)
            if self.name and math.isfinite(values[-1]):
                labels.append(Label(values[-1], name if self.needs_legend else "now", {"color": colour}, "bold"))
        for name, value in self.references.items():
            axes.axhline(value, color=GREY, linewidth=1, linestyle=(0, (2, 2)), zorder=0)
            labels.append(Label(value, name, {"color": GREY, "linewidth": 0.8}))
        return sorted(labels, key=lambda label: label.value)


class Label(NamedTuple):
    """A name and a value beside the axes, led to its height by a line of its own look."""

    value: float
    name: str
    leader: dict[str, Any]
    weight: str = "normal"

    def text(self, width: int) -> str:
        return textwrap.fill(f"{self.name} {theme.number(self.value)}", width)


def figure_of(
    panels: Sequence[Panel],
    title: str,
    ylabel: str,
    foot: str,
    total: int | None = None,
    same_scale: bool = False,
) -> Figure:
    """All panels in one figure, at most three in a row.

    Args:
        panels: at least one.
        title: above them.
        ylabel: of the vertical axes.
        foot: beneath them, under the horizontal axis.
        total: steps of the whole run, if known; fixes the horizontal axes.
        same_scale: all panels have the same axes.
    """
    alone = not panels[0].name
    columns = 2 if len(panels) in (2, 4) else min(3, len(panels))
    rows = -(-len(panels) // columns)
    head = TITLE + LEGEND if alone else TITLE
    above = 0.0 if alone else NAME + LEGEND * any(panel.needs_legend for panel in panels)
    tall = 2.76 if rows == 1 else 1.75
    each = tall + above + NUMBERS * (not alone)
    width, height = 8.0 if columns == 1 else 10.0, head + rows * each + (BOTTOM if alone else FOOT)
    figure = new_figure(width, height)
    wide = width / columns
    drawn = []
    for index, panel in enumerate(panels):
        row, column = divmod(index, columns)
        top = head + row * each + above
        box = (column * wide + LEFT) / width, 1 - (top + tall) / height, (wide - LEFT - 0.4) / width, tall / height
        axes = figure.add_axes(box)
        labels = panel.draw(axes)
        drawn.append((panel, axes, labels, ((column + 1) * wide - RIGHT) / width))
        _scale(axes, panels if same_scale else [panel], total)
        axes.tick_params(labelsize=FONT - 1)
        if not alone:
            axes.locator_params(nbins=5)
        axes.spines[["top", "right"]].set_visible(False)
        if column == 0:
            axes.set_ylabel(ylabel, fontsize=FONT)
    wrapped = 24 if columns < 3 else 13  # characters
    _make_room(figure, max(sum(_heights(labels, wrapped)) for _, _, labels, _ in drawn) / tall)
    for panel, axes, labels, right in drawn:
        _write(figure, axes, labels, wrapped, right)
        _head(axes, panel, above)
    figure.text(0.08 if alone else LEFT / width, 1 - 0.24 / height, title, fontsize=FONT + 2, weight="bold")
    if alone:
        drawn[0][1].set_xlabel(foot, fontsize=FONT)
    else:
        figure.text(0.5, 0.12 / height, foot, fontsize=FONT, ha="center")
    return figure


def _scale(axes: Axes, panels: Sequence[Panel], total: int | None) -> None:
    """Axes that hold every finite value and every reference, and the whole run if its length is known."""
    if heights := [height for panel in panels for height in panel.heights]:
        low, high = min(heights), max(heights)
        margin = 0.05 * (high - low) or 0.5
        axes.set_ylim(low - margin, high + margin)
    last = max((step for panel in panels for step in panel.steps), default=0)
    if total or (last and len(panels) > 1):
        axes.set_xlim(0, max(total or 0, last))


def _head(axes: Axes, panel: Panel, above: float) -> None:
    """Which line is which, and above that what the panel is called."""
    if panel.needs_legend:
        corner = (-0.01, 1.0)
        axes.legend(
            ncols=2, fontsize=FONT - 1, frameon=False, handlelength=3.5, loc="lower left", bbox_to_anchor=corner
        )
    if panel.name:
        axes.set_title(panel.name, fontsize=FONT, weight="bold", loc="left", pad=4 + 72 * max(0.0, above - NAME))


def trailing_mean(values: Sequence[float], window: int) -> list[float]:
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


def _heights(labels: Sequence[Label], width: int) -> list[float]:
    """Of each label in inches, wrapped to so many characters."""
    return [LINE * (label.text(width).count("\n") + 1) for label in labels]


def _make_room(figure: Figure, share: float) -> None:
    """A taller figure rather than labels on one another; `share` is what they take of the height of their axes."""
    width, height = figure.get_size_inches()
    figure.set_size_inches(width, height * max(1, share))


def _write(figure: Figure, axes: Axes, labels: Sequence[Label], width: int, right: float) -> None:
    """Labels between the axes and `right`, apart from one another, each led to its value; the axes make way."""
    if not labels:
        return
    box = axes.get_position()
    low, high = axes.get_ylim()
    inches = figure.get_size_inches()
    at = [(label.value - low) / (high - low) for label in labels]
    places = spread(at, [height / (box.height * inches[1]) for height in _heights(labels, width)], 0.0, 1.0)
    texts = []
    for value, place, label in zip(at, places, labels, strict=True):
        axes.plot([1, 1.02], [value, place], **label.leader, transform=axes.transAxes, clip_on=False)
        look: dict[str, Any] = {"fontsize": FONT - 1, "weight": label.weight, "va": "center"}
        texts.append(axes.text(1.025, place, label.text(width), **look, transform=axes.transAxes))
    widest = max(text.get_window_extent().width for text in texts) / figure.dpi / inches[0]
    axes.set_position((box.x0, box.y0, (right - widest - box.x0) / 1.03, box.height))
