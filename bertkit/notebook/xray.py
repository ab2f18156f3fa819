"""The x-ray of a masked batch: what happened to every token, and whether the counts are what chance allows.

Masked language modelling (BERT, arXiv 1810.04805, section 3.1) selects 15 % of the tokens as targets. Of these
80 % are replaced by [MASK], 10 % by a random token, and 10 % are kept. All of them are predicted.
"""

from __future__ import annotations

import bisect
import operator
import textwrap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Self

from scipy.special import bdtr, bdtrc  # scipy.stats would double the import time

from bertkit.notebook import theme

if TYPE_CHECKING:
    from torch import Tensor


class Fate(StrEnum):
    """What the corruption did to one position."""

    UNSELECTED = "unselected"
    MASKED = "masked"
    RANDOM = "random"
    KEPT = "kept"
    SPECIAL = "special"


STYLES = {Fate.MASKED: theme.MASKED, Fate.RANDOM: theme.RANDOM, Fate.KEPT: theme.KEPT}


def fates(
    input_ids: Tensor,
    selected: Tensor,
    corrupted: Tensor,
    mask_token_id: int,
    special_tokens_mask: Tensor | None = None,
) -> list[list[Fate]]:
    """The fate of every position of a batch, read off from what went in and what came out.

    Two coincidences cannot be told apart from outside: a random draw that hits the original token counts as KEPT, and
    one that hits [MASK] counts as MASKED. With a vocabulary of V tokens each happens once in V random draws.

    A special position that was selected all the same (a mistake) gets the fate of a selected one, so that it shows.

    Args:
        input_ids: original ids, shape (B, T).
        selected: true where the model must predict, shape (B, T).
        corrupted: ids that the model sees, shape (B, T).
        mask_token_id: the id of [MASK].
        special_tokens_mask: true at [CLS], [SEP] and [PAD], shape (B, T); none means that no position is special.

    Returns:
        B lists of T fates.

    Raises:
        ValueError: the shapes differ, or are not (B, T).
    """
    shape = tuple(input_ids.shape)
    if len(shape) != 2:
        raise ValueError(f"input_ids must have shape (B, T), got {shape}; add the batch dimension with [None]")
    tensors = {"selected": selected, "corrupted": corrupted, "special_tokens_mask": special_tokens_mask}
    for name, tensor in tensors.items():
        if tensor is not None and tuple(tensor.shape) != shape:
            raise ValueError(f"{name} has shape {tuple(tensor.shape)}, but input_ids has {shape}")

    special_rows = [[0] * shape[1]] * shape[0] if special_tokens_mask is None else special_tokens_mask.tolist()

    def fate(old: int, chosen: bool, new: int, special: bool) -> Fate:
        if not chosen:
            return Fate.SPECIAL if special else Fate.UNSELECTED
        if new == mask_token_id:
            return Fate.MASKED
        return Fate.KEPT if new == old else Fate.RANDOM

    rows = zip(input_ids.tolist(), selected.tolist(), corrupted.tolist(), special_rows, strict=True)
    return [[fate(*position) for position in zip(*row, strict=True)] for row in rows]


@dataclass(frozen=True, repr=False)
class XRay:
    """A batch before and after corruption, drawn token by token.

    Args:
        tokens: the original tokens, B lists of T strings.
        corrupted_tokens: the tokens that the model sees, the same shape.
        fates: what happened to each, the same shape.
        pad_token: padding at the end of a row is only counted, not drawn.

    Raises:
        ValueError: the three do not have the same shape.
    """

    tokens: list[list[str]]
    corrupted_tokens: list[list[str]]
    fates: list[list[Fate]]
    pad_token: str = "[PAD]"

    def __post_init__(self) -> None:
        shapes = [[len(row) for row in rows] for rows in (self.tokens, self.corrupted_tokens, self.fates)]
        if not shapes[0] == shapes[1] == shapes[2]:
            raise ValueError(f"tokens, corrupted_tokens and fates have rows of different lengths: {shapes}")

    @classmethod
    def of(
        cls,
        input_ids: Tensor,
        selected: Tensor,
        corrupted: Tensor,
        mask_token_id: int,
        decode: Callable[[list[int]], list[str]],
        special_tokens_mask: Tensor | None = None,
    ) -> Self:
        """The x-ray of a batch of ids; tensors of shape (B, T) as for `fates`, `decode` from T ids to T tokens."""
        return cls(
            [decode(row) for row in input_ids.tolist()],
            [decode(row) for row in corrupted.tolist()],
            fates(input_ids, selected, corrupted, mask_token_id, special_tokens_mask),
        )

    def _rows(self) -> Iterable[tuple[list[tuple[str, str, Fate]], int]]:
        """Each row's (old, new, fate) triples without the padding at its end, and how many were dropped."""
        for old, new, fate in zip(self.tokens, self.corrupted_tokens, self.fates, strict=True):
            row = list(zip(old, new, fate, strict=True))
            full = len(row)
            while row and row[-1] == (self.pad_token, self.pad_token, Fate.SPECIAL):
                row.pop()
            yield row, full - len(row)

    def _has_stray(self) -> bool:
        return any(_is_stray(*token) for row, _ in self._rows() for token in row)

    def __repr__(self) -> str:
        lines = []
        width = len(str(len(self.tokens)))
        for index, (row, padding) in enumerate(self._rows(), 1):
            words = [_token_text(*token) for token in row]
            words += [f"(+{padding} {self.pad_token})"] if padding else []
            lead = f"{index:>{width}}  "
            lines += textwrap.wrap(
                " ".join(words), 100, initial_indent=lead, subsequent_indent=" " * len(lead),
                break_long_words=False, break_on_hyphens=False,
            ) or [lead.rstrip()]  # fmt: skip
        lines.append("[old→MASK] masked   ~old→new~ random   =old= kept   others: not selected")
        if self._has_stray():
            lines.append("!old→new! changed, but not selected: a mistake in the masking")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        body = []
        for index, (row, padding) in enumerate(self._rows(), 1):
            cells = [_token_html(*token) for token in row]
            if padding:
                cells.append(f'<small style="{theme.FAINT}">+{padding} {theme.escape(self.pad_token)}</small>')
            number = f'<small style="{theme.FAINT};margin-right:6px">{index}</small>'
            body.append(f'<div style="margin:4px 0px">{number} {" ".join(cells)}</div>')
        legend = [
            f"{_box(STYLES[Fate.MASKED], '[MASK]', 'was old')} masked",
            f"{_box(STYLES[Fate.RANDOM], 'new', 'was old')} random",
            f"{_box(STYLES[Fate.KEPT], 'old', 'kept')} kept",
            "without a box: not selected",
        ]
        if self._has_stray():
            legend.append(f"{_box(theme.WARNING, 'new', 'was old')} changed, but not selected: a mistake")
        line = ' <span style="margin-right:10px"></span> '.join(legend)
        return (
            f'<div style="{theme.font()};line-height:1.3">{"".join(body)}'
            f'<div style="{theme.PANEL};margin-top:8px"><small>{line}</small></div></div>'
        )


def _is_stray(old: str, new: str, fate: Fate) -> bool:
    return fate not in STYLES and old != new


def _token_text(old: str, new: str, fate: Fate) -> str:
    if fate is Fate.MASKED:
        return f"[{old}→{new.strip('[]')}]"
    if fate is Fate.RANDOM:
        return f"~{old}→{new}~"
    if fate is Fate.KEPT:
        return f"={old}="
    return f"!{old}→{new}!" if old != new else old


def _token_html(old: str, new: str, fate: Fate) -> str:
    if _is_stray(old, new, fate):
        return _box(theme.WARNING, new, f"was {old}", "changed, but not selected")
    if fate in STYLES:
        below = "kept" if fate is Fate.KEPT else f"was {old}"
        return _box(STYLES[fate], new, below, f"{fate}: the model sees {new} and must predict {old}")
    faint = f";{theme.FAINT};font-style:italic" if fate is Fate.SPECIAL else ""
    return f'<span style="display:inline-block;vertical-align:top;padding:3px 1px{faint}">{theme.escape(old)}</span>'


def _box(style: theme.Style, word: str, below: str, title: str = "") -> str:
    return (
        f'<span title="{theme.escape(title)}" style="display:inline-block;vertical-align:top;text-align:center;'
        f"border:2px solid {style.colour};border-radius:4px;background-color:{theme.tint(style.colour)};"
        f'padding:1px 5px;margin:1px">{theme.escape(style.mark)} <b>{theme.escape(word)}</b> '
        f'<small style="display:block">{theme.escape(below)}</small></span>'
    )


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
        cell = "text-align:right;padding:2px 8px"
        head = "".join(
            f'<th style="{cell}">{h}</th>'
            for h in ("", "count", "of", "share", "intended", f"{self.percent} band", "", "")
        )
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
            ]
            cells = "".join(f'<td style="{cell}">{value}</td>' for value in values)
            body.append(
                f'<tr><th style="text-align:left;padding:2px 8px">{mark} {row.name}</th>{cells}'
                f'<td style="{cell}">{_bar(row)}</td>'
                f'<td style="text-align:left;padding:2px 8px">{style.mark} {row.verdict}</td></tr>'
            )
        return (
            f'<div style="{theme.font()}"><table style="border-collapse:collapse"><thead><tr>{head}</tr></thead>'
            f'<tbody>{"".join(body)}</tbody></table><small style="{theme.FAINT}">{self._caption()}</small></div>'
        )


def _share(row: CountRow) -> str:
    return f"{row.count / row.trials:.1%}" if row.trials else "-"


def _bar(row: CountRow) -> str:
    """The band as a shaded stretch and the count as an upright line: boxes only, since SVG is cleaned away."""
    start, stop, here = (100 * row.place(x) for x in (*row.band, row.count))
    piece = "display:block;position:absolute;top:0px;height:12px"
    return (
        f'<span title="count {row.count}, band {row.band[0]} to {row.band[1]}" style="display:inline-block;'
        f'position:relative;width:140px;height:12px;border-bottom:1px solid {theme.GREY}">'
        f'<span style="{piece};left:{start:.1f}%;width:{max(1, stop - start):.1f}%;'
        f'background-color:{theme.tint(theme.GREY, 0.45)}"></span>'
        f'<span style="{piece};left:{here:.1f}%;margin-left:-2px;border-left:4px solid"></span></span>'
    )
