"""Sizes, ids, shares and numbers are drawn anew, within what is allowed, and as the conditions ask."""

import random
from collections.abc import Callable
from typing import Any

import pytest
import torch

from autograder.judging.draw import DOUBLE, IDS, LARGE, ONE_ROW, RESERVED, TINY, Draw, percent
from autograder.running.observe import STRIDED

SEEDS = range(60)


def draw(seed: int = 0, *conditions: str, small: int = 0, contents: int | None = None) -> Draw:
    other = random.Random(f"contents {seed if contents is None else contents}")
    return Draw(random.Random(seed), other, frozenset(conditions), small)


def drawn(choose: Callable[[Draw], Any], *conditions: str, small: int = 0) -> list[Any]:
    """What is chosen with many seeds."""
    return [choose(draw(seed, *conditions, small=small)) for seed in SEEDS]


@pytest.mark.parametrize(
    ("conditions", "small", "lowest", "highest"),
    [
        ((), 0, 3, 12),
        ((TINY,), 0, 3, 3),
        ((LARGE,), 0, 256, 500),
        ((TINY, LARGE), 0, 3, 3),
        ((), 2, 3, 4),
        ((LARGE,), 2, 3, 4),
        ((DOUBLE,), 0, 3, 12),
    ],
)
def test_sizes(conditions: tuple[str, ...], small: int, lowest: int, highest: int) -> None:
    sizes = drawn(lambda each: each.size(3, 12, 500), *conditions, small=small)
    assert all(lowest <= size <= highest for size in sizes)
    assert len(set(sizes)) >= min(highest - lowest + 1, 8)


def test_a_size_that_has_no_large_one_stays_where_it_is() -> None:
    assert max(drawn(lambda each: each.size(3, 12), LARGE)) <= 12


def test_rows() -> None:
    assert set(drawn(Draw.rows)) == set(range(1, 10))
    assert set(drawn(Draw.rows, ONE_ROW)) == {1}
    assert set(drawn(Draw.rows, ONE_ROW, LARGE)) == {1}
    assert set(drawn(Draw.rows, TINY)) == {1}
    assert min(drawn(Draw.rows, LARGE)) > 9


@pytest.mark.parametrize("conditions", [(), (ONE_ROW,), (TINY,)])
def test_a_single_row_is_noted_whether_it_was_asked_for_or_came_up(conditions: tuple[str, ...]) -> None:
    for seed in SEEDS:
        each = draw(seed, *conditions)
        rows = each.rows()
        assert each.one_row == (rows == 1)


def test_leading_dimensions() -> None:
    shapes = drawn(Draw.leading)
    assert {len(shape) for shape in shapes} == {0, 1, 2, 3}
    assert all(size >= 1 for shape in shapes for size in shape)
    assert {shape[:1] for shape in drawn(Draw.leading, ONE_ROW)} <= {(), (1,)}
    assert set(drawn(lambda each: each.leading(2, 2), TINY)) == {(1, 1)}
    assert max(len(shape) for shape in drawn(Draw.leading, small=2)) == 2
    assert max(max(shape, default=0) for shape in drawn(Draw.leading, LARGE)) > 400


def test_where_the_order_in_memory_matters_there_are_two_dimensions_of_two() -> None:
    assert min(len(shape) for shape in drawn(Draw.leading, STRIDED)) == 2
    assert min(min(shape) for shape in drawn(Draw.leading, STRIDED)) == 2
    assert min(drawn(lambda each: each.size(1, 4), STRIDED)) == 2
    assert set(drawn(lambda each: each.size(1, 1), STRIDED)) == {1}


def everything(each: Draw) -> dict[str, Any]:
    """One of each content, in shapes of drawn sizes."""
    shape = (each.rows(), each.size(2, 6))
    return {
        "ids": each.ids(shape, each.vocabulary(10)),
        "few": each.ids(shape, 500, different=6),
        "mask": each.mask(shape, each.share(0.2, 0.8)),
        "normal": each.normal(*shape),
        "permutation": each.permutation(20),
        "integer": torch.tensor(each.integer(0, 10**9)),
        "seed": torch.tensor(each.seed()),
    }


def test_twins_have_the_same_sizes_and_other_contents() -> None:
    for seed in SEEDS:
        one, other = (everything(draw(seed, contents=contents)) for contents in (1, 2))
        assert {name: each.shape for name, each in one.items()} == {name: each.shape for name, each in other.items()}
        assert any(not torch.equal(one[name], other[name]) for name in one)


def test_the_same_sources_draw_the_same() -> None:
    one, other = everything(draw(3)), everything(draw(3))
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_vocabularies_are_of_every_order_of_magnitude() -> None:
    sizes = [draw(seed).vocabulary() for seed in range(400)]
    assert min(sizes) >= 2
    assert max(sizes) <= IDS
    for low, high in ((2, 10), (10, 100), (100, 1000), (1000, 10_000), (10_000, IDS)):
        assert sum(low <= size < high for size in sizes) >= 10
    assert max(drawn(lambda each: each.vocabulary(2), small=2)) <= 5


def test_ids_come_from_the_whole_vocabulary() -> None:
    ids = draw().ids((50, 1000), 30_000)
    assert ids.dtype == torch.int64
    assert 0 <= int(ids.min()) < 5
    assert 29_990 < int(ids.max()) < 30_000
    assert int((ids < RESERVED).sum()) > 10_000  # where released vocabularies have their special tokens


@pytest.mark.parametrize("vocab_size", [2, 3, 50, 50_000])
@pytest.mark.parametrize("different", [1, 4, 9])
def test_few_different_ids(vocab_size: int, different: int) -> None:
    ids = draw().ids((30, 200), vocab_size, different)
    assert 0 <= int(ids.min()) <= int(ids.max()) < vocab_size
    assert len(ids.unique()) <= min(vocab_size, different + 3)
    assert 0 in ids


@pytest.mark.parametrize(("share", "wanted"), [(0.0, 0.0), (1.1, 1.0)])
def test_masks_at_the_ends(share: float, wanted: float) -> None:
    assert float(draw().mask((20, 30), share).double().mean()) == wanted


def test_shares_and_numbers_are_round_in_a_small_draw() -> None:
    for share, number in zip(drawn(Draw.share, small=2), drawn(lambda each: each.normal(4, 3), small=2), strict=True):
        assert share == round(share, 2)
        assert torch.equal(2 * number, (2 * number).round())
    assert any(share != round(share, 2) for share in drawn(Draw.share))
    number = draw().normal(4, 3)
    assert not torch.equal(2 * number, (2 * number).round())


@pytest.mark.parametrize(("conditions", "dtype"), [((), torch.float32), ((DOUBLE,), torch.float64)])
def test_numbers_have_the_type_asked_for(conditions: tuple[str, ...], dtype: torch.dtype) -> None:
    assert draw(0, *conditions).normal(3, scale=100).dtype == dtype
    assert 30 < float(draw(0, *conditions).normal(3000, scale=100).std()) < 300


def test_a_permutation_has_each_number_once() -> None:
    assert draw().permutation(30).sort().values.tolist() == list(range(30))


@pytest.mark.parametrize(
    ("part", "whole", "text"), [(0, 0, "0 %"), (1, 1, "100 %"), (1, 30, "3.3 %"), (1, 3, "33 %"), (1, 5000, "0.0 %")]
)
def test_percent(part: int, whole: int, text: str) -> None:
    assert percent(part, whole) == text
