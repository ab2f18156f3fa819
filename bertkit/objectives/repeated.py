"""Selecting the words that are said more than once, so that a model learns to copy.

In ordinary text such words are a few of the hundred that are selected, and where the other mention tells them (`ben` in
`asked ben`) they carry some hundredths of the loss: a small model learns everything else first, and finds no use for an
attention head that looks for the other mention. Here they are selected often, the others seldom, and one mention of
every word stays visible. It is no part of BERT; whole words are hidden as in its later releases (whole word masking),
and that what is selected decides what is learned is the idea of SpanBERT (Joshi et al. 2020, arXiv 1907.10529) and of
salient span masking (Guu et al. 2020, arXiv 2002.08909).
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from bertkit.objectives.mlm import select_positions

REPEATED_SHARE = 0.7
"""Of the mentions of a repeated word, but for the one that stays visible."""
OTHER_SHARE = 1 / 3
"""Of the ordinary share, for words that are said once."""

Select = Callable[[Tensor, Tensor, float, torch.Generator], Tensor]
"""A function with the signature of `select_positions`."""


@dataclass(frozen=True)
class RepeatedWordSelection:
    """A `select_positions` that asks some rows of a batch for their repeated words, the others in the ordinary way.

    In such a row every word that stands there twice or more keeps one mention, drawn at random; each other mention is
    selected with `REPEATED_SHARE`, all of its pieces or none. Tokens of all other words are selected with `OTHER_SHARE`
    of the ordinary probability.
    """

    continues: Tensor
    """Tokens that go on with a word. Shape: (V,), bool"""
    everywhere: Tensor
    """Words of one token that do not count, since they are repeated everywhere. Shape: (V,), bool"""
    share: float = 1.0
    """Of the rows that are asked for their repeated words."""
    ordinary: Select = select_positions

    def __post_init__(self) -> None:
        if not 0 <= self.share <= 1:
            raise ValueError(f"the share of rows asked for repeated words is {self.share}; it has to be from 0 to 1")

    def __call__(
        self, input_ids: Tensor, special_tokens_mask: Tensor, probability: float, generator: torch.Generator
    ) -> Tensor:
        """Arguments and result as of `select_positions`."""
        asked = torch.rand(len(input_ids), 1, generator=generator) < self.share
        ordinary = self.ordinary(input_ids, special_tokens_mask, probability, generator)
        repeated, others = self._repeated(input_ids, special_tokens_mask, generator)
        seldom = torch.rand(input_ids.shape, generator=generator) < probability * OTHER_SHARE
        return torch.where(asked, repeated | (others & seldom), ordinary)

    def _repeated(self, input_ids: Tensor, special: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Where repeated words are selected, and where no repeated word is. Shapes: (B, T), bool"""
        word, counts = words_of_batch(input_ids, special, self.continues)
        counts &= ~(self.everywhere[input_ids] & (word_lengths(word) == 1))
        names = spelling(input_ids, word)
        same = (names[:, :, None] == names[:, None, :]) & counts[:, :, None] & counts[:, None, :]
        is_start = torch.ones_like(special)
        is_start[:, 1:] = word[:, 1:] != word[:, :-1]
        draws = one_draw_a_word(word, generator)
        mentions = (same & is_start[:, None, :]).sum(-1)
        highest = torch.where(same, draws[:, None, :], -1.0).amax(-1)
        fates = one_draw_a_word(word, generator)
        is_repeated = counts & (mentions > 1)
        return is_repeated & (draws < highest) & (fates < REPEATED_SHARE), ~special & ~is_repeated


def words_of_batch(input_ids: Tensor, special: Tensor, continues: Tensor) -> tuple[Tensor, Tensor]:
    """The number of the word that each position belongs to, and where there is one: special tokens have numbers too.

    Shapes: (B, T) int64 and bool; continues (V,), bool; returns (B, T) int64 and bool.
    """
    goes_on = continues[input_ids] & ~special
    goes_on[:, 1:] &= ~special[:, :-1]
    goes_on[:, 0] = False
    return (~goes_on).cumsum(1) - 1, ~special


def one_draw_a_word(word: Tensor, generator: torch.Generator) -> Tensor:
    """A number from [0, 1) for each word, at all of its pieces. Shape: (B, T) to (B, T), float32"""
    return torch.rand(word.shape, generator=generator).gather(1, first_positions(word))


def first_positions(word: Tensor) -> Tensor:
    """The position of the first piece of each position's word. Shape: (B, T) to (B, T), int64"""
    positions = torch.arange(word.shape[1]).expand_as(word)
    first = torch.full_like(word, word.shape[1]).scatter_reduce(1, word, positions, "amin")
    return first.gather(1, word)


def word_lengths(word: Tensor) -> Tensor:
    """How many pieces each position's word has. Shape: (B, T) to (B, T), int64"""
    return torch.zeros_like(word).scatter_add(1, word, torch.ones_like(word)).gather(1, word)


def spelling(input_ids: Tensor, word: Tensor) -> Tensor:
    """A number for each position's word, the same for the same pieces in the same order. Shape: (B, T), int64

    Numbers of different words are equal with a probability of about one in 2 to the 60.
    """
    inside = torch.arange(word.shape[1]) - first_positions(word)
    mixed = (input_ids + 1) * 0x1E3779B97F4A7C15 + inside * 0x3F58476D1CE4E5B9
    mixed = (mixed ^ (mixed >> 29)) * 0x14D049BB133111EB
    mixed ^= mixed >> 32
    return torch.zeros_like(word).scatter_add(1, word, mixed).gather(1, word)
