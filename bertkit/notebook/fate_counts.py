"""How many tokens of a masked batch met each fate, and whether the counts are what chance allows."""

from __future__ import annotations

import bisect
import operator
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from markupsafe import Markup
from scipy.special import bdtr, bdtrc  # scipy.stats would double the import time

from bertkit.notebook import theme
from bertkit.notebook.xray import STYLES, Fate


def binomial_band(trials: int, probability: float, coverage: float = 0.99) -> tuple[int, int]:
    """The central interval of a binomial count that holds at least `coverage` of the distribution, exactly.

    Each tail outside has at most (1 - coverage) / 2, so a right implementation falls outside at most that often.

    Args:
        trials: how many independent draws, 0 or more.
        probability: of success in one draw, 0 to 1.
        coverage: 0 up to, but not including, 1.

    Returns:
        (low, high), both ends included.

    Raises:
        ValueError: an argument is out of its range.
    """
    trials = operator.index(trials)
    if trials < 0:
        raise ValueError(f"trials must be 0 or more, got {trials}")
    if not 0 <= probability <= 1:
        raise ValueError(f"probability must lie between 0 and 1, got {probability}")
    if not 0 <= coverage < 1:
        raise ValueError(f"coverage must be at least 0 and below 1, got {coverage}")
    if trials == 0 or probability in (0, 1):
        certain = trials if probability == 1 else 0
        return certain, certain
    tail = (1 - coverage) / 2
    # P(X < low) <= tail and P(X > high) <= tail, each end as far in as that allows.
    low = bisect.bisect_right(range(trials), tail, key=lambda k: bdtr(k, trials, probability))
    high = bisect.bisect_left(range(trials), -tail, key=lambda k: -bdtrc(k, trials, probability))
    return low, max(low, high)


@dataclass(frozen=True)
class CountRow:
    """One line of `FateCounts`: `count` of `trials`, where a binomial with `probability` was intended."""

    name: str
    count: int
    trials: int
    probability: float
    band: tuple[int, int]

    @property
    def inside(self) -> bool:
        return self.band[0] <= self.count <= self.band[1]

    @property
    def verdict(self) -> str:
        return "inside" if self.inside else "BELOW" if self.count < self.band[0] else "ABOVE"

    def window(self) -> tuple[float, float]:
        """The stretch of counts that the bar shows: the band, half its width on both sides, and always the count."""
        low, high = self.band
        margin = max(1, (high - low) / 2)
        return max(0, min(low - margin, self.count)), min(max(high + margin, self.count), max(1, self.trials))

    def place(self, count: float) -> float:
        """Where a count stands on the bar, from 0 to 1."""
        left, right = self.window()
        return (count - left) / (right - left)


@dataclass(frozen=True, repr=False)
class FateCounts:
    """How many tokens met each fate, beside the band that chance allows.

    The bands take the intended rates as given and each token as drawn on its own. A scheme that selects a fixed
    number per sequence, as the original BERT code does, varies less, so its row "selected" says little. With a right
    implementation each row leaves its band in at most one batch out of 1 / (1 - coverage).

    Args:
        maskable: tokens that may be selected.
        selected: tokens that were; the other three add up to it.
        masked, random, kept: what was done with them.
        rate: intended share of selected among maskable.
        mask_share, random_share: intended shares among selected; the rest is kept.
        coverage: share of the binomial distribution that a band holds at least.
    """

    maskable: int
    selected: int
    masked: int
    random: int
    kept: int
    rate: float = 0.15
    mask_share: float = 0.8
    random_share: float = 0.1
    coverage: float = 0.99

    @classmethod
    def of(
        cls,
        fates: Sequence[Sequence[Fate]],
        rate: float = 0.15,
        mask_share: float = 0.8,
        random_share: float = 0.1,
        coverage: float = 0.99,
    ) -> Self:
        """Count the fates of a batch, as returned by `fates`."""
        flat = [fate for row in fates for fate in row if fate is not Fate.SPECIAL]
        masked, random, kept = (flat.count(fate) for fate in (Fate.MASKED, Fate.RANDOM, Fate.KEPT))
        intended = (rate, mask_share, random_share, coverage)
        return cls(len(flat), masked + random + kept, masked, random, kept, *intended)

    def rows(self) -> list[CountRow]:
        # Rounded, since 1 - 0.7 - 0.3 is not quite 0 and a certainty deserves a band of one number.
        keep_share = max(0.0, round(1 - self.mask_share - self.random_share, 12))
        plan = [
            ("selected", self.selected, self.maskable, self.rate),
            ("masked", self.masked, self.selected, self.mask_share),
            ("random", self.random, self.selected, self.random_share),
            ("kept", self.kept, self.selected, keep_share),
        ]
        return [CountRow(*row, binomial_band(row[2], row[3], self.coverage)) for row in plan]

    @property
    def percent(self) -> str:
        return f"{100 * self.coverage:.4g} %"

    def _caption(self) -> str:
        return f"band: the middle {self.percent} of what chance gives (exact binomial); every bar has its own scale"

    def __repr__(self) -> str:
        lines = [f"{'':8}  {'count':>6} {'of':>6} {'share':>8} {'intended':>8}  {f'{self.percent} band':>13}  bar"]
        for row in self.rows():
            bar = ["·"] * 21
            start, stop, here = (round(20 * row.place(x)) for x in (*row.band, row.count))
            bar[start : stop + 1] = ["━"] * (stop + 1 - start)
            bar[here] = theme.INSIDE.mark if row.inside else "✘"
            band = f"{row.band[0]} to {row.band[1]}"
            lines.append(
                f"{row.name:8}  {row.count:>6} {row.trials:>6} {_share(row):>8} {row.probability:>8.1%}"
                f"  {band:>13}  {''.join(bar)} {row.verdict}"
            )
        return "\n".join([*lines, self._caption()])

    def _repr_html_(self) -> str:
        return str(self.to_html())

    def to_html(self) -> Markup:
        """The same in colours, to stand in other HTML."""
        heading, number = (
            Markup('<th style="text-align:right;padding:2px 8px">{}</th>'),
            Markup('<td style="text-align:right;padding:2px 8px">{}</td>'),
        )
        line = Markup(
            '<tr><th style="text-align:left;padding:2px 8px">{} {}</th>{}'
            '<td style="text-align:left;padding:2px 8px">{} {}</td></tr>'
        )
        names = ("", "count", "of", "share", "intended", f"{self.percent} band", "", "")
        body = []
        for row in self.rows():
            style = theme.INSIDE if row.inside else theme.OUTSIDE
            mark = STYLES[Fate(row.name)].mark if row.name in STYLES else ""
            values = [
                row.count,
                row.trials,
                _share(row),
                f"{row.probability:.1%}",
                f"{row.band[0]} to {row.band[1]}",
                _bar(row),
            ]
            cells = Markup("").join(map(number.format, values))
            body.append(line.format(mark, row.name, cells, style.mark, row.verdict))
        return Markup(
            '<div style="{}"><table style="border-collapse:collapse"><thead><tr>{}</tr></thead>'
            '<tbody>{}</tbody></table><small style="{}">{}</small></div>'
        ).format(
            theme.font(),
            Markup("").join(map(heading.format, names)),
            Markup("").join(body),
            theme.FAINT,
            self._caption(),
        )


def _share(row: CountRow) -> str:
    return f"{row.count / row.trials:.1%}" if row.trials else "-"


def _bar(row: CountRow) -> Markup:
    """The band as a shaded stretch and the count as an upright line: boxes only, since SVG is cleaned away."""
    start, stop, here = (100 * row.place(x) for x in (*row.band, row.count))
    return Markup(
        '<span title="count {count}, band {low} to {high}" style="display:inline-block;position:relative;width:140px;'
        'height:12px;border-bottom:1px solid {line}">'
        '<span style="{piece};left:{start:.1f}%;width:{width:.1f}%;background-color:{shade}"></span>'
        '<span style="{piece};left:{here:.1f}%;margin-left:-2px;border-left:4px solid"></span></span>'
    ).format(
        count=row.count,
        low=row.band[0],
        high=row.band[1],
        line=theme.GREY,
        piece="display:block;position:absolute;top:0px;height:12px",
        start=start,
        width=max(1, stop - start),
        shade=theme.tint(theme.GREY, 0.45),
        here=here,
    )
