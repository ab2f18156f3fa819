"""Answers by people who had not seen the tests: none of the wrong ones passes, most are named, the right ones pass.

`unseen/wrong` holds mistakes that learners make, `unseen/made_to_pass` answers written to get by without being right,
`unseen/right` right ones in whatever style; the first line of each says what it is. A commit meets every tenth of each
kind, `THOROUGH=1` all of them.
"""

from collections.abc import Sequence
from pathlib import Path

import pytest
from repetitions import THOROUGH, repetitions

from autograder.exercise import UndefinedError
from autograder.exercises import find
from autograder.files import judge_files
from autograder.notebook import verdict_on
from autograder.verdict import Verdict

UNSEEN = Path(__file__).parents[1] / "unseen"
SEED = 11
EVERY = 10
LEAST_NAMED = 0.9
FEWEST = 20
"""Answers of each kind that a share, or a tenth, says something of."""


def answers(kind: str) -> list[Path]:
    """The files of a kind that this run looks at."""
    return sorted((UNSEEN / kind).glob("*/*.py"))[:: 1 if THOROUGH else EVERY]


def id_of(path: Path) -> str:
    return f"{path.parent.name}-{path.stem}"


def told_of(path: Path, seed: int = SEED) -> Verdict:
    """The verdict on the answer in a file."""
    exercise = find(path.parent.name)
    namespace = {"__name__": "answer"}
    exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), namespace)
    try:
        answer = exercise.answer_in(namespace)
    except UndefinedError:  # another name, or none: what a file is told, a notebook cannot come to
        (verdict,) = judge_files(exercise.id, [path], seed)
        return verdict
    return verdict_on(exercise.id, answer, seed)


@pytest.fixture(scope="module")
def verdicts() -> dict[Path, Verdict]:
    """What the wrong ones are told."""
    return {path: told_of(path) for path in answers("wrong")}


@pytest.mark.slow
def test_no_wrong_one_passes_and_nine_of_ten_are_named(verdicts: dict[Path, Verdict]) -> None:
    assert [id_of(path) for path, verdict in verdicts.items() if verdict.passed] == []
    assert len(verdicts) >= FEWEST
    unnamed = [id_of(path) for path, verdict in verdicts.items() if verdict.misconception is None]
    assert len(unnamed) <= (1 - LEAST_NAMED) * len(verdicts), unnamed


@pytest.mark.slow
@pytest.mark.parametrize("path", answers("made_to_pass"), ids=id_of)
def test_none_made_to_pass_does(path: Path) -> None:
    verdict = told_of(path)
    assert not verdict.passed
    assert verdict.diagnosis is not None


@pytest.mark.slow
@pytest.mark.parametrize("path", answers("right"), ids=id_of)
def test_a_right_one_passes(path: Path) -> None:
    for seed in range(repetitions(1, 20)):
        verdict = told_of(path, seed)
        assert verdict.passed, (seed, verdict.to_text())


def test_they_say_what_they_are() -> None:
    paths: Sequence[Path] = sorted(UNSEEN.rglob("*.py"))
    for path in paths:
        first, _ = path.read_text(encoding="utf-8").split("\n", 1)
        assert first.startswith("# RIGHT" if path.parts[-3] == "right" else "# MISTAKE"), path
    assert {path.parts[-3] for path in paths} == {"wrong", "made_to_pass", "right"}
