"""Independent draws pass; each kind of dependence is found, by the count that is made for it."""

from collections.abc import Callable

import pytest
import torch
from repetitions import repetitions
from torch import Tensor

from autograder.counting import Count
from autograder.judging.advice import mistake_named
from autograder.judging.binomial import FALSE_ALARM, deviates, tail
from autograder.judging.independence import PLACES, dependences, repeats, uniform

SHAPE = (40, 25, 40)
SEEDS = repetitions(20, 400)
ALL_VALID = torch.ones(SHAPE[1:], dtype=torch.bool)


def generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def numbers(seed: int, shape: tuple[int, ...] = SHAPE) -> Tensor:
    """Uniform numbers, one for each position."""
    return torch.rand(shape, generator=generator(seed))


def tokens(seed: int, shape: tuple[int, ...] = SHAPE[1:], different: int = 8) -> Tensor:
    """A token for each position, out of few."""
    return torch.randint(different, shape, generator=generator(seed + 10_000))


def counts_of(field: Tensor, probability: float, ids: Tensor, valid: Tensor = ALL_VALID) -> list[Count]:
    """All counts of a field, with the attributes that exercises use."""
    attributes = {"token": ids, "token-before": ids.roll(1, 1), "token-after": ids.roll(-1, 1)}
    return list(dependences("rate", "of the positions were chosen", field, valid, probability, attributes))


def assert_found(counts: list[Count], name: str, misconception: str) -> None:
    """The count of that name deviates, and it tells of that mistake."""
    found = {count.name: count.misconception for count in counts if deviates(count)}
    assert found.get(name) == misconception, found


def assert_nothing_found(counts: list[Count]) -> None:
    assert [count for count in counts if deviates(count)] == []


@pytest.mark.parametrize("probability", [0.004, 0.137, 0.15, 0.5, 0.8, 0.997])
@pytest.mark.parametrize("shape", [SHAPE, (1, 60, 70), (1, 1, 900), (300, 1, 2), (500, 1, 1), (7, 3, 11)], ids=str)
def test_nothing_is_found_in_independent_draws(probability: float, shape: tuple[int, int, int]) -> None:
    for seed in range(max(1, SEEDS // 10)):
        valid = numbers(seed + 500, shape[1:]) < 0.9
        counts = counts_of(numbers(seed, shape) < probability, probability, tokens(seed, shape[1:]), valid)
        assert_nothing_found(counts)


def test_false_alarms_are_as_rare_as_promised() -> None:
    """With a threshold so wide that right answers pass it now and then, they do at most as often as it says."""
    often, shape, counts = 0.02, (12, 10, 14), []
    for seed in range(5 * SEEDS):
        counts += counts_of(numbers(seed, shape) < 0.3, 0.3, tokens(seed, shape[1:]), ALL_VALID[:10, :14])
    alarms = sum(tail(each.successes, each.trials, each.probability) < often / 2 / each.comparisons for each in counts)
    assert len(counts) > 1000
    assert alarms < often * len(counts)


def test_thresholds_leave_room_for_all_comparisons_of_a_check() -> None:
    assert 100 * FALSE_ALARM <= 1e-6


def test_counts_have_the_same_names_whatever_was_drawn() -> None:
    first, *others = ([count.name for count in counts_of(numbers(seed) < 0.3, 0.3, tokens(seed))] for seed in range(3))
    assert others == [first, first]
    assert len(set(first)) == len(first)


def test_an_exercise_has_words_of_its_own() -> None:
    field = numbers(0) < torch.linspace(0.2, 0.8, SHAPE[1])[:, None]
    words = {"position": "pair", "row": "document", "column": "place"}
    counts = list(dependences("rate", "of the pairs were real", field, ALL_VALID, 0.5, {}, words))
    assert_found(counts, "rate-by-row", "depends-on-document")
    assert_found(counts, "rate-halves-by-row", "depends-on-document")
    told = " ".join(count.what for count in counts)
    assert "documents and" in told
    assert not {"positions", "row", "rows", "column", "columns"} & set(told.replace(",", " ").split())


@pytest.mark.parametrize("rate", [0.14, 0.16, 0.0, 1.0, 0.85])
def test_a_wrong_rate_is_found_and_called_so(rate: float) -> None:
    counts = counts_of(numbers(0, (120, 30, 40)) < rate, 0.15, tokens(0, (30, 40)), ALL_VALID.new_ones(30, 40))
    assert_found(counts, "rate", "wrong-rate")
    assert_nothing_found(counts[1:])  # a wrong rate is no dependence


def uneven(place: str, low: float, high: float) -> Tensor:
    """Probabilities of which one in eight, along a place, is `low` and the rest `high`."""
    size = SHAPE[PLACES[place]]
    chances = torch.where(torch.arange(size) % 8 == 3, low, high)
    shape = [size if dim == PLACES[place] else 1 for dim in range(3)]
    return chances.view(shape).expand(SHAPE)


@pytest.mark.parametrize("place", PLACES)
def test_dependence_on_a_place_is_found(place: str) -> None:
    chances = uneven(place, 0.05, 0.314)
    assert_found(counts_of(numbers(1) < chances, 0.28, tokens(1)), f"rate-by-{place}", f"depends-on-{place}")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("sign", [-1, 1])
def test_a_slow_slope_is_found_before_any_single_place_stands_out(place: str, sign: int) -> None:
    size = SHAPE[PLACES[place]]
    slope = sign * torch.linspace(-0.04, 0.04, size).view([-1 if dim == PLACES[place] else 1 for dim in range(3)])
    counts = counts_of(numbers(2) < 0.3 + slope, 0.3, tokens(2))
    assert_found(counts, f"rate-halves-by-{place}", f"depends-on-{place}")
    assert not deviates(next(count for count in counts if count.name == f"rate-by-{place}"))


@pytest.mark.parametrize(("attribute", "shift"), [("token", 0), ("token-before", 1), ("token-after", -1)])
def test_dependence_on_a_token_or_a_neighbour_is_found(attribute: str, shift: int) -> None:
    ids = tokens(3)
    chances = torch.where(ids.roll(shift, 1) == 5, 0.1, 0.3286)
    assert_found(counts_of(numbers(3) < chances, 0.3, ids), f"rate-by-{attribute}", f"depends-on-{attribute}")


def test_one_fate_for_all_copies_of_a_token_is_found() -> None:
    ids = tokens(4)
    one_each = numbers(4, (SHAPE[0], 8)) < 0.3
    field = one_each[:, ids]
    assert_found(counts_of(field, 0.3, ids), "rate-in-copies-of-token", "one-draw-for-equal-tokens")


def test_copies_that_are_no_places_of_draws_are_not_paired() -> None:
    ids, valid = tokens(5), numbers(5, SHAPE[1:]) < 0.5
    field = (numbers(6, (SHAPE[0], 8)) < 0.3)[:, ids] & valid
    field |= (numbers(7) < 0.3) & ~valid
    assert_found(counts_of(field, 0.3, ids, valid), "rate-in-copies-of-token", "one-draw-for-equal-tokens")


OFFSETS = [(0, 1), (0, 2), (0, 7), (0, 31), (1, 0), (3, 0), (1, 1), (1, -1), (2, -5), (25, 0), (50, 3), (400, 0)]


@pytest.mark.parametrize("offset", OFFSETS, ids=str)
def test_positions_that_hang_together_are_found_at_any_offset(offset: tuple[int, int]) -> None:
    """A third of the positions take the fate of the one so many rows, of whatever call, and columns away."""
    down, right = offset
    rows = SHAPE[0] * SHAPE[1]
    own, copied = numbers(8).view(rows, -1), numbers(9).view(rows, -1) < 0.34
    draws = torch.where(copied, own.roll((down, right), (0, 1)), own)
    field = (draws < 0.3).view(SHAPE)
    assert_found(counts_of(field, 0.3, tokens(8)), "rate-together", "positions-hang-together")


@pytest.mark.parametrize("probability", [0.15, 0.8])
def test_one_draw_for_a_whole_batch_or_row_is_found(probability: float) -> None:
    for shape in ((SHAPE[0], 1, SHAPE[2]), (SHAPE[0], SHAPE[1], 1), (1, *SHAPE[1:])):
        field = (numbers(10, shape) < probability).expand(SHAPE)
        assert_found(counts_of(field, probability, tokens(10)), "rate-together", "positions-hang-together")


def fixed(dims: int, seed: int) -> Tensor:
    """A third of the places, exactly, along the last dimensions flattened."""
    draws = numbers(seed).flatten(-dims)
    exactly = draws.argsort(dim=-1).argsort(dim=-1) < draws.shape[-1] * 0.3
    return exactly.view(SHAPE)


@pytest.mark.parametrize(
    ("place", "field"),
    [
        ("row", lambda: fixed(1, 11)),
        ("call", lambda: fixed(2, 12)[:40]),
        ("column", lambda: (numbers(13).flatten(0, 1).argsort(0).argsort(0) < 300).view(SHAPE)),
    ],
)
def test_counts_too_regular_are_found(place: str, field: Callable[[], Tensor]) -> None:
    assert_found(counts_of(field(), 0.3, tokens(11)), f"rate-spread-by-{place}", "counts-too-regular")


def test_at_least_one_in_a_short_row_is_found() -> None:
    draws = numbers(14, (400, 30, 6))
    field = (draws < 0.15) | (draws == draws.amin(dim=-1, keepdim=True))
    ids = tokens(14, (30, 6))
    counts = counts_of(field, float(field.double().mean()), ids, torch.ones_like(ids, dtype=torch.bool))
    assert_found(counts, "rate-spread-by-row", "counts-too-regular")


def test_what_is_not_valid_does_not_count() -> None:
    valid = numbers(15, SHAPE[1:]) < 0.6
    field = (numbers(16) < 0.3) & valid
    counts = counts_of(field | ~valid, 0.3, tokens(15), valid)
    assert counts[0].trials == SHAPE[0] * int(valid.sum())
    assert_nothing_found(counts)


def test_certain_fields_have_a_rate_alone() -> None:
    for probability, field in ((1.0, torch.ones(SHAPE)), (0.0, torch.zeros(SHAPE))):
        (count,) = counts_of(field.bool(), probability, tokens(0))
        assert not deviates(count)


def test_no_valid_position_shows_nothing() -> None:
    (count,) = counts_of(numbers(0) < 0.3, 0.3, tokens(0), ~ALL_VALID)
    assert count.trials == 0
    assert not deviates(count)


SIZES = [2, 3, 5, 12, 101, 1000, 30_000]
DRAWS = 20_000


def drawn(size: int, seed: int = 0, draws: int = DRAWS) -> Tensor:
    return torch.randint(size, (draws,), generator=generator(seed))


@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_found_in_uniform_draws(size: int) -> None:
    for seed in range(SEEDS):
        assert_nothing_found(uniform("tokens", "of the tokens", drawn(size, seed), size))


NOT_UNIFORM: list[tuple[str, Callable[[int], Tensor], str, tuple[int, int]]] = [
    ("the first value is missing", lambda size: 1 + drawn(size - 1), "not-uniform", (2, 200)),
    ("the last value is missing", lambda size: drawn(size - 1), "not-uniform", (2, 200)),
    ("one value is twice as likely", lambda size: torch.cat([drawn(size), drawn(size)[: DRAWS // size] * 0]),
     "not-uniform", (3, 60)),
    ("lower half", lambda size: drawn(max(1, size // 2)), "not-uniform", (2, 10**9)),
    ("upper half", lambda size: size - 1 - drawn(max(1, size // 2)), "not-uniform", (2, 10**9)),
    ("even only", lambda size: drawn(size) // 2 * 2, "not-uniform", (4, 10**9)),
    ("multiples of five", lambda size: drawn(size) // 5 * 5, "not-uniform", (10, 10**9)),
    ("coarse grid", lambda size: drawn(size) // 64 * 64, "not-uniform", (1000, 10**9)),
    ("sum of two draws", lambda size: (drawn(size) + drawn(size, 1)) // 2, "not-uniform", (3, 10**9)),
    ("permutation without repeats", lambda size: torch.randperm(size, generator=generator(0))[:DRAWS], "not-uniform",
     (20_000, 10**9)),
    ("one draw for two", lambda size: drawn(size)[: DRAWS // 2].repeat_interleave(2), "one-draw-for-many", (2, 10**9)),
    ("one draw for many", lambda size: drawn(size, 0, 20).repeat_interleave(1000), "one-draw-for-many", (2, 10**9)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("draw", "misconception", "size"),
    [
        pytest.param(draw, misconception, size, id=f"{name}, of {size}")
        for name, draw, misconception, (low, high) in NOT_UNIFORM
        for size in SIZES
        if low <= size <= high
    ],
)
def test_draws_that_are_not_uniform_are_found(draw: Callable[[int], Tensor], misconception: str, size: int) -> None:
    counts = uniform("tokens", "of the tokens", draw(size), size)
    assert misconception in {count.misconception for count in counts if deviates(count)}


@pytest.mark.parametrize("size", [2, 12, 30_000])
@pytest.mark.parametrize("draws", [0, 1, 2, 5])
def test_few_draws_show_nothing(size: int, draws: int) -> None:
    assert_nothing_found(uniform("tokens", "of the tokens", drawn(size, 0, draws), size))


@pytest.mark.parametrize(("size", "calls", "length"), [(9_000, 14, 400), (60_000, 14, 400), (30, 14, 10)])
def test_values_that_are_dealt_out_are_told_from_draws(size: int, calls: int, length: int) -> None:
    generator = torch.Generator().manual_seed(size)
    drawn = [torch.randint(size, (length + call,), generator=generator) for call in range(calls)]
    assert not deviates(repeats("tokens", "tokens", drawn, size))
    dealt = [torch.randperm(size, generator=generator)[: length + call] for call in range(calls)]
    count = repeats("tokens", "tokens", dealt, size)
    assert deviates(count) == (count.probability < 0.25)
    assert count.misconception is not None
    assert mistake_named(count.misconception) is not None


def test_more_draws_than_values_have_to_repeat() -> None:
    assert repeats("tokens", "tokens", [torch.arange(5).repeat(2)], 5).probability == 0
