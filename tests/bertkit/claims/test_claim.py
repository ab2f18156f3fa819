"""Records of statements: what is averaged, kept after a stop, dropped with other code, and shown."""

import json
import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from scipy.stats import t as student
from typer.testing import CliRunner

from bertkit.claims.catalogue import CLAIMS, find
from bertkit.claims.claim import RECORDED, Claim, Interval, interval, measured, read, recorded
from bertkit.claims.table import figure, table_of, to_text
from bertkit.cli import app
from bertkit.notebook import Recorded

CALLS: list[int] = []


def measure(seed: int, small: bool) -> Mapping[str, Mapping[str, float]]:
    """One row depends on the seed, the other lacks a column."""
    CALLS.append(seed)
    if seed == 99:
        raise KeyboardInterrupt
    return {"ours <b>": {"loss": 1.0 + seed, "right": 0.5}, "limit": {"loss": 0.25}}


CLAIM = Claim(
    number="7b",
    says="It is so.",
    design="We look.",
    columns={"loss": "nats", "right": "%"},
    measure=measure,
    criteria={
        "the loss is above the limit": lambda record: record.interval("ours <b>", "loss").mean > 0.25,
        "the loss is small": lambda record: record.interval("ours <b>", "loss").high < 1,
    },
)


def test_an_interval_is_students() -> None:
    found = interval([1.0, 2.0, 4.0])
    assert found.mean == pytest.approx(7 / 3)
    deviation = math.sqrt(sum((each - 7 / 3) ** 2 for each in (1, 2, 4)) / 2)
    assert found.half == pytest.approx(student.ppf(0.975, 2) * deviation / math.sqrt(3))
    assert (found.low, found.high) == (found.mean - found.half, found.mean + found.half)
    assert interval([3.0]) == Interval(3.0, 0.0, 1)
    with pytest.raises(ValueError, match="no runs"):
        interval([])


def test_a_record_comes_back_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "statement.json"
    record = measured(CLAIM, range(3), path)
    assert read(path) == record
    assert record.rows == ["ours <b>", "limit"]
    assert record.values("ours <b>", "loss") == [1.0, 2.0, 3.0]
    assert record.met == {"the loss is above the limit": True, "the loss is small": False}


def test_it_goes_on_after_a_stop_and_runs_nothing_twice(tmp_path: Path) -> None:
    path = tmp_path / "statement.json"
    CALLS.clear()
    with pytest.raises(KeyboardInterrupt):
        measured(CLAIM, [0, 1, 99], path)
    assert list(read(path).runs) == ["0", "1"]
    measured(CLAIM, [0, 1, 2], path)
    assert CALLS == [0, 1, 99, 2]
    measured(CLAIM, [2, 1], path)
    assert CALLS == [0, 1, 99, 2]
    assert list(read(path).runs) == ["2", "1"]


def test_figures_of_other_code_or_of_the_small_run_are_not_taken(tmp_path: Path) -> None:
    path = tmp_path / "statement.json"
    CALLS.clear()
    measured(CLAIM, [0], path)
    measured(CLAIM, [0], path, small=True)
    assert CALLS == [0, 0]
    written = json.loads(path.read_text())
    path.write_text(json.dumps(written | {"digest": "other"}))
    measured(CLAIM, [0], path, small=True)
    assert CALLS == [0, 0, 0]


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"number": "1", "runs": 3}'])
def test_a_damaged_record_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "statement.json"
    path.write_text(content)
    with pytest.raises(ValueError, match=r"statement\.json is no record of a statement"):
        read(path)


def test_without_seeds_there_is_nothing_to_measure(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no seeds"):
        measured(CLAIM, [], tmp_path / "statement.json")


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (Interval(0.8234, 0.0231, 3), "%", "82 ± 2 %"),
        (Interval(0.8234, 0.0042, 3), "%", "82.3 ± 0.4 %"),
        (Interval(0.575, 0.012, 3), "nats", "0.575 ± 0.012 nats"),
        (Interval(0.0, 0.0, 3), "%", "0 %"),
        (Interval(1.0, 0.0, 3), "%", "100 %"),
        (Interval(0.123456, 0.0, 1), "nats", "0.1235 nats"),
    ],
)
def test_digits_end_where_the_interval_begins(value: Interval, unit: str, text: str) -> None:
    assert figure(value, unit) == text


def test_text_and_html_tell_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record = measured(CLAIM, range(3), tmp_path / "statement-7b.json")
    monkeypatch.setattr("bertkit.claims.claim.RECORDED", tmp_path)
    shown = Recorded("7b")
    page = BeautifulSoup(shown._repr_html_(), "html.parser")
    cells = [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in page.find_all("tr")]
    assert cells == table_of(record)
    assert cells[1][0] == "ours <b>"
    assert cells[2] == ["limit", "0.25 nats", ""]
    text = repr(shown)
    assert text == to_text(record)
    for row in cells[1:]:
        assert all(cell in text for cell in row)
    for words in record.met:
        assert words in text
        assert words in page.get_text()
    assert "Recorded" in page.get_text()
    assert "bertkit claims 7b" in page.get_text()


def test_what_was_never_measured_is_said() -> None:
    with pytest.raises(ValueError, match=r"statement-none\.json is no record"):
        Recorded("none")


def test_an_unknown_statement_is_named_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="there is no statement '99'; there are 1, 2"):
        find("99")
    result = CliRunner().invoke(app, ["claims", "99"])
    assert isinstance(result.exception, ValueError)


def test_the_command_measures_and_says_what_does_not_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bertkit.claims.catalogue.CLAIMS", (CLAIM, replace(CLAIM, number="8", criteria={})))
    result = CliRunner().invoke(app, ["claims", "--output", str(tmp_path), "--seeds", "2"])
    assert result.exit_code == 1
    assert "✘ the loss is small" in result.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["statement-7b.json", "statement-8.json"]
    assert CliRunner().invoke(app, ["claims", "8", "--output", str(tmp_path), "--seeds", "2"]).exit_code == 0


@pytest.mark.parametrize(("recorded", "afterwards"), [(None, 3), (2, 3), (5, 5)])
def test_a_record_loses_no_run_where_no_number_is_given(
    recorded: int | None, afterwards: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bertkit.claims.catalogue.CLAIMS", (CLAIM,))
    path = tmp_path / CLAIM.path.name
    if recorded is not None:
        measured(CLAIM, range(recorded), path)
    CliRunner().invoke(app, ["claims", "--output", str(tmp_path)])
    assert list(read(path).runs) == [str(seed) for seed in range(afterwards)]


def test_small_runs_do_not_replace_the_courses_records() -> None:
    result = CliRunner().invoke(app, ["claims", "2", "--small"])
    assert isinstance(result.exception, ValueError)
    assert "--output" in str(result.exception)


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.number)
def test_every_statement_is_recorded_over_three_seeds_by_the_code_that_is_here(claim: Claim) -> None:
    record = recorded(claim.number)
    assert record.digest == claim.digest(small=False)
    assert len(record.runs) >= 3
    assert set(record.met) == set(claim.criteria)
    assert claim.path.parent == RECORDED


@pytest.mark.slow
@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.number)
def test_the_small_experiment_gives_all_figures(claim: Claim, tmp_path: Path) -> None:
    record = measured(claim, [0], tmp_path / "statement.json", small=True)
    full = recorded(claim.number)
    assert record.rows == full.rows
    assert {row: set(figures) for row, figures in record.runs["0"].figures.items()} == {
        row: set(figures) for row, figures in full.runs["0"].figures.items()
    }
