"""The stubs that are cut from bertkit's source."""

from collections.abc import Callable
from typing import Any

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.preprocessors import ClearSolutions

from autograder.exercise import Exercise
from autograder.exercises import CATALOGUE
from autograder.lessons.stub import BEGIN, END, StubError, solution_lines, worked_source


def halve(numbers: list[float], by: float = 2.0) -> list[float]:
    """Divide all numbers.

    >>> halve([4.0])
    [2.0]
    """

    # comment above
    def one(number: float) -> float:
        return number / by

    return [one(number) for number in numbers]
    # comment below


def undocumented(number: int) -> int:
    # comment above, without a docstring
    return number + 1


def decorated_first(number: int) -> int:
    """Has a decorated function as its first statement."""

    @staticmethod  # type: ignore[misc]
    def inner() -> int:
        return number

    return inner()


def decorated_undocumented(number: int) -> int:
    @staticmethod  # type: ignore[misc]
    def inner() -> int:
        return number

    return inner()


class Base:
    def __init__(self) -> None:
        self.born = True


class Counter(Base):
    """Counts."""

    step = 3

    def __init__(self, start: int) -> None:
        """Begin at `start`."""
        super().__init__()
        self.count = start

    def forward(self) -> int:
        self.count += self.step
        return self.count
        # comment below the method

    def nothing(self) -> None:
        """Has nothing to write."""


def only_a_docstring() -> None:
    """Nothing follows."""


def on_one_line(number: int) -> int: return number + 1  # fmt: skip


def beside_its_docstring(number: int) -> int:
    """Beside."""; return number + 1  # fmt: skip  # noqa: E702


def cleared(source: str) -> str:
    """What nbgrader leaves of a solution cell."""
    nbgrader = {"grade": False, "solution": True, "locked": False, "grade_id": "a", "schema_version": 3, "task": False}
    notebook = new_notebook(cells=[new_code_cell(source, metadata={"nbgrader": nbgrader})])
    result: NotebookNode = ClearSolutions().preprocess(notebook, {})[0]
    return str(result.cells[0].source)


def run(source: str, name: str) -> Any:
    namespace: dict[str, Any] = {"Base": Base}
    exec(source, namespace)
    return namespace[name]


def test_a_worked_function_still_works() -> None:
    assert run(worked_source(halve), "halve")([4.0, 6.0], by=4.0) == [1.0, 1.5]


def test_a_stub_keeps_signature_and_docstring_and_nothing_else() -> None:
    assert cleared(worked_source(halve)) == (
        "def halve(numbers: list[float], by: float = 2.0) -> list[float]:\n"
        '    """Divide all numbers.\n\n    >>> halve([4.0])\n    [2.0]\n    """\n\n'
        "    # YOUR CODE HERE\n    raise NotImplementedError()"
    )


@pytest.mark.parametrize("reference", [undocumented, decorated_first, decorated_undocumented])
def test_everything_below_the_docstring_is_solution(reference: Callable[..., Any]) -> None:
    stub = cleared(worked_source(reference))
    assert "comment" not in stub
    assert "staticmethod" not in stub
    assert stub.endswith("    # YOUR CODE HERE\n    raise NotImplementedError()")
    with pytest.raises(NotImplementedError):
        run(stub, reference.__name__)(1)


def test_a_class_gives_its_signatures_and_the_call_of_its_base() -> None:
    source = worked_source(Counter)
    assert run(source, "Counter")(4).forward() == 7
    assert cleared(source) == (
        'class Counter(Base):\n    """Counts."""\n\n    step = 3\n\n'
        '    def __init__(self, start: int) -> None:\n        """Begin at `start`."""\n        super().__init__()\n'
        "        # YOUR CODE HERE\n        raise NotImplementedError()\n\n"
        "    def forward(self) -> int:\n        # YOUR CODE HERE\n        raise NotImplementedError()\n\n"
        '    def nothing(self) -> None:\n        """Has nothing to write."""'
    )


def test_solution_lines_are_those_between_the_marks() -> None:
    between, inside = [], False
    for line in worked_source(Counter).splitlines():
        if line.strip() == END:
            inside = False
        if inside:
            between.append(line)
        if line.strip() == BEGIN:
            inside = True
    assert between == solution_lines(Counter)
    assert "        self.count = start" in between


@pytest.mark.parametrize(
    ("reference", "reason"),
    [
        (only_a_docstring, "nothing is left to solve"),
        (on_one_line, "a line of its own"),
        (beside_its_docstring, "a line of its own"),
        (len, "cannot be read"),
        (3, "cannot be read"),
    ],
)
def test_what_gives_no_stub_is_refused(reference: Any, reason: str) -> None:
    with pytest.raises(StubError, match=reason):
        worked_source(reference)


@pytest.mark.parametrize("exercise", CATALOGUE, ids=lambda exercise: exercise.id)
def test_every_exercise_has_a_stub_without_its_solution(exercise: Exercise) -> None:
    reference = exercise.load_reference()
    source = worked_source(reference)
    stub = cleared(source)
    compile(source, exercise.id, "exec")
    compile(stub, exercise.id, "exec")
    lines = [line for line in solution_lines(reference) if line.strip()]
    assert lines
    assert not set(lines) & set(stub.splitlines())
    assert stub.count("raise NotImplementedError()") == source.count(BEGIN)
