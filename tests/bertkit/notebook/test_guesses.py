"""Guesses that stay: committed once, shown again in the next session, and never in the way."""

import json
from pathlib import Path
from typing import Any

import pytest

from bertkit import work_folder
from bertkit.notebook import Prediction

LESSON = "02_masked_language_model"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the guesses of a lesson are kept."""
    monkeypatch.setattr(work_folder, "STARTED_IN", tmp_path / "lessons" / LESSON)
    return tmp_path / work_folder.NAME / "guesses"


def numeric(**changed: Any) -> Prediction:
    asked: dict[str, Any] = {"question": "How many %?", "low": 0, "high": 100, "unit": "%"} | changed
    return Prediction("share", **asked)


def choice(*choices: str) -> Prediction:
    return Prediction("kind", "Which is <faster>?", choices=choices or ["causal", "both <ways>"])


@pytest.mark.parametrize(("make", "guess"), [(numeric, 40.0), (choice, "both <ways>")])
def test_a_guess_stands_committed_in_the_next_session(make: Any, guess: object, folder: Path) -> None:
    before = make()
    before._control.value = guess
    before._button.click()
    again = make()
    assert again.guess == guess
    assert again._control.value == guess
    assert again._control.disabled
    assert again._button.disabled
    assert "You said <b>" in again._status.value
    assert " on " in again._status.value
    assert "You said" in repr(again)
    assert "Your guess was right" in repr(again.reveal(guess))
    assert len(list(folder.iterdir())) == 1


def test_a_guess_is_not_replaced(folder: Path) -> None:
    numeric().commit(40)
    numeric().commit(90)
    assert numeric().guess == 40
    next(folder.iterdir()).unlink()
    assert numeric().guess is None


@pytest.mark.parametrize("changed", [{"question": "How many?"}, {"high": 90}, {"unit": "nats"}])
def test_another_question_is_asked_anew(changed: dict[str, Any], folder: Path) -> None:
    numeric().commit(40)
    assert numeric(**changed).guess is None
    numeric(**changed).commit(50)
    assert numeric(**changed).guess == 50


def test_other_choices_are_asked_anew(folder: Path) -> None:
    choice().commit("causal")
    assert choice("causal", "neither").guess is None


def test_a_lesson_has_its_own_guesses(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    numeric().commit(40)
    monkeypatch.setattr(work_folder, "STARTED_IN", tmp_path / "lessons" / "03_other")
    assert numeric().guess is None


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "3",
        '{"guess": 40}',
        "null",
        b"\xff",
        {"guess": 400.0},
        {"guess": "x"},
        {"guess": [1]},
        {"committed": 3},
    ],
)
def test_a_damaged_file_is_no_guess(content: Any, folder: Path) -> None:
    numeric().commit(40)
    (path,) = folder.iterdir()
    if isinstance(content, dict):
        content = json.dumps(json.loads(path.read_text()) | content)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert numeric().guess is None


def test_a_folder_that_cannot_be_written_costs_only_the_keeping(folder: Path) -> None:
    folder.parent.write_text("a file where the folder would be")
    guess = numeric()
    guess.commit(40)
    assert guess.guess == 40
    assert numeric().guess is None


def test_nothing_is_kept_outside_a_lesson(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work_folder, "STARTED_IN", tmp_path)
    numeric().commit(40)
    assert numeric().guess is None
    assert list(tmp_path.iterdir()) == []


def test_a_name_is_no_path(folder: Path) -> None:
    Prediction("../../a b", "What?", low=0, high=1).commit(1)
    assert [path.name for path in folder.iterdir()] == [f"{LESSON}...%2F..%2Fa b.json"]
