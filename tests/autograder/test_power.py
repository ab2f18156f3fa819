"""The table of what the statistical tests find keeps the course's promises, and says nothing that is not so."""

import json

import pytest
import torch
from typer.testing import CliRunner

from autograder.cli import app
from autograder.counting import Count
from autograder.exercises import CATALOGUE, find
from autograder.judging.binomial import POWER, deviates
from autograder.judging.findings import draws
from autograder.power import HEADER, Power, power, right_counts, smallest_dependence, to_text

SEEDS = range(5)


@pytest.fixture(scope="module")
def tables() -> list[list[Power]]:
    return [power(seed=seed) for seed in SEEDS]


def rows(table: list[Power], exercise: str, name: str) -> list[Power]:
    return [each for each in table if (each.exercise, each.name) == (exercise, name)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("exercise", "name", "due", "below", "above"),
    [("mlm.select_positions", "rate", 0.15, 0.14, 0.16), ("mlm.corrupt", "mask-share", 0.8, 0.79, 0.81)],
)
def test_what_is_promised_is_found(
    tables: list[list[Power]], exercise: str, name: str, due: float, below: float, above: float
) -> None:
    for table in tables:
        (row,) = rows(table, exercise, name)
        assert row.due == pytest.approx(due, abs=1e-5)
        assert below <= row.below < due < row.above <= above


@pytest.mark.slow
@pytest.mark.parametrize(("name", "without"), [("mask-hits", 0.8), ("keep-hits", 0.1)])
def test_a_token_that_is_never_drawn_is_found(tables: list[list[Power]], name: str, without: float) -> None:
    for table in tables:
        (row,) = rows(table, "mlm.corrupt", name)
        assert without <= row.below < row.due


@pytest.mark.slow
def test_every_exercise_that_draws_is_in_the_table_and_no_other(tables: list[list[Power]]) -> None:
    assert {each.exercise for each in tables[0]} == {each.id for each in CATALOGUE if draws(each)}


@pytest.mark.slow
def test_a_property_is_in_a_table_once(tables: list[list[Power]]) -> None:
    for table in tables:
        assert len({(each.exercise, each.part, each.name) for each in table}) == len(table)


@pytest.mark.slow
def test_figures_lie_on_either_side_of_what_is_due(tables: list[list[Power]]) -> None:
    for row in (row for table in tables for row in table):
        assert 0 <= row.below <= row.due <= row.above <= 1, row
        assert row.trials or (row.below, row.above) == (0, 1), row
        assert row.dependence is None or 0 < row.dependence <= 1, row


@pytest.mark.slow
@pytest.mark.parametrize("exercise_id", ["mlm.select_positions", "mlm.corrupt"])
def test_nothing_that_is_counted_of_a_right_answer_deviates(exercise_id: str) -> None:
    exercise = find(exercise_id)
    for seed in SEEDS:
        wrong = [count for part in exercise.parts for count in right_counts(exercise, part, seed) if deviates(count)]
        assert wrong == []


@pytest.mark.slow
def test_the_command_prints_the_table() -> None:
    shown = CliRunner().invoke(app, ["audit", "--power", "--seed", "3"])
    assert shown.exit_code == 0, shown.output
    table = power(seed=3)
    assert shown.output == to_text(table) + "\n"
    lines = shown.output.splitlines()
    assert f"{POWER:.0%}".rstrip("%") in lines[0]
    assert lines[2] == f"{table[0].exercise}, {table[0].part}"
    assert [each for each in HEADER if each not in lines[3]] == []
    assert sum(len(line) > 0 for line in lines) == 1 + len(table) + 2 * len({(row.exercise, row.part) for row in table})
    assert json.loads(CliRunner().invoke(app, ["audit", "--power", "--json", "--seed", "3"]).output) == [
        vars(row) for row in table
    ]


def test_smallest_dependence_is_the_correlation_that_moves_pairs_so_far() -> None:
    count = Count("pairs", "", 900, 10_000, 0.09)
    least = smallest_dependence(count, 0.3)
    assert 0 < least < 0.2
    moved = 0.09 + least * 0.3 * 0.7
    assert torch.distributions.Binomial(10_000, torch.tensor(moved)).sample((50,)).min() > 900
