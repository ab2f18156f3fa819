"""Results of grading on disk: they come back as they were, damage is seen, and a course has one secret."""

import json
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from autograder.exercises import CATALOGUE
from autograder.grading.results import (
    FOLDER,
    SECRET_BYTES,
    DamagedResultError,
    ResultStore,
    SubmissionResult,
    course_secret,
)
from autograder.judging.judge import code_failed, not_attempted
from autograder.verdict import Counterexample, Diagnosis, Outcome, PartResult, Verdict

TOLD = Diagnosis("Seen ünd <b>", "Expected.", "Likely\u2028.", "Look at `x`.")
PARTLY = Verdict(
    exercise="mlm.corrupt",
    title="Corrupt",
    outcome=Outcome.PARTLY,
    points=2.5,
    max_points=4,
    parts=(PartResult("one", 2.5, True), PartResult("two", 1.5, False)),
    diagnosis=TOLD,
    misconception="always-mask",
    counterexample=Counterexample((("given `x`", "[1, 2]"), ("came", "3\u202e"))),
)
RESULT = SubmissionResult(
    key="a" * 64,
    verdicts=(PARTLY, not_attempted(CATALOGUE[0]), code_failed(CATALOGUE[1], TOLD)),
    notes=("two cells answer mlm-corrupt",),
    answers={"mlm.corrupt": "def corrupt():\n    return '\x00ö'\n"},
    seconds=0.125,
)
FAILED = SubmissionResult("b" * 64, (), infrastructure="the sandbox died", seconds=3.0)


def damaged(**changes: object) -> str:
    """The text of a result with some values changed; `...` takes one out."""
    content = json.loads(RESULT.to_json()) | changes
    return json.dumps({key: value for key, value in content.items() if value is not ...})


DAMAGED = {
    "empty": "",
    "half": RESULT.to_json()[: len(RESULT.to_json()) // 2],
    "no-object": "[]",
    "number": "3",
    "null": "null",
    "no-key": damaged(key=...),
    "no-infrastructure": damaged(infrastructure=...),
    "no-verdicts": damaged(verdicts=None),
    "odd-verdicts": damaged(verdicts=[3]),
    "odd-outcome": damaged(verdicts=[json.loads(RESULT.to_json())["verdicts"][0] | {"outcome": "excellent"}]),
    "odd-points": damaged(verdicts=[json.loads(RESULT.to_json())["verdicts"][0] | {"points": "many"}]),
    "odd-parts": damaged(verdicts=[json.loads(RESULT.to_json())["verdicts"][0] | {"parts": [{"name": 1}]}]),
    "odd-diagnosis": damaged(verdicts=[json.loads(RESULT.to_json())["verdicts"][0] | {"diagnosis": {"seen": 1}}]),
    "odd-answers": damaged(answers=["x"]),
    "odd-seconds": damaged(seconds="long"),
}
NO_TEXT = b"\xff\xfe\x00{"


@pytest.fixture
def store(tmp_path: Path) -> ResultStore:
    return ResultStore(tmp_path, "02_lesson")


@pytest.mark.parametrize("result", [RESULT, FAILED], ids=["graded", "infrastructure"])
def test_a_result_comes_back_as_it_was(result: SubmissionResult, store: ResultStore) -> None:
    assert SubmissionResult.from_json(result.to_json()) == result
    assert SubmissionResult.from_json(result.to_json().encode()) == result
    store.save("ada", result)
    assert store.load("ada") == result


def test_points_are_the_sum_over_the_exercises() -> None:
    assert RESULT.points == 2.5
    assert FAILED.points == 0


@pytest.mark.parametrize("text", [*DAMAGED.values(), NO_TEXT], ids=[*DAMAGED, "no-text"])
def test_damage_is_seen_and_the_result_has_to_be_made_again(text: str | bytes, store: ResultStore) -> None:
    with pytest.raises(DamagedResultError, match="these are no results of grading"):
        SubmissionResult.from_json(text)
    store.save("ada", RESULT)
    store.path("ada").write_bytes(text.encode() if isinstance(text, str) else text)
    assert store.load("ada") is None


def test_where_there_is_no_result_there_is_none(store: ResultStore) -> None:
    assert store.load("ada") is None
    assert list(store) == []


def test_results_are_listed_by_student_without_damaged_ones(store: ResultStore) -> None:
    for student in ("grace", "ada", "b.c", "eve"):
        store.save(student, RESULT)
    store.path("eve").write_text("{", encoding="utf-8")
    (store.folder / "notes.txt").write_text("mine", encoding="utf-8")
    assert [student for student, _ in store] == ["ada", "b.c", "grace"]
    assert {result.key for _, result in store} == {RESULT.key}


def test_a_later_result_takes_the_place_of_an_earlier_one(store: ResultStore) -> None:
    store.save("ada", FAILED)
    store.save("ada", RESULT)
    assert store.load("ada") == RESULT
    assert [path.name for path in store.folder.iterdir()] == ["ada.json"]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_only_the_operator_reads_them(tmp_path: Path, store: ResultStore) -> None:
    course_secret(tmp_path)
    store.save("ada", RESULT)
    assert mode(store.path("ada")) == 0o600
    assert mode(tmp_path / FOLDER / "secret") == 0o600
    assert mode(tmp_path / FOLDER) == 0o700


def test_the_secret_is_made_once(tmp_path: Path) -> None:
    secret = course_secret(tmp_path)
    assert len(secret) == SECRET_BYTES
    assert course_secret(tmp_path) == secret
    assert [path.name for path in (tmp_path / FOLDER).iterdir()] == ["secret"]


def test_another_course_has_another_secret(tmp_path: Path) -> None:
    assert course_secret(tmp_path / "one") != course_secret(tmp_path / "two")


def test_a_kept_secret_is_taken_as_it_is(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "secret").write_bytes(b"brought along")
    assert course_secret(tmp_path) == b"brought along"


def test_all_who_ask_at_once_get_the_same_secret(tmp_path: Path) -> None:
    rounds, threads = 20, 8
    barrier = Barrier(threads)

    def ask(number: int) -> list[bytes]:
        secrets = []
        for each in range(rounds):
            barrier.wait()
            secrets.append(course_secret(tmp_path / str(each)))
        return secrets

    with ThreadPoolExecutor(threads) as pool:
        told = list(pool.map(ask, range(threads)))
    assert all(secrets == told[0] for secrets in told)
    assert len(set(told[0])) == rounds
    for each in range(rounds):
        assert os.listdir(tmp_path / str(each) / FOLDER) == ["secret"]
