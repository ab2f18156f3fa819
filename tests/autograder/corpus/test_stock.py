"""The corpus is in order, and its cases are real: what stock nbgrader does with them is on record, and holds."""

from collections import Counter
from pathlib import Path

import nbformat
import pytest
from repetitions import THOROUGH

import corpus
from autograder.lessons.source import lesson_path, solution_path
from corpus.base import CANARY, MAX_POINTS, NAME, Base, Specimen
from corpus.classroom import Happened, grade_together, run, worked
from corpus.course import make_place
from corpus.specimens import SPECIMENS, find
from corpus.stock import read_record, table

ON_STOCK = [specimen for specimen in SPECIMENS if specimen.only_ours is None]
ATTACKS = [specimen for specimen in ON_STOCK if specimen.kind == "attack"]
SAMPLE, STOPS_THE_CLASS = ("displayhook", "warning-in-answer"), "duplicated-test-cell"
"""One attack and an accident that are quickly run in one class; and one that needs a class of its own."""

by_name = pytest.mark.parametrize("specimen", SPECIMENS, ids=lambda specimen: specimen.name)


@pytest.fixture(scope="module")
def record() -> dict[str, Happened]:
    return read_record()


@pytest.fixture(scope="module")
def base(built_course: Path) -> Base:
    return Base(
        nbformat.read(lesson_path(built_course, NAME), as_version=4),
        nbformat.read(solution_path(built_course, NAME), as_version=4),
        built_course,
        built_course / "secret.txt",
        port=1,
    )


def test_every_specimen_is_on_record_and_nothing_else(record: dict[str, Happened]) -> None:
    assert list(record) == [specimen.name for specimen in ON_STOCK]


def test_the_package_says_how_many_there_are() -> None:
    of_all, on_stock = (Counter(specimen.kind for specimen in chosen) for chosen in (SPECIMENS, ON_STOCK))
    assert f"{of_all['attack']} attacks and {of_all['accident']} accidents" in str(corpus.__doc__)
    assert f"{on_stock['attack']} and {on_stock['accident']} of them" in " ".join(str(corpus.__doc__).split())


def test_names_are_given_once() -> None:
    assert [name for name, times in Counter(each.name for each in SPECIMENS).items() if times > 1] == []
    assert find(SPECIMENS[0].name) is SPECIMENS[0]


def test_an_unknown_name_is_named() -> None:
    with pytest.raises(KeyError, match="no specimen 'displayhok'"):
        find("displayhok")


@pytest.mark.parametrize("specimen", ATTACKS, ids=lambda specimen: specimen.name)
def test_every_attack_works_on_stock_nbgrader(specimen: Specimen, record: dict[str, Happened]) -> None:
    assert worked(specimen, record[specimen.name])


def test_accidents_do_harm_on_stock_nbgrader(record: dict[str, Happened]) -> None:
    """Not every one, but enough: they cost the student's own points, or the others their grading."""
    harmful = [each for each in ON_STOCK if each.kind == "accident" and worked(each, record[each.name])]
    assert len(harmful) >= 15
    assert sum(record[each.name].batch_stopped for each in harmful) >= 3


def test_the_table_has_a_row_for_every_specimen(record: dict[str, Happened]) -> None:
    rows = [line for line in table(record).splitlines() if line.startswith("| `")]
    assert [row.split("`")[1] for row in rows] == [specimen.name for specimen in SPECIMENS]
    assert all(row.count(" | ") == 4 for row in rows)
    assert "6 points where 0 are deserved" in rows[0]


@pytest.mark.slow
@by_name
def test_a_specimen_is_the_same_every_time_and_gives_nothing_away(specimen: Specimen, base: Base) -> None:
    """What is not to be read does not stand in what is handed in, or finding it there would prove nothing."""
    hand_in, again = specimen.hand_in(base), specimen.hand_in(base)
    assert hand_in == again
    assert hand_in.files or hand_in.links
    for content in hand_in.files.values():
        assert CANARY.encode() not in content
        assert not any(secret.encode() in content for secret in specimen.must_not_show)
    assert 0 <= specimen.deserves <= MAX_POINTS
    assert specimen.what.endswith(".")


@pytest.mark.slow
def test_stock_nbgrader_does_again_what_is_on_record(record: dict[str, Happened], tmp_path: Path) -> None:
    """A sample of it; `python tests/autograder/corpus` makes the whole record anew."""
    place = make_place(tmp_path / "checks")
    if THOROUGH:
        assert run(find(STOPS_THE_CLASS), place, tmp_path / STOPS_THE_CLASS) == record[STOPS_THE_CLASS]
    happened = grade_together(
        {f"m-{name}": find(name) for name in SAMPLE}, place, lambda place: place.nbgrader("autograde", NAME)
    )
    assert happened == {f"m-{name}": record[name] for name in SAMPLE}
