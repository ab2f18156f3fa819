"""What trainings cost, side by side: seconds, tokens and floating-point operations, over many powers of ten."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from bertkit.finetuning.costs import Cost
from bertkit.notebook import picture, theme
from bertkit.notebook.panels import FONT, GREY

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MARKS = "osD^v"  # beside the colours of `theme.LINES`
NAMES = {10**12: "trillion", 10**9: "billion", 10**6: "million"}


class CostScale:
    """A panel each for seconds, tokens and FLOPs, with a mark for every training, on logarithmic axes.

    Args:
        costs: of each training by its name.

    Raises:
        ValueError: there is none, or a figure is not positive and finite.
    """

    def __init__(self, costs: Mapping[str, Cost]) -> None:
        if not costs:
            raise ValueError("costs must name one training or more, got none")
        for name, cost in costs.items():
            for quantity in QUANTITIES:
                value = quantity.of(cost)
                if value is not None and not 0 < value < math.inf:
                    raise ValueError(f"{quantity.name} of {name!r} must be positive and finite, got {value}")
        self.costs = dict(costs)

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        return picture.bundle(self.figure(), self.to_text())

    def __repr__(self) -> str:
        return self.to_text()

    def to_text(self) -> str:
        """A table: a row a training, a column a quantity."""
        rows = [("", *(quantity.name for quantity in QUANTITIES))]
        rows += [(name, *(quantity.said(cost) for quantity in QUANTITIES)) for name, cost in self.costs.items()]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = ["  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)) for row in rows]
        return "\n".join(line.rstrip() for line in lines)

    def figure(self) -> Figure:
        """The picture, as a matplotlib figure that no global state knows."""
        names = list(self.costs)
        left = 0.3 + 0.075 * max(map(len, names))
        width, row = 10.0, 0.5
        height = 0.75 + row * len(names)
        figure = picture.new_figure(width, height)
        each = (width - left) / len(QUANTITIES)
        for place, quantity in enumerate(QUANTITIES):
            box = (left + place * each) / width, 0.4 / height, (each - 0.45) / width, row * len(names) / height
            axes = figure.add_axes(box)
            axes.set_title(quantity.name, fontsize=FONT, weight="bold", loc="left")
            axes.set_xscale("log")
            axes.set_ylim(len(names) - 0.5, -0.5)
            axes.set_yticks(range(len(names)), names if place == 0 else [""] * len(names), fontsize=FONT)
            axes.tick_params(left=False)
            axes.spines[["top", "right", "left"]].set_visible(False)
            self._draw(axes, quantity)
        return figure

    def _draw(self, axes: Axes, quantity: Quantity) -> None:
        values = [quantity.of(cost) for cost in self.costs.values()]
        known = [math.log10(value) for value in values if value is not None] or [0.0]
        low, high = math.floor(min(known)), max(math.ceil(max(known)), math.floor(min(known)) + 1)
        apart = max(1, math.ceil((high - low) / 5))  # at most six powers of ten have room for their names
        high = low + apart * math.ceil((high - low) / apart)
        axes.set_xlim(10.0**low, 10.0**high)
        powers = range(low, high + 1, apart)
        axes.set_xticks([10.0**power for power in powers], [power_of_ten(p) for p in powers], fontsize=FONT - 1)
        axes.minorticks_off()
        for row, (cost, value) in enumerate(zip(self.costs.values(), values, strict=True)):
            axes.axhline(row, color=GREY, linewidth=0.5, linestyle=(0, (1, 3)), zorder=0)
            colour = theme.LINES[row % len(theme.LINES)][0]
            right = value is not None and math.log10(value) > (low + high) / 2
            if value is not None:
                axes.plot([value], [row], MARKS[row % len(MARKS)], color=colour, markersize=7, clip_on=False)
            axes.annotate(
                quantity.said(cost),
                (value or 10.0**low, row),
                (-7 if right else 7, 0),
                textcoords="offset points",
                fontsize=FONT - 1,
                ha="right" if right else "left",
                va="bottom",
            )


def power_of_ten(exponent: int) -> str:
    """10 to the power of `exponent`, as it is written by hand.

    >>> power_of_ten(18), power_of_ten(-2)
    ('10¹⁸', '10⁻²')
    """
    return "10" + str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def scientific(value: float) -> str:
    """A large number to two significant digits.

    >>> scientific(2.44e18)
    '2.4 × 10¹⁸'
    """
    digits, _, exponent = f"{value:.1e}".partition("e")
    return f"{digits} × {power_of_ten(int(exponent))}"


def counted(value: float) -> str:
    """A count to two significant digits or to the whole unit, in words where it is large.

    >>> [counted(value) for value in (950, 25_300, 1.28e7, 1.28e11)]
    ['950', '25,300', '13 million', '128 billion']
    """
    for size, name in NAMES.items():
        if value >= size:
            amount = value / size
            return f"{amount:,.0f} {name}" if amount >= 10 else f"{amount:.2g} {name}"
    return f"{value:,.0f}"


def _time(cost: Cost) -> str:
    said = "not known" if cost.seconds is None else theme.duration(cost.seconds)
    return f"{said} on {cost.on}" if cost.on and cost.seconds is not None else said


class Quantity(NamedTuple):
    """One panel: what it is called, the figure that it marks, and how that is said."""

    name: str
    of: Callable[[Cost], float | None]
    said: Callable[[Cost], str]


QUANTITIES = (
    Quantity("seconds", lambda cost: cost.seconds, _time),
    Quantity("tokens", lambda cost: cost.tokens, lambda cost: counted(cost.tokens)),
    Quantity("FLOPs", lambda cost: cost.flops, lambda cost: scientific(cost.flops)),
)
