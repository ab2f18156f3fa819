"""Every known mistake is caught for its own reason, and told in a way that helps."""

import re
from collections.abc import Iterator

import pytest
from observed_once import Records, left_open, observed_once, throughout
from repetitions import THOROUGH, repetitions

from autograder import hidden
from autograder.exercise import Exercise
from autograder.exercises import CATALOGUE
from autograder.judging.findings import draws
from autograder.judging.parts import Mistake
from autograder.lessons.stub import solution_lines
from autograder.notebook import verdict_on
from autograder.verdict import Outcome, Verdict

SEEDS = repetitions(1, 20)
LEAST_MISTAKES = 6
LONGEST_LINE = 200
LEAST_TELLING = 12
"""Letters from which on a line of a solution is more than `else:`."""


def id_of(value: object) -> str:
    return value.id if isinstance(value, Exercise) else value.name if isinstance(value, Mistake) else str(value)


every_exercise = pytest.mark.parametrize("exercise", CATALOGUE, ids=id_of)
every_mistake = pytest.mark.parametrize(
    ("exercise", "mistake"),
    [
        # Of those that are judged quickly `make check` tries every third and the whole run all; of those that take
        # seconds, since hundreds of draws are judged, the whole run tries every third and `THOROUGH=1` all.
        pytest.param(exercise, mistake, marks=[pytest.mark.slow] * (draws(exercise) or number % 3 > 0))
        for exercise in CATALOGUE
        for number, mistake in enumerate(hidden.load(exercise.id).implemented)
        if THOROUGH or number % 3 == 0 or not draws(exercise)
    ],
    ids=id_of,
)


LOOKED_UP: dict[str, Records] = {}
"""By exercise, the last one alone: its mistakes come one after the other."""


@pytest.fixture
def looked_up(exercise: Exercise) -> Iterator[None]:
    """What the exercise's known mistakes do is observed once; what draws is too much to be kept."""
    if draws(exercise):
        yield
        return
    records = LOOKED_UP.get(exercise.id, {})
    LOOKED_UP.clear()
    LOOKED_UP[exercise.id] = records
    with observed_once(exercise, records):
        yield


def squeezed(code: str) -> str:
    """Code without white space."""
    return re.sub(r"\s", "", code)


def assert_well_told(verdict: Verdict, exercise: Exercise) -> None:
    """Four lines, none empty or long, on one line each, and none of them a line of the solution."""
    assert verdict.diagnosis is not None
    for label, text in verdict.diagnosis.lines:
        assert text.strip(), label
        assert len(text) <= LONGEST_LINE, text
        assert text.isprintable(), text
        assert text[-1] in ".?!", text
    solution = [squeezed(line) for line in solution_lines(exercise)]
    told = squeezed(verdict.to_text() + verdict.message)
    assert not [line for line in solution if len(line) >= LEAST_TELLING and line in told]


@every_mistake
@pytest.mark.usefixtures("looked_up")
def test_a_known_mistake_is_caught_for_its_own_reason(exercise: Exercise, mistake: Mistake) -> None:
    for seed in range(SEEDS):
        verdict = verdict_on(exercise.id, mistake.answer, seed)
        assert verdict.misconception == mistake.name, verdict.to_text()
        assert not verdict.passed
        assert 0 <= verdict.points < verdict.max_points
        assert_well_told(verdict, exercise)
        assert verdict.diagnosis is not None
        assert (verdict.diagnosis.likely, verdict.diagnosis.look_at) == (mistake.likely, mistake.look_at)


@every_exercise
def test_there_are_enough_known_mistakes(exercise: Exercise) -> None:
    tests = hidden.load(exercise.id)
    assert len(tests.mistakes) >= LEAST_MISTAKES or tests.few_mistakes_because


@every_exercise
def test_names_of_mistakes_are_stable_words(exercise: Exercise) -> None:
    names = [mistake.name for mistake in hidden.load(exercise.id).mistakes]
    assert len(set(names)) == len(names)
    assert [name for name in names if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)] == []


@every_exercise
def test_the_reference_passes(exercise: Exercise) -> None:
    for seed in range(SEEDS):
        verdict = verdict_on(exercise.id, exercise.load_reference(), seed)
        assert verdict.passed, verdict.to_text()
        assert verdict.points == exercise.points
        assert verdict.misconception is None


@every_exercise
def test_a_stub_is_not_attempted(exercise: Exercise) -> None:
    verdict = verdict_on(exercise.id, left_open(exercise), 0)
    assert (verdict.outcome, verdict.points) == (Outcome.NOT_ATTEMPTED, 0)
    assert (verdict.diagnosis, verdict.misconception) == (None, None)


@every_exercise
@pytest.mark.parametrize("value", [None, 3, "text", [], {}, object(), 1 + 2j])
def test_an_answer_that_returns_no_tensor_is_not_passed(exercise: Exercise, value: object) -> None:
    verdict = verdict_on(exercise.id, throughout(exercise, lambda *args: value), 0)
    assert not verdict.passed
    assert_well_told(verdict, exercise)


@every_exercise
@pytest.mark.parametrize("answer", [None, 3, lambda: None], ids=["None", "number", "takes-nothing"])
def test_an_answer_that_cannot_be_called_stops(exercise: Exercise, answer: object) -> None:
    verdict = verdict_on(exercise.id, throughout(exercise, answer), 0)
    is_called = not isinstance(exercise.load_reference(), dict)
    assert (verdict.outcome, verdict.points) == (Outcome.CODE_FAILED if is_called else Outcome.NOT_PASSED, 0)
    assert_well_told(verdict, exercise)


@every_exercise
def test_a_long_message_of_many_lines_stays_one_short_line(exercise: Exercise) -> None:
    def raises(*args: object) -> None:
        raise RuntimeError("line\n\x1b[31m" * 300)

    verdict = verdict_on(exercise.id, throughout(exercise, raises), 0)
    assert_well_told(verdict, exercise)
