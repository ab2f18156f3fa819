"""The stubs that are cut from bertkit's source."""

import functools
from dataclasses import replace
from typing import Any

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from autograder.exercise import Exercise
from autograder.exercises import CATALOGUE
from autograder.lessons.stub import (
    BEGIN,
    BEGIN_WORKED,
    END_WORKED,
    StubError,
    solution_lines,
    without_worked,
    worked_source,
)
from autograder.nbgrader_plugin.release_steps import ClearAnswers

NBGRADER = {"grade": False, "solution": True, "locked": False, "grade_id": "a", "schema_version": 3, "task": False}


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


LOW, HIGH = 0, 9
"""Two names of one assignment: neither can be asked for alone."""
SCALE: dict[str, float] = {
    "twice": 2.0,  # comment beside a value
    "half": 1 / 2,
}
"""By how much each word multiplies.

>>> SCALE["twice"]
2.0
"""
STEP = 3
"""How far."""
UNNAMED = {**SCALE, "same": 1.0}


@functools.cache
def scaled(number: float, word: str) -> float:
    return number * SCALE[word]


def all_scaled(numbers: list[float], word: str) -> list[float]:
    """Scale all numbers."""
    return [scaled(number, word) for number in numbers]


def imported_there(number: int) -> int:
    """Takes what is imported."""
    return functools.reduce(max, [number, STEP])


def asking(*names: str, stands_on: tuple[str, ...] = ()) -> Exercise:
    """An exercise on what is defined here."""
    here = [tuple(f"{__name__}:{name}" for name in each) for each in (names, stands_on)]
    return replace(CATALOGUE[0], defines=here[0], stands_on=here[1])


def cleared(source: str, **nbgrader: bool) -> str:
    """What a release leaves of a solution cell."""
    notebook = new_notebook(cells=[new_code_cell(source, metadata={"nbgrader": NBGRADER | nbgrader})])
    result: NotebookNode = ClearAnswers().preprocess(notebook, {})[0]
    return str(result.cells[0].source)


def run(source: str, name: str) -> Any:
    namespace: dict[str, Any] = {"Base": Base, "functools": functools}
    exec(source, namespace)
    return namespace[name]


def test_a_worked_function_still_works() -> None:
    assert run(worked_source(asking("halve")), "halve")([4.0, 6.0], by=4.0) == [1.0, 1.5]


def test_a_stub_keeps_signature_and_docstring_and_nothing_else() -> None:
    assert cleared(worked_source(asking("halve"))) == (
        "def halve(numbers: list[float], by: float = 2.0) -> list[float]:\n"
        '    """Divide all numbers.\n\n    >>> halve([4.0])\n    [2.0]\n    """\n\n'
        "    # YOUR CODE HERE\n    raise NotImplementedError()"
    )


@pytest.mark.parametrize("name", ["undocumented", "decorated_first", "decorated_undocumented"])
def test_everything_below_the_docstring_is_solution(name: str) -> None:
    stub = cleared(worked_source(asking(name)))
    assert "comment" not in stub
    assert "staticmethod" not in stub
    assert stub.endswith("    # YOUR CODE HERE\n    raise NotImplementedError()")
    with pytest.raises(NotImplementedError):
        run(stub, name)(1)


def test_a_class_gives_its_signatures_and_the_call_of_its_base() -> None:
    source = worked_source(asking("Counter"))
    assert run(source, "Counter")(4).forward() == 7
    assert cleared(source) == (
        'class Counter(Base):\n    """Counts."""\n\n    step = 3\n\n'
        '    def __init__(self, start: int) -> None:\n        """Begin at `start`."""\n        super().__init__()\n'
        "        # YOUR CODE HERE\n        raise NotImplementedError()\n\n"
        "    def forward(self) -> int:\n        # YOUR CODE HERE\n        raise NotImplementedError()\n\n"
        '    def nothing(self) -> None:\n        """Has nothing to write."""'
    )


def test_solution_lines_are_those_that_a_release_does_not_have() -> None:
    assert solution_lines(asking("halve")) == [
        "    # comment above",
        "    def one(number: float) -> float:",
        "        return number / by",
        "",
        "    return [one(number) for number in numbers]",
        "    # comment below",
    ]
    exercise = asking("SCALE", "all_scaled", stands_on=("STEP",))
    assert solution_lines(exercise) == [
        "STEP = 3",
        '"""How far."""',
        "SCALE = {",
        '    "twice": 2.0,  # comment beside a value',
        '    "half": 1 / 2,',
        "    return [scaled(number, word) for number in numbers]",
    ]


def test_a_dict_shows_its_keys_and_its_docstring() -> None:
    source = worked_source(asking("SCALE"))
    assert run(source, "SCALE") == SCALE
    stub = cleared(source)
    assert stub == (
        '"""By how much each word multiplies.\n\n>>> SCALE["twice"]\n2.0\n"""\n'
        'SCALE: dict[str, float] = {\n    "twice": ...,\n    "half": ...,\n}'
    )
    assert run(stub, "SCALE") == {"twice": ..., "half": ...}


@pytest.mark.parametrize(("name", "value"), [("STEP", 3), ("UNNAMED", UNNAMED)])
def test_another_value_shows_its_name(name: str, value: Any) -> None:
    source = worked_source(asking(name))
    assert run(f"SCALE = {SCALE}\n{source}", name) == value
    assert run(cleared(source), name) is ...


def test_what_a_solution_stands_on_is_in_the_worked_notebook_alone() -> None:
    source = worked_source(asking("all_scaled", stands_on=("SCALE", "scaled")))
    assert run(source, "all_scaled")([4.0, 6.0], "half") == [2.0, 3.0]
    assert source.startswith(f"{BEGIN_WORKED}\nSCALE: dict")
    assert "\n@functools.cache\ndef scaled" in source
    assert cleared(source) == cleared(worked_source(asking("all_scaled")))


def test_several_names_share_a_cell_in_their_order() -> None:
    source = worked_source(asking("halve", "SCALE", "undocumented", stands_on=("STEP",)))
    names: dict[str, Any] = {}
    exec(source, names)
    assert (names["halve"]([2.0]), names["SCALE"], names["undocumented"](1), names["STEP"]) == ([1.0], SCALE, 2, 3)
    each = [cleared(worked_source(asking(name))) for name in ("halve", "SCALE", "undocumented")]
    assert cleared(source) == "\n\n\n".join(each)


@pytest.mark.parametrize(
    "lines",
    [[BEGIN_WORKED, "a = 1"], [END_WORKED], [BEGIN_WORKED, BEGIN_WORKED, END_WORKED]],
    ids=["begin", "end", "twice"],
)
def test_a_mark_that_stands_alone_is_refused(lines: list[str]) -> None:
    with pytest.raises(StubError, match="stands alone"):
        without_worked("\n".join(["b = 2", *lines]))


def test_a_cell_without_marks_is_left_as_it_is() -> None:
    assert without_worked("\n\na = 1\n") == "\n\na = 1\n"


def test_marks_in_a_cell_that_answers_nothing_are_refused() -> None:
    with pytest.raises(StubError, match="answers no exercise"):
        cleared(f"{BEGIN_WORKED}\na = 1\n{END_WORKED}", solution=False)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("only_a_docstring", "nothing is left to solve"),
        ("on_one_line", "a line of its own"),
        ("beside_its_docstring", "a line of its own"),
        ("LOW", "does not define LOW by"),
        ("functools", "does not define functools by"),
        ("nowhere", "does not define nowhere by"),
    ],
)
def test_what_gives_no_stub_is_refused(name: str, reason: str) -> None:
    with pytest.raises(StubError, match=reason):
        worked_source(asking(name))
    with pytest.raises(StubError, match=reason if "define" in reason else "nowhere"):
        worked_source(asking("halve", stands_on=(name if "define" in reason else "nowhere",)))


@pytest.mark.parametrize("module", ["bertkit.nowhere", "math"])
def test_a_module_without_source_is_refused(module: str) -> None:
    with pytest.raises(StubError, match=f"the source of {module}:halve cannot be read"):
        worked_source(replace(CATALOGUE[0], defines=(f"{module}:halve",)))


@pytest.mark.parametrize("exercise", CATALOGUE, ids=lambda exercise: exercise.id)
def test_every_exercise_has_a_stub_without_its_solution(exercise: Exercise) -> None:
    source = worked_source(exercise)
    stub = cleared(source)
    compile(source, exercise.id, "exec")
    compile(stub, exercise.id, "exec")
    lines = [line for line in solution_lines(exercise) if line.strip()]
    assert lines
    assert not set(lines) & set(stub.splitlines())
    assert stub.count("raise NotImplementedError()") == source.count(BEGIN)
