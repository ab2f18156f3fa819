"""The selection of repeated words: whole words, one mention always visible, shares within exact binomial bounds."""

import pytest
import torch
from scipy.special import bdtr, bdtrc
from torch import Tensor

from bertkit.data.words import words_of_row
from bertkit.objectives.mlm import select_positions
from bertkit.objectives.repeated import OTHER_SHARE, REPEATED_SHARE, RepeatedWordSelection

FALSE_ALARM = 1e-6
V, CLS, SEP, PAD = 40, 1, 2, 0
CONTINUES = torch.arange(V) >= 30
EVERYWHERE = (torch.arange(V) >= 3) & (torch.arange(V) < 8)


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def rows(count: int, length: int, seed: int) -> tuple[Tensor, Tensor]:
    """Chance rows of few tokens, so that many words are repeated, some of several pieces. Shapes: (B, T)"""
    ids = torch.randint(3, V, (count, length), generator=generator(seed))
    ids[:, 0] = CLS
    ids[torch.arange(count), torch.randint(2, length, (count,), generator=generator(seed + 1))] = SEP
    ids[: count // 2, -3:] = PAD
    return ids, (ids < 3)


def words(ids: list[int], special: list[bool]) -> dict[tuple[int, ...], list[tuple[int, int]]]:
    """The places of each word of a row that counts."""
    found: dict[tuple[int, ...], list[tuple[int, int]]] = {}
    for start, stop in words_of_row(ids, special, CONTINUES):
        if stop - start > 1 or not EVERYWHERE[ids[start]]:
            found.setdefault(tuple(ids[start:stop]), []).append((start, stop))
    return found


def assert_share(count: int, of: int, probability: float) -> None:
    below, above = bdtr(count, of, probability), bdtrc(count - 1, of, probability) if count else 1.0
    assert min(below, above) > FALSE_ALARM, f"{count} of {of} is {count / of:.4f}, expected {probability}"


@pytest.mark.parametrize("seed", range(5))
def test_repeated_words_are_selected_whole_and_one_mention_stays(seed: int) -> None:
    ids, special = rows(60, 40, seed)
    select = RepeatedWordSelection(CONTINUES, EVERYWHERE)
    selected = select(ids, special, 0.0, generator(seed))
    assert selected.dtype == torch.bool
    chosen = others = 0
    for row_ids, row_special, row in zip(ids.tolist(), special.tolist(), selected.tolist(), strict=True):
        repeated = {word: places for word, places in words(row_ids, row_special).items() if len(places) > 1}
        inside = [place for places in repeated.values() for place in places]
        assert sum(row) == sum(row[position] for start, stop in inside for position in range(start, stop))
        for places in repeated.values():
            fates = [row[start:stop] for start, stop in places]
            assert all(len(set(fate)) == 1 for fate in fates)
            assert [False] in [list(set(fate)) for fate in fates]
            chosen += sum(fate[0] for fate in fates)
            others += len(fates) - 1
    assert others > 100
    assert_share(chosen, others, REPEATED_SHARE)


def test_other_tokens_are_selected_seldom() -> None:
    ids, special = rows(400, 40, 7)
    select = RepeatedWordSelection(CONTINUES, EVERYWHERE)
    selected = select(ids, special, 0.6, generator())
    assert not (selected & special).any()
    count = of = 0
    for row_ids, row_special, row in zip(ids.tolist(), special.tolist(), selected.tolist(), strict=True):
        repeated = {
            position
            for places in words(row_ids, row_special).values()
            if len(places) > 1
            for start, stop in places
            for position in range(start, stop)
        }
        ordinary = [position for position in range(len(row)) if not row_special[position] and position not in repeated]
        count += sum(row[position] for position in ordinary)
        of += len(ordinary)
    assert_share(count, of, 0.6 * OTHER_SHARE)


def test_each_mention_is_the_visible_one_as_often() -> None:
    ids = torch.tensor([[CLS, 9, 10, 31, 9, 11, 10, 31, 9, SEP]]).expand(3000, -1)
    selected = RepeatedWordSelection(CONTINUES, EVERYWHERE)(ids, ids < 3, 0.0, generator())
    for places in ((1, 4, 8), (2, 6)):
        for place in places:
            assert_share(int(selected[:, place].sum()), 3000, REPEATED_SHARE * (1 - 1 / len(places)))
    assert torch.equal(selected[:, 2], selected[:, 3])


def test_a_word_is_another_one_where_it_goes_on() -> None:
    ids = torch.tensor([[CLS, 9, 31, 9, 32, 9, 31, 32, 31, 9, 5, 5, SEP, 31]])
    special = ids < 3
    for seed in range(20):
        assert not RepeatedWordSelection(CONTINUES, EVERYWHERE)(ids, special, 0.0, generator(seed)).any()


def test_the_share_is_one_of_rows_and_the_others_are_asked_in_the_ordinary_way() -> None:
    ids, special = rows(2000, 40, 3)
    everything = RepeatedWordSelection(CONTINUES, EVERYWHERE, 0.25, lambda ids, special, *rest: ~special)
    in_full = (everything(ids, special, 0.0, generator()) == ~special).all(dim=1)
    assert_share(int((~in_full).sum()), 2000, 0.25)
    nobody = RepeatedWordSelection(CONTINUES, EVERYWHERE, 0.0)
    assert_share(int(nobody(ids, special, 0.3, generator()).sum()), int((~special).sum()), 0.3)


def test_the_same_generator_selects_the_same() -> None:
    ids, special = rows(30, 40, 3)
    select = RepeatedWordSelection(CONTINUES, EVERYWHERE, 0.5, select_positions)
    first, again, other = (select(ids, special, 0.3, generator(seed)) for seed in (4, 4, 5))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


@pytest.mark.parametrize("share", [-0.1, 1.5, float("nan")])
def test_a_bad_share_is_named(share: float) -> None:
    with pytest.raises(ValueError, match=f"is {share}"):
        RepeatedWordSelection(CONTINUES, EVERYWHERE, share)
