"""The forms of an answer: what is handed over, what a file defines, what a notebook's cells define, what is missing."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from autograder import notebook
from autograder.confined import cells
from autograder.exercise import Exercise, UndefinedError, attempted, run_value
from autograder.exercises import CATALOGUE, find
from autograder.running import worker
from autograder.running.failures import UNDEFINED, StoppedError
from autograder.running.observe import observe
from autograder.verdict import Outcome
from autograder.visible.examples import verdict_on_examples
from bertkit.model.heads import HEAD_FOR_TASK
from bertkit.training.state import load_checkpoint, save_checkpoint

ONE = find("mlm.mlm_labels")
TWO = replace(
    ONE,
    id="pretraining.checkpoint",
    defines=("bertkit.training.state:save_checkpoint", "bertkit.training.state:load_checkpoint"),
)
VALUE = replace(ONE, id="heads.HEAD_FOR_TASK", defines=("bertkit.model.heads:HEAD_FOR_TASK",), run=run_value)
BOTH = "def save_checkpoint(): return 'saved'\ndef load_checkpoint(): return 'loaded'\n"
HALF = "def save_checkpoint(): return 'saved'\n_own = other = 1\n"
SAID = "`load_checkpoint`; it defines other, save_checkpoint"


def test_one_name_is_the_object_itself() -> None:
    assert (ONE.name, ONE.names) == ("mlm_labels", ("mlm_labels",))
    assert ONE.load_reference().__name__ == "mlm_labels"
    assert VALUE.load_reference() is HEAD_FOR_TASK
    assert ONE.answer_of(3) == 3
    assert ONE.answer_in({"mlm_labels": None, "other": 1}) is None


def test_several_names_are_attributes() -> None:
    assert (TWO.name, TWO.names) == ("checkpoint", ("save_checkpoint", "load_checkpoint"))
    assert TWO.load_reference() == SimpleNamespace(save_checkpoint=save_checkpoint, load_checkpoint=load_checkpoint)
    assert TWO.answer_of(1, 2) == SimpleNamespace(save_checkpoint=1, load_checkpoint=2)
    assert TWO.answer_in({"load_checkpoint": 2, "other": 3, "save_checkpoint": 1}) == TWO.answer_of(1, 2)


@pytest.mark.parametrize(
    ("namespace", "said"),
    [
        ({"save_checkpoint": 1, "other": 1, "_own": 1}, SAID),
        ({}, "`save_checkpoint` and `load_checkpoint`; it defines nothing"),
    ],
)
def test_missing_names_are_told(namespace: dict[str, Any], said: str) -> None:
    with pytest.raises(UndefinedError) as caught:
        TWO.answer_in(namespace)
    assert str(caught.value) == said


@pytest.mark.parametrize(
    ("exercise", "answers", "said"),
    [
        (
            TWO,
            (1,),
            r"takes 2 answers, not 1: call check\('pretraining.checkpoint', save_checkpoint, load_checkpoint\)",
        ),
        (TWO, (1, 2, 3), "takes 2 answers, not 3"),
        (ONE, (), r"takes one answer, not 0: call check\('mlm.mlm_labels', mlm_labels\)"),
        (ONE, (1, 2), "takes one answer, not 2"),
    ],
)
def test_the_wrong_number_of_answers_says_how_they_are_passed(
    exercise: Exercise, answers: tuple[Any, ...], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ValueError, match=said):
        exercise.answer_of(*answers)
    monkeypatch.setattr(notebook, "find", lambda _: exercise)
    with pytest.raises(ValueError, match=said):
        notebook.check(exercise.id, *answers)


def test_check_hands_all_names_on(monkeypatch: pytest.MonkeyPatch) -> None:
    judged: list[Any] = []
    verdict = SimpleNamespace(outcome=None, passed=False, points=1.5)
    monkeypatch.setattr(notebook, "find", lambda _: TWO)
    monkeypatch.setattr(notebook, "full_tests_are_here", lambda: True)
    monkeypatch.setattr(notebook, "verdict_on", lambda *given, explain: judged.append((*given, explain)) or verdict)
    monkeypatch.setattr(notebook, "display", lambda _: None)
    monkeypatch.setattr(notebook, "_verdicts", {})
    assert notebook.check(TWO.id, 1, 2, seed=7) == 1.5
    assert judged == [(TWO.id, TWO.answer_of(1, 2), 7, True)]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place for a learner's file, in a process that is none of ours afterwards."""
    monkeypatch.setattr("sys.path", [])
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    monkeypatch.setitem(worker.sys.modules, "answer", None)
    return tmp_path / "mine.py"


def test_a_file_defines_all_names(file: Path) -> None:
    file.write_text(BOTH, encoding="utf-8")
    answer, failure = worker.load_answer(file, TWO)
    assert failure is None
    assert (answer.save_checkpoint(), answer.load_checkpoint()) == ("saved", "loaded")


def test_a_file_that_defines_half_is_told_what_is_missing(file: Path) -> None:
    file.write_text(HALF, encoding="utf-8")
    answer, failure = worker.load_answer(file, TWO)
    assert (answer, failure) == (None, {"failure": UNDEFINED, "detail": SAID})
    told = StoppedError(UNDEFINED, SAID).diagnosis(TWO, "file")
    assert told.seen == f"The file does not define {SAID}."
    assert told.expected.startswith("A file that defines `save_checkpoint` and `load_checkpoint`, and")


def test_cells_define_all_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "find", lambda _: TWO)
    shell = InteractiveShell()
    answers: dict[str, Any] = {}
    try:
        told = cells.run_cell(shell, HALF, TWO.id, answers)
        assert told == {"failure": UNDEFINED, "detail": SAID}
        assert answers == {}
        assert cells.run_cell(shell, BOTH, TWO.id, answers) == {"failure": None}
    finally:
        shell.history_manager.end_session()  # type: ignore[union-attr]
    assert answers[TWO.id].load_checkpoint() == "loaded"


@pytest.mark.parametrize("value", [..., {"a": "cls", "b": ...}, [1, ...], (...,)])
def test_a_value_with_something_left_open_is_not_attempted(value: Any) -> None:
    assert observe(VALUE.run, value, {})["raised"]["is_not_implemented"]


def test_a_value_among_others_is_looked_at_too() -> None:
    answer = SimpleNamespace(function=len, TABLE={"a": 1})
    assert attempted(answer) is answer
    with pytest.raises(NotImplementedError):
        attempted(SimpleNamespace(function=len, TABLE={"a": ...}))


@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        (HEAD_FOR_TASK, Outcome.PASSED),
        (dict.fromkeys(HEAD_FOR_TASK, ...), Outcome.NOT_ATTEMPTED),
        (HEAD_FOR_TASK | {"sentiment": "span"}, Outcome.NOT_PASSED),
        ([], Outcome.CODE_FAILED),
    ],
)
def test_a_value_is_tried_by_its_example(value: Any, outcome: Outcome) -> None:
    assert verdict_on_examples(VALUE, value).outcome is outcome


def test_several_functions_are_tried_by_their_example() -> None:
    assert verdict_on_examples(TWO, TWO.load_reference()).passed
    forgetful = TWO.answer_of(save_checkpoint, lambda path, *trained: 7)
    told = verdict_on_examples(TWO, forgetful)
    assert told.outcome is Outcome.NOT_PASSED
    assert told.diagnosis is not None
    assert "gave `(7, False)`" in told.diagnosis.seen


@pytest.mark.parametrize("value", [HEAD_FOR_TASK, {}, [], 0, None, "..."])
def test_another_value_is_handed_on(value: Any) -> None:
    assert observe(VALUE.run, value, {})["value"] == value


@pytest.mark.parametrize("exercise", CATALOGUE, ids=lambda exercise: exercise.id)
def test_an_exercise_can_be_a_key(exercise: Exercise) -> None:
    assert {exercise: 1}[find(exercise.id)] == 1
