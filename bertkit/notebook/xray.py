"""The x-ray of a masked batch: what happened to every token.

Masked language modelling (BERT, arXiv 1810.04805, section 3.1) selects 15 % of the tokens as targets. Of these
80 % are replaced by [MASK], 10 % by a random token, and 10 % are kept. All of them are predicted.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Self

from markupsafe import Markup

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


COVER = "?"
"""Stands for a covered word."""

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
        covered: whether the original words are covered where they were replaced, for readers who want to guess them.

    Raises:
        ValueError: the three do not have the same shape.
    """

    tokens: list[list[str]]
    corrupted_tokens: list[list[str]]
    fates: list[list[Fate]]
    pad_token: str = "[PAD]"
    covered: bool = False

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
        covered: bool = False,
    ) -> Self:
        """The x-ray of a batch of ids; tensors of shape (B, T) as for `fates`, `decode` from T ids to T tokens."""
        return cls(
            [decode(row) for row in input_ids.tolist()],
            [decode(row) for row in corrupted.tolist()],
            fates(input_ids, selected, corrupted, mask_token_id, special_tokens_mask),
            covered=covered,
        )

    def _rows(self) -> Iterable[tuple[list[tuple[str, str, Fate]], int]]:
        """Each row's (old, new, fate) triples without the padding at its end, and how many were dropped."""
        for old, new, fate in zip(self.tokens, self.corrupted_tokens, self.fates, strict=True):
            row = list(zip(old, new, fate, strict=True))
            full = len(row)
            while row and row[-1] == (self.pad_token, self.pad_token, Fate.SPECIAL):
                row.pop()
            yield row, full - len(row)

    def _cover(self, old: str, new: str, fate: Fate) -> tuple[str, str, Fate]:
        return (COVER if self.covered and old != new else old), new, fate

    def _has_stray(self) -> bool:
        return any(_is_stray(*token) for row, _ in self._rows() for token in row)

    def __repr__(self) -> str:
        lines = []
        width = len(str(len(self.tokens)))
        for index, (row, padding) in enumerate(self._rows(), 1):
            words = [_token_text(*self._cover(*token)) for token in row]
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
        return str(self.to_html())

    def to_html(self) -> Markup:
        """The same in colours, to stand in other HTML."""
        line = Markup('<div style="margin:4px 0px"><small style="{};margin-right:6px">{}</small> {}</div>')
        body = []
        for index, (row, padding) in enumerate(self._rows(), 1):
            cells = [_token_html(*self._cover(*token)) for token in row]
            if padding:
                cells.append(Markup('<small style="{}">+{} {}</small>').format(theme.FAINT, padding, self.pad_token))
            body.append(line.format(theme.FAINT, index, Markup(" ").join(cells)))
        legend = [
            _box(STYLES[Fate.MASKED], "[MASK]", "was old") + " masked",
            _box(STYLES[Fate.RANDOM], "new", "was old") + " random",
            _box(STYLES[Fate.KEPT], "old", "kept") + " kept",
            "without a box: not selected",
        ]
        if self._has_stray():
            legend.append(_box(theme.WARNING, "new", "was old") + " changed, but not selected: a mistake")
        return Markup(
            '<div style="{};line-height:1.3">{}<div style="{};margin-top:8px"><small>{}</small></div></div>'
        ).format(
            theme.font(),
            Markup("").join(body),
            theme.PANEL,
            Markup(' <span style="margin-right:10px"></span> ').join(legend),
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


def _token_html(old: str, new: str, fate: Fate) -> Markup:
    if _is_stray(old, new, fate):
        return _box(theme.WARNING, new, f"was {old}", "changed, but not selected")
    if fate in STYLES:
        below = "kept" if fate is Fate.KEPT else f"was {old}"
        return _box(STYLES[fate], new, below, f"{fate}: the model sees {new} and must predict {old}")
    faint = f";{theme.FAINT};font-style:italic" if fate is Fate.SPECIAL else ""
    plain = Markup('<span style="display:inline-block;vertical-align:top;padding:3px 1px{}">{}</span>')
    return plain.format(faint, old)


def _box(style: theme.Style, word: str, below: str, title: str = "") -> Markup:
    return Markup(
        '<span title="{}" style="display:inline-block;vertical-align:top;text-align:center;border:2px solid {};'
        'border-radius:4px;background-color:{};padding:1px 5px;margin:1px">{} <b>{}</b> '
        '<small style="display:block">{}</small></span>'
    ).format(title, style.colour, theme.tint(style.colour), style.mark, word, below)
