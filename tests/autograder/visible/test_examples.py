"""The docstring's example as a check."""

import ast
import builtins
import doctest
import random
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import right_answers
import torch
from observed_once import left_open, throughout
from torch import nn

from autograder import notebook
from autograder.exercise import Exercise
from autograder.exercises import CATALOGUE, UnknownExerciseError, find
from autograder.notebook import DoesNotPassYet, NotWrittenYet, OneLineError, check, workbench
from autograder.verdict import Outcome
from autograder.visible.examples import NoExampleError, examples, verdict_on_examples
from autograder.visible.outcome import FULL_TESTS_LATER, full_tests_are_here, whole_course_is_here

ID = "mlm.mlm_labels"
LABELS = find(ID)
RIGHT = [
    pytest.param(exercise, answer, id=f"{exercise.id}-{number}")
    for exercise in CATALOGUE
    for number, answer in enumerate(
        [
            exercise.load_reference(),
            *right_answers.VECTORISED.get(exercise.id, []),
            *right_answers.SLOW.get(exercise.id, []),
        ]
    )
]


def right(input_ids: torch.Tensor, selected: torch.Tensor) -> torch.Tensor:
    return torch.where(selected, input_ids, -100)


def wrong(input_ids: torch.Tensor, selected: torch.Tensor) -> torch.Tensor:
    return torch.where(selected, input_ids, 0)


def stub(input_ids: torch.Tensor, selected: torch.Tensor) -> torch.Tensor:
    raise NotImplementedError


def crashes(input_ids: torch.Tensor, selected: torch.Tensor) -> torch.Tensor:
    return right(input_ids, selected).nothing_of_that_name


def leaves(input_ids: torch.Tensor, selected: torch.Tensor) -> torch.Tensor:
    sys.exit(3)


def closes_the_output(input_ids: torch.Tensor, selected: torch.Tensor) -> torch.Tensor:
    sys.stdout.close()
    return right(input_ids, selected)


class Unprintable:
    def __repr__(self) -> str:
        raise RuntimeError("no form")


def returns_the_unprintable(input_ids: torch.Tensor, selected: torch.Tensor) -> Any:
    return Unprintable()


def names_in(source: str) -> set[str]:
    return {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}


@pytest.mark.parametrize("exercise", CATALOGUE, ids=lambda exercise: exercise.id)
def test_every_exercise_shows_an_example_that_uses_the_answer(exercise: Exercise) -> None:
    sources = [example.source for test in examples(exercise, throughout(exercise, None)) for example in test.examples]
    used = {name for source in sources for name in names_in(source)}
    assert set(exercise.names) <= used


@pytest.mark.parametrize(("exercise", "answer"), RIGHT)
def test_a_right_answer_passes(exercise: Exercise, answer: Any) -> None:
    verdict = verdict_on_examples(exercise, answer)
    assert verdict.outcome is Outcome.PASSED, verdict.to_text()
    assert verdict.diagnosis is None


@pytest.mark.parametrize(
    "answer",
    [None, lambda *_: None, lambda *_: 7, lambda *_: torch.zeros(1)],
    ids=["none", "gives none", "gives 7", "gives 0"],
)
@pytest.mark.parametrize("exercise", CATALOGUE, ids=lambda exercise: exercise.id)
def test_an_obviously_wrong_answer_fails(exercise: Exercise, answer: Any) -> None:
    verdict = verdict_on_examples(exercise, throughout(exercise, answer))
    assert verdict.outcome in (Outcome.NOT_PASSED, Outcome.CODE_FAILED)
    assert verdict.diagnosis is not None
    assert all(text for _, text in verdict.diagnosis.lines)


@pytest.mark.parametrize("exercise", CATALOGUE, ids=lambda exercise: exercise.id)
def test_a_stub_is_not_attempted(exercise: Exercise) -> None:
    assert verdict_on_examples(exercise, left_open(exercise)).outcome is Outcome.NOT_ATTEMPTED


def test_a_class_with_a_method_to_write_is_not_attempted() -> None:
    class MLMHead(nn.Module):
        def __init__(self, *_: Any) -> None:
            super().__init__()

        def forward(self, hidden: torch.Tensor) -> torch.Tensor:
            raise NotImplementedError

    assert verdict_on_examples(find("mlm.MLMHead"), MLMHead).outcome is Outcome.NOT_ATTEMPTED


def test_four_lines_say_what_came_out() -> None:
    verdict = verdict_on_examples(LABELS, wrong)
    assert verdict.outcome is Outcome.NOT_PASSED
    assert verdict.diagnosis is not None
    assert verdict.diagnosis.seen.startswith("`mlm_labels(torch.tensor([[2, 17, 11, 3]])")
    assert verdict.diagnosis.seen.endswith(" gave `tensor([[ 0, 17, 0, 0]])`.")
    assert verdict.diagnosis.expected == "`tensor([[-100, 17, -100, -100]])`."
    headline, *lines = verdict.to_text().splitlines()
    assert headline == f"✗ It does not do what its docstring shows: {ID}. {FULL_TESTS_LATER}"
    assert [line.split(":")[0].strip() for line in lines] == ["Seen", "Expected", "Likely mistake", "Look at"]


def test_an_exception_is_told_with_its_line() -> None:
    verdict = verdict_on_examples(LABELS, crashes)
    assert verdict.outcome is Outcome.CODE_FAILED
    assert verdict.diagnosis is not None
    assert "raised AttributeError: 'Tensor' object has no attribute 'nothing_of_that_name'" in verdict.diagnosis.seen
    assert "in the line `return right(input_ids, selected).nothing_of_that_name`" in verdict.diagnosis.seen


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (leaves, "raised SystemExit: 3"),
        (returns_the_unprintable, "raised RuntimeError: no form"),
        (closes_the_output, "raised ValueError: I/O operation on closed file"),
    ],
)
def test_no_answer_gets_past_it_as_an_exception(answer: Callable[..., Any], told: str) -> None:
    verdict = verdict_on_examples(LABELS, answer)
    assert verdict.outcome is Outcome.CODE_FAILED
    assert verdict.diagnosis is not None
    assert told in verdict.diagnosis.seen


def test_interrupting_is_not_an_answer() -> None:
    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        verdict_on_examples(LABELS, interrupted)


@pytest.mark.parametrize("answer", [right, wrong, crashes, stub, leaves])
def test_no_points_are_shown(answer: Callable[..., Any]) -> None:
    verdict = verdict_on_examples(LABELS, answer)
    assert verdict.points == verdict.max_points == 0
    for text in (verdict.to_text(), verdict.to_html()):
        assert FULL_TESTS_LATER in text
        assert "point" not in text
        assert "Right" not in text


def test_what_an_answer_prints_costs_nothing_and_is_not_shown(capfd: pytest.CaptureFixture[str]) -> None:
    def loud(answer: Callable[..., Any]) -> Callable[..., Any]:
        def prints(*arguments: Any) -> Any:
            print("here\n" * 30)
            print("there", file=sys.stderr)
            return answer(*arguments)

        return prints

    assert verdict_on_examples(LABELS, loud(right)).passed
    told = verdict_on_examples(LABELS, loud(wrong)).diagnosis
    assert told is not None
    assert told.seen.endswith("here here tensor([[ 0, 17, 0, 0]])`.")
    assert capfd.readouterr() == ("", "")


def test_what_is_printed_without_a_lines_end_costs_nothing_either() -> None:
    def dotted(*arguments: Any) -> Any:
        print(".", end="")
        return right(*arguments)

    assert verdict_on_examples(LABELS, dotted).passed


def test_a_learners_html_is_not_live() -> None:
    html = verdict_on_examples(LABELS, lambda *_: "<script>alert(1)</script>").to_html()
    assert "&lt;script&gt;" in html
    assert "<script>" not in html


def test_how_tensors_are_printed_makes_no_difference() -> None:
    torch.set_printoptions(precision=1, linewidth=20)
    try:
        assert verdict_on_examples(LABELS, right).passed
        assert verdict_on_examples(find("mlm.mlm_loss"), find("mlm.mlm_loss").load_reference()).passed
        assert repr(torch.tensor(1.25)) == "tensor(1.2)"
    finally:
        torch.set_printoptions(profile="default")


@pytest.mark.parametrize("before", [{}, {"_": 5}], ids=["no underscore", "underscore"])
def test_the_process_is_left_as_it_was(before: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    def careless(input_ids: torch.Tensor, selected: torch.Tensor) -> torch.Tensor:
        random.random()
        np.random.rand()  # noqa: NPY002
        torch.rand(3)
        torch.set_grad_enabled(False)
        torch.set_default_dtype(torch.float64)
        sys.stdout = sys.stderr
        return right(input_ids, selected)

    monkeypatch.delattr(builtins, "_", raising=False)
    for name, value in before.items():
        monkeypatch.setattr(builtins, name, value, raising=False)

    def state() -> list[Any]:
        return [
            random.getstate(),
            np.random.get_state()[1].tolist(),  # noqa: NPY002
            torch.get_rng_state().tolist(),
            torch.is_grad_enabled(),
            torch.get_default_dtype(),
            sys.stdout,
            sys.displayhook,
            {name: value for name, value in vars(builtins).items() if name == "_"},
        ]

    found = state()
    verdict_on_examples(LABELS, careless)
    assert state() == found


TAUGHT = '''
def silent(x):
    """Says nothing."""


def doubled(x):
    """Doubles.

    >>> doubled(-1)
    Traceback (most recent call last):
        ...
    ValueError: -1 is negative
    >>> y = doubled(2)
    >>> y
    4
    >>> print(doubled(3))
    6
    >>> list(range(doubled(10)))  # doctest: +ELLIPSIS, +NORMALIZE_WHITESPACE
    [0,
    ...
    19]
    """
    if x < 0:
        raise ValueError(f"{x} is negative")
    return 2 * x


class Counter:
    """Counts."""

    def __init__(self):
        self.count = 0

    def up(self):
        """Adds one.

        >>> counter = Counter()
        >>> counter.up()
        1
        """
        self.count += 1
        return self.count
'''


@pytest.fixture
def taught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Exercise]:
    """Exercises on functions with docstrings of other forms than those of the catalogue."""
    (tmp_path / "taught.py").write_text(TAUGHT, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "taught", raising=False)
    return lambda name: replace(LABELS, id=f"taught.{name}", defines=(f"taught:{name}",), visible=())


def test_a_docstring_without_an_example_is_no_silent_pass(taught: Callable[[str], Exercise]) -> None:
    with pytest.raises(NoExampleError, match=r"taught\.silent cannot be checked: .* in taught:silent"):
        verdict_on_examples(taught("silent"), lambda x: None)


@pytest.mark.parametrize("name", ["doubled", "Counter"])
def test_examples_of_all_forms_are_run(name: str, taught: Callable[[str], Exercise]) -> None:
    exercise = taught(name)
    assert verdict_on_examples(exercise, exercise.load_reference()).passed


@pytest.mark.parametrize(
    ("answer", "outcome", "seen", "expected"),
    [
        (lambda x: 2 * x, Outcome.NOT_PASSED, "`doubled(-1)` gave `-2`.", "`ValueError: -1 is negative`."),
        (lambda x: x["a"], Outcome.NOT_PASSED, "gave `TypeError: 'int' object", "`ValueError: -1 is negative`."),
    ],
    ids=["none came", "another came"],
)
def test_an_exception_that_should_come(
    answer: Any, outcome: Outcome, seen: str, expected: str, taught: Callable[[str], Exercise]
) -> None:
    verdict = verdict_on_examples(taught("doubled"), answer)
    assert verdict.outcome is outcome
    assert verdict.diagnosis is not None
    assert seen in verdict.diagnosis.seen
    assert verdict.diagnosis.expected == expected


def test_a_stub_is_known_where_an_exception_should_come(taught: Callable[[str], Exercise]) -> None:
    def unwritten(x: int) -> int:
        raise NotImplementedError("YOUR CODE HERE")

    assert verdict_on_examples(taught("doubled"), unwritten).outcome is Outcome.NOT_ATTEMPTED


def test_an_exception_in_an_example_that_shows_nothing(taught: Callable[[str], Exercise]) -> None:
    told = verdict_on_examples(taught("Counter"), 3).diagnosis
    assert told is not None
    assert told.seen == "`counter = Counter()` raised TypeError: 'int' object is not callable."
    assert told.expected == "No exception."


def test_the_same_examples_hold_for_doctest_itself() -> None:
    for exercise in CATALOGUE:
        for test in examples(exercise, exercise.load_reference()):
            assert doctest.DocTestRunner(verbose=False).run(test).failed == 0


# ------------------------------------------------------------------------------------------- in a class's notebook


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What `check` displays in a kernel where nothing has been checked, and where there are no full tests."""
    displayed: list[Any] = []
    monkeypatch.setattr(notebook, "_passed", {})
    monkeypatch.setattr(notebook, "_verdicts", {})
    monkeypatch.setattr(notebook, "display", displayed.append)
    monkeypatch.setattr(notebook, "full_tests_are_here", lambda: False)
    return displayed


def test_the_full_clone_has_the_full_tests() -> None:
    assert full_tests_are_here()
    assert whole_course_is_here()


def test_a_passing_check_gives_a_card_and_no_points(shown: list[Any]) -> None:
    assert check(ID, right, seed=3) is None
    (card,) = shown
    cases = len(LABELS.visible)
    assert repr(card) == f"✓ It does what its docstring and {cases} visible cases show: {ID}. {FULL_TESTS_LATER}"
    assert FULL_TESTS_LATER in card._repr_html_()


def test_a_failing_check_shows_the_card_and_fails_the_cell(shown: list[Any]) -> None:
    with pytest.raises(
        DoesNotPassYet, match=r"^✗ mlm_labels does not do what its docstring shows\. `mlm_labels"
    ) as caught:
        check(ID, wrong)
    assert isinstance(caught.value, OneLineError)
    assert caught.value._render_traceback_() == [str(caught.value)]
    assert "\n" not in str(caught.value)
    assert len(shown) == 1


def test_a_visible_case_fails_the_cell_too(shown: list[Any]) -> None:
    def first_row_alone(input_ids: torch.Tensor, selected: torch.Tensor) -> torch.Tensor:
        return right(input_ids, selected[:1].expand(selected.shape))

    with pytest.raises(DoesNotPassYet, match=r"^✗ mlm_labels does not do what its visible cases show\. What came back"):
        check(ID, first_row_alone)
    (card,) = shown
    assert repr(card).startswith(f"✗ It does not do what its visible cases show: {ID}. {FULL_TESTS_LATER}")
    assert "should have come: [[-100, 17, -100, 12, -100], [-100, 9, 0, -100, -100]]" in repr(card)


def test_a_stub_is_told_in_the_same_line_as_ever(shown: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    told = []
    for here in (False, True):
        monkeypatch.setattr(notebook, "full_tests_are_here", lambda here=here: here)
        with pytest.raises(NotWrittenYet) as caught:
            check(ID, stub)
        told.append(str(caught.value))
    assert told[0] == told[1]
    assert shown == []


@pytest.mark.usefixtures("shown")
def test_an_unknown_exercise_is_an_error() -> None:
    with pytest.raises(UnknownExerciseError, match=r"did you mean 'mlm\.mlm_labels'"):
        check("nlm.mlm_labels", right)


@pytest.mark.usefixtures("shown")
@pytest.mark.parametrize(
    ("tried", "whose"),
    [
        ([], "bertkit's (yours: not checked yet)"),
        ([stub], "bertkit's (yours: not written yet)"),
        ([wrong], "bertkit's (yours: does not pass yet)"),
        ([wrong, right], "yours"),
        ([right, crashes], "yours, the last that passed (now: does not pass yet)"),
        ([right, stub], "yours, the last that passed (now: not written yet)"),
    ],
    ids=["none", "stub", "wrong", "wrong, right", "right, crashes", "right, stub"],
)
def test_the_workbench_goes_by_the_last_check_that_passed(
    tried: list[Callable[..., Any]], whose: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for answer in tried:
        if answer is right:
            check(ID, answer)
        else:
            with pytest.raises(OneLineError):
                check(ID, answer)
    assert workbench(ID).mlm_labels is (right if whose.startswith("yours") else LABELS.load_reference())
    assert capsys.readouterr().out == f"mlm_labels  {whose}\n"
