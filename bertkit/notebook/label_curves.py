"""Scores over the number of labelled examples, a panel for each task, with the spread over seeds as a band."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bertkit.claims.claim import Interval, interval
from bertkit.notebook import picture, theme
from bertkit.notebook.cost_scale import MARKS
from bertkit.notebook.panels import FONT, GREY

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_IN_A_ROW = 4
TALL, ABOVE, BELOW, LEFT = 2.1, 0.62, 0.5, 0.55  # inches of a panel and around it

Scores = Mapping[str, Mapping[int, Sequence[float]]]
"""By regime and number of labels: a score of every seed, from 0 to 1."""


class LabelCurves:
    """How the score of every regime grows with the labels; the band is the 95 % interval of the mean over seeds.

    Args:
        tasks: by name, the scores; at least one.
        lines: by task, a horizontal line, such as the majority's score.

    Raises:
        ValueError: there is no task, a regime has no scores, one is not from 0 to 1, or a line is of no task.

    >>> print(LabelCurves({"intent": {"scratch": {16: [0.1, 0.2]}, "frozen": {16: [0.5, 0.5], 64: [0.9, 1.0]}}}))
    intent      16          64
      scratch   15 % ± 64
      frozen    50 % ± 0    95 % ± 64
    95 % intervals of the mean over 2 seeds, in points
    """

    def __init__(self, tasks: Mapping[str, Scores], lines: Mapping[str, float] | None = None) -> None:
        if not tasks:
            raise ValueError("give the scores of at least one task")
        self.lines = dict(lines or {})
        if unknown := set(self.lines) - set(tasks):
            raise ValueError(f"there are lines for {sorted(unknown)}, but tasks {list(tasks)}")
        for task, regimes in tasks.items():
            for regime, scores in regimes.items():
                for labels, values in scores.items():
                    if not values or not all(0 <= value <= 1 for value in values):
                        raise ValueError(
                            f"{task}, {regime}, {labels} labels: scores must be from 0 to 1, one or more, got {values}"
                        )
            if not regimes or not all(regimes.values()):
                raise ValueError(f"{task}: every regime needs scores, got {regimes}")
        self.tasks: dict[str, dict[str, dict[int, Interval]]] = {
            task: {
                regime: {labels: interval(values) for labels, values in sorted(scores.items())}
                for regime, scores in regimes.items()
            }
            for task, regimes in tasks.items()
        }

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        return picture.bundle(self.figure(), self.to_text())

    def __repr__(self) -> str:
        return self.to_text()

    @property
    def _foot(self) -> str:
        runs = {each.runs for regimes in self.tasks.values() for row in regimes.values() for each in row.values()}
        if runs == {1}:
            return "one seed, of whose spread nothing is known"
        seeds = str(min(runs)) if len(runs) == 1 else f"{min(runs)} to {max(runs)}"
        return f"95 % intervals of the mean over {seeds} seeds, in points"

    def _labels(self, task: str) -> list[int]:
        return sorted({labels for row in self.tasks[task].values() for labels in row})

    def to_text(self) -> str:
        """A table a task: a row a regime, a column a number of labels."""
        width = max(len(name) for task, regimes in self.tasks.items() for name in (task, *regimes, "majority")) + 2
        lines = []
        for task, regimes in self.tasks.items():
            numbers = self._labels(task)
            lines.append(f"{task:{width}}  " + "  ".join(f"{number:<10,}" for number in numbers))
            for regime, row in regimes.items():
                cells = [_said(row[number]) if number in row else "" for number in numbers]
                lines.append(f"  {regime:{width}}" + "  ".join(f"{cell:<10}" for cell in cells))
            if task in self.lines:
                lines.append(f"  {'majority':{width}}{self.lines[task]:.0%}".replace("%", " %"))
        lines.append(self._foot)
        return "\n".join(line.rstrip() for line in lines)

    def figure(self) -> Figure:
        """The picture, as a matplotlib figure that no global state knows."""
        columns = min(MOST_IN_A_ROW, len(self.tasks))
        rows = -(-len(self.tasks) // columns)
        width, each = 10.0, TALL + ABOVE
        height = rows * each + BELOW + 0.3
        figure = picture.new_figure(width, height)
        wide = width / columns
        for index, task in enumerate(self.tasks):
            row, column = divmod(index, columns)
            box = (column * wide + LEFT) / width, 1 - (0.3 + (row + 1) * each) / height
            axes = figure.add_axes((*box, (wide - LEFT - 0.15) / width, TALL / height))
            self._draw(axes, task)
            if column == 0:
                axes.set_ylabel("score, %", fontsize=FONT)
        handles, names = figure.axes[0].get_legend_handles_labels()
        figure.legend(
            handles, names, ncols=len(names), fontsize=FONT, frameon=False, handlelength=3.5, loc="upper left"
        )
        figure.text(0.5, 0.1 / height, f"labelled examples; bands: {self._foot}", fontsize=FONT, ha="center")
        return figure

    def _draw(self, axes: Axes, task: str) -> None:
        axes.set_title(task, fontsize=FONT, weight="bold", loc="left")
        axes.set_xscale("log", base=2)
        numbers = self._labels(task)
        axes.set_xticks(numbers, [f"{number:,}" for number in numbers], fontsize=FONT - 1)
        axes.minorticks_off()
        axes.set_ylim(-3, 103)
        axes.tick_params(labelsize=FONT - 1)
        axes.spines[["top", "right"]].set_visible(False)
        for place, (regime, row) in enumerate(self.tasks[task].items()):
            colour, dashes = theme.LINES[place % len(theme.LINES)]
            mark = MARKS[place % len(MARKS)]
            means = [100 * each.mean for each in row.values()]
            axes.plot(list(row), means, color=colour, linestyle=dashes, marker=mark, markersize=4, label=regime)
            low = [max(0.0, 100 * each.low) for each in row.values()]
            high = [min(100.0, 100 * each.high) for each in row.values()]
            axes.fill_between(list(row), low, high, color=colour, alpha=0.15, linewidth=0)
        if task in self.lines:
            axes.axhline(100 * self.lines[task], color=GREY, linewidth=1, linestyle=(0, (2, 2)), zorder=0)
            axes.annotate("majority", (numbers[-1], 100 * self.lines[task]), ha="right", va="bottom", fontsize=FONT - 2)


def _said(each: Interval) -> str:
    if each.runs < 2:
        return f"{each.mean:.0%}".replace("%", " %")
    return f"{each.mean:.0%} ± {100 * each.half:.0f}".replace("%", " %")
