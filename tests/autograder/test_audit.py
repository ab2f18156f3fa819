"""Every fault that the audit is there to find, made one at a time in a course without faults."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from autograder import hidden
from autograder.audit import Problem, audit
from autograder.build import build
from autograder.cli import app
from autograder.exercise import Exercise, Hint, Part
from autograder.exercises import CATALOGUE, find
from autograder.lessons.source import lesson_path, solution_path, source_path
from autograder.visible.caught import Caught
from bertkit.atomic import replacing, write_atomically

EXERCISE = find("mlm.mlm_labels")
NAME = "01_lesson"
LESSON = """# %% tags=["setup"]
import torch
from torch import Tensor
from autograder.notebook import check
from bertkit.data.labels import IGNORE_INDEX

# %% exercise="mlm.mlm_labels"
"""
MakeCourse = Callable[[Path], Path]
WriteLesson = Callable[[Path, str, str], Path]


@dataclass(frozen=True)
class KnownMistake:
    name: str
    answer: object = None


@dataclass(frozen=True)
class HiddenTests:
    """As much of an exercise's hidden tests as the audit looks at."""

    parts: dict[str, None] = field(default_factory=lambda: {part.name: None for part in EXERCISE.parts})
    mistakes: tuple[KnownMistake, ...] = tuple(KnownMistake(name) for name in "abcdef")
    few_mistakes_because: str | None = None


def never(exercise: Exercise, tests: object) -> Caught:
    raise AssertionError("an exercise with another fault is not measured")


def found(root: Path, *catalogue: Exercise, tests: HiddenTests | None = None) -> list[Problem]:
    return audit(root, catalogue or (EXERCISE,), lambda _: tests or HiddenTests(), lambda *_: Caught(("a",), ()))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, make_course: MakeCourse, write_lesson: WriteLesson) -> Path:
    root = make_course(tmp_path_factory.mktemp("built"))
    write_lesson(root, NAME, LESSON)
    build(root)
    return root


@pytest.fixture
def clean(built: Path, course: Path) -> Path:
    """A course in which the audit finds nothing, to be spoilt."""
    for path in (source_path, solution_path, lesson_path):
        write_atomically(path(course, NAME), path(built, NAME).read_text(encoding="utf-8"))
    return course


def test_a_course_without_faults_has_no_problems(clean: Path) -> None:
    (clean / "lessons" / NAME / ".ipynb_checkpoints").mkdir()
    (clean / "lessons" / NAME / ".ipynb_checkpoints" / "old.ipynb").touch()
    assert found(clean) == []


def without_docstring() -> None:
    pass


def without_example() -> None:
    """Has no example."""


def with_example() -> int:
    """Has one.

    >>> with_example()
    3
    """
    return 3


UNSHOWN = 3
"""Has no example."""
SHOWN = 3
"""Has one.

>>> SHOWN
3
"""
BOUND = 9


class Kind:
    """Only named in a signature."""


def shadowed() -> None:
    """Has the name of an argument."""


def helper(number: int) -> int:
    return helper(BOUND) if number > BOUND else number


def leans(number: int, shadowed: Kind | None = None) -> int:
    """Stands on others.

    >>> leans(1)
    1
    """
    if number == 1:
        return helper(number) if shadowed else number
    with replacing(Path("never-written")):
        return number


def unwritten_run(answer: object, inputs: object) -> None:
    """TODO: use the answer."""


HINTS, PARTS = EXERCISE.hints, EXERCISE.parts


@pytest.mark.parametrize(
    ("changes", "what", "mend"),
    [
        ({"hints": HINTS[:2]}, "it has 2 hints", "write 3 or more"),
        ({"hints": ()}, "it has 0 hints", "write 3 or more"),
        ({"hints": (*HINTS, Hint(" ", "text"))}, "the symptom of hint 4 is blank", "write it"),
        ({"hints": (Hint("symptom", "\n"), *HINTS)}, "the text of hint 1 is blank", "write it"),
        ({"parts": (PARTS[0], replace(PARTS[1], points=0))}, "part elsewhere is worth 0 points", "more than 0"),
        ({"parts": (PARTS[0], replace(PARTS[1], points=-1))}, "part elsewhere is worth -1 points", "more than 0"),
        ({"parts": (*PARTS, PARTS[0])}, "two parts are named selected", "rename one"),
        ({"parts": (*PARTS, Part("new", "is tested", 1))}, "part new has no hidden tests", "hidden/mlm/mlm_labels.py"),
        ({"title": "TODO: an order"}, "its title still says TODO", "autograder/exercises/mlm.py"),
        ({"why": "TODO."}, "its `why` still says TODO", "autograder/exercises/mlm.py"),
        ({"parts": (PARTS[0], replace(PARTS[1], title="TODO"))}, "part elsewhere still says TODO", "write it"),
        ({"hints": (*HINTS, Hint("TODO", "text"))}, "hint 4 still says TODO", "write it"),
        ({"hints": (Hint("symptom", "TODO."), *HINTS)}, "hint 1 still says TODO", "write it"),
        ({"run": unwritten_run}, "its `run` still says TODO", "write it"),
        ({"minutes": 0}, "it takes 0 minutes", "how long it takes"),
        ({"defines": ("bertkit.objectives.mlm:corrupt",)}, "its reference is named 'corrupt'", "end in .corrupt"),
    ],
)
def test_faults_of_a_statement(clean: Path, changes: dict[str, object], what: str, mend: str) -> None:
    (problem,) = found(clean, replace(EXERCISE, **changes))  # type: ignore[arg-type]
    assert problem.where == "mlm.mlm_labels"
    assert problem.what.startswith(what)
    assert mend in problem.mend


def test_hidden_tests_that_are_not_written_to_the_end(clean: Path) -> None:
    file = "autograder/hidden/mlm/mlm_labels.py"
    write_atomically(clean / file, "written\n# TODO: this\nwritten\n# TODO: that\n")
    (problem,) = found(clean)
    assert str(problem) == f"mlm.mlm_labels: its hidden tests still say TODO; write lines 2, 4 of {file}"
    write_atomically(clean / file, "written\n")
    assert found(clean) == []


def test_an_exercise_without_parts(clean: Path) -> None:
    (problem,) = found(clean, replace(EXERCISE, parts=()), tests=HiddenTests(parts={}))
    assert problem.what == "it has no parts, so no points"


@pytest.mark.parametrize(
    ("defines", "what"),
    [
        (["bertkit.objectives.mlm:nowhere"], "its reference does not load"),
        (["bertkit.nowhere:mlm_labels"], "its reference does not load"),
        ([f"{__name__}:without_docstring"], "its reference has no docstring"),
        ([f"{__name__}:with_example", f"{__name__}:without_docstring"], "its reference has no docstring"),
        ([f"{__name__}:without_example"], "its reference's docstring has no example"),
        ([f"{__name__}:without_example", f"{__name__}:UNSHOWN"], "its reference's docstring has no example"),
    ],
    ids=["name", "module", "docstring", "one docstring", "example", "no example of two"],
)
def test_faults_of_a_reference(clean: Path, defines: list[str], what: str) -> None:
    exercise = replace(EXERCISE, defines=tuple(defines))
    problems = {problem.what.partition(":")[0]: problem for problem in found(clean, exercise)}
    assert problems[what].where == "mlm.mlm_labels"
    assert all(path in problems[what].mend for path in defines if "example" in what)


@pytest.mark.parametrize("names", [["with_example"], ["without_example", "with_example"], ["without_example", "SHOWN"]])
def test_one_example_is_enough(clean: Path, names: list[str]) -> None:
    exercise = replace(EXERCISE, defines=tuple(f"{__name__}:{name}" for name in names))
    assert not [problem.what for problem in found(clean, exercise) if "docstring" in problem.what]


def leaning(*stands_on: str) -> Exercise:
    return replace(
        EXERCISE, defines=(f"{__name__}:leans",), stands_on=tuple(f"{__name__}:{name}" for name in stands_on)
    )


def said_of_helpers(root: Path, exercise: Exercise) -> dict[str, str]:
    return {
        problem.what.replace(f"{__name__}:", ""): problem.mend
        for problem in found(root, exercise)
        if "its solution" in problem.what
    }


def test_what_a_solution_stands_on_is_asked_for(clean: Path) -> None:
    lacks = "its solution uses {}, which neither it nor a setup cell of its lesson has"
    said = said_of_helpers(clean, leaning())
    assert said.keys() == {lacks.format("helper"), lacks.format("Kind")}
    assert f"'{__name__}:helper' to its `stands_on`" in said[lacks.format("helper")]
    assert said_of_helpers(clean, leaning("helper", "Kind")).keys() == {lacks.format("BOUND")}  # which the helper uses
    assert said_of_helpers(clean, leaning("helper", "Kind", "BOUND")) == {}


def test_what_a_solution_does_not_use_is_told(clean: Path) -> None:
    said = said_of_helpers(clean, leaning("helper", "Kind", "BOUND", "shadowed"))
    assert said == {"its solution does not use shadowed": "take it out of its `stands_on`"}


def test_what_another_module_has_can_be_taken_along(clean: Path) -> None:
    exercise = leaning("helper", "Kind", "BOUND")
    assert said_of_helpers(clean, replace(exercise, stands_on=(*exercise.stands_on, "bertkit.atomic:replacing"))) == {
        "its solution uses bertkit.atomic:READABLE, which neither it nor a setup cell of its lesson has": (
            "add 'bertkit.atomic:READABLE' to its `stands_on`, or import it in a cell tagged \"setup\""
        )
    }


def test_what_a_setup_cell_imports_need_not_be_taken_along(clean: Path) -> None:
    text = LESSON.replace("import torch\n", f"import torch\nfrom {__name__} import helper, Kind\n")
    source_path(clean, NAME).write_text(text, encoding="utf-8")
    assert said_of_helpers(clean, leaning()) == {}


@pytest.mark.parametrize(
    ("tests", "what", "mend"),
    [
        (HiddenTests(mistakes=()), "it has no known mistakes", "write 6 in autograder/hidden/mlm/mlm_labels.py"),
        (HiddenTests(mistakes=HiddenTests.mistakes[:5]), "it has 5 known mistakes", "few_mistakes_because"),
        (
            HiddenTests(mistakes=HiddenTests.mistakes[:5], few_mistakes_because=" "),
            "it has 5 known mistakes",
            "few_mistakes_because",
        ),
        (HiddenTests(mistakes=(), few_mistakes_because="none"), "it has no known mistakes", "write 6"),
        (
            HiddenTests(mistakes=(*HiddenTests.mistakes, KnownMistake("c"))),
            "two known mistakes are named c",
            "rename one of them",
        ),
        (HiddenTests(parts={"selected": None}), "part elsewhere has no hidden tests", "write them"),
        (
            HiddenTests(parts={"selected": None, "elsewhere": None, "else": None}),
            "the hidden tests have a part else that it has not",
            "rename it",
        ),
    ],
)
def test_faults_of_hidden_tests(clean: Path, tests: HiddenTests, what: str, mend: str) -> None:
    (problem,) = found(clean, tests=tests)
    assert (problem.where, problem.what) == ("mlm.mlm_labels", what)
    assert mend in problem.mend


def test_few_mistakes_may_have_a_reason(clean: Path) -> None:
    tests = HiddenTests(mistakes=HiddenTests.mistakes[:2], few_mistakes_because="there are only two ways")
    assert found(clean, tests=tests) == []


def test_an_exercise_without_hidden_tests(clean: Path) -> None:
    def load(exercise_id: str) -> HiddenTests:
        raise ModuleNotFoundError(f"No module named {exercise_id!r}")

    (problem,) = audit(clean, (EXERCISE,), load, never)
    assert problem.what.startswith("its hidden tests do not load")
    assert problem.mend == "write TESTS in autograder/hidden/mlm/mlm_labels.py"


def test_a_visible_check_that_lets_too_much_through(clean: Path) -> None:
    def measured(caught: int, *through: str) -> list[Problem]:
        return audit(clean, (EXERCISE,), lambda _: HiddenTests(), lambda *_: Caught(("a",) * caught, through))

    assert measured(4, "inverted") == []
    (problem,) = measured(6, "inverted", "inverted", "next-token")
    assert problem.where == "mlm.mlm_labels"
    assert problem.what == (
        "its example and visible cases catch 67 % of its mistakes, not 80 %; these get through: inverted, next-token"
    )
    assert problem.mend == "write visible cases that show them, in autograder/exercises"


def test_an_exercise_without_visible_cases(clean: Path) -> None:
    (problem,) = audit(clean, (replace(EXERCISE, visible=()),), lambda _: HiddenTests(), never)
    assert problem.what == "it has no visible cases"


def test_two_exercises_of_one_id(clean: Path) -> None:
    assert "two exercises have this id" in [problem.what for problem in found(clean, EXERCISE, EXERCISE)]


def test_an_exercise_in_no_lesson(clean: Path) -> None:
    other = find("mlm.corrupt")
    tests = HiddenTests(parts={part.name: None for part in (*EXERCISE.parts, *other.parts)})
    problems = [problem for problem in found(clean, EXERCISE, other, tests=tests) if "hidden" not in problem.what]
    assert [(problem.where, problem.what) for problem in problems] == [("mlm.corrupt", "no lesson has it")]
    assert '# %% exercise="mlm.corrupt"' in problems[0].mend


def test_an_exercise_in_two_lessons(clean: Path, write_lesson: WriteLesson) -> None:
    write_lesson(clean, "02_other", LESSON)
    build(clean, ["02_other"], execute=False)
    problems = found(clean)
    assert (
        Problem("mlm.mlm_labels", f"it is marked in {NAME} and 02_other", "delete all its markers but one") in problems
    )


def test_an_unknown_exercise_in_a_lesson(clean: Path) -> None:
    source_path(clean, NAME).write_text(LESSON + '\n# %% exercise="mlm.corupt"\n', encoding="utf-8")
    (problem,) = found(clean)
    assert problem.where == f"solutions/{NAME}/{NAME}.py"
    assert problem.what == "there is no exercise 'mlm.corupt'"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('\n# %% tags=["set-up"]\nx = 1\n', "the tag 'set-up' is unknown"),
        ('\n# %% exercise="mlm.mlm_labels"\n', "marked twice"),
    ],
)
def test_a_lesson_source_at_fault(clean: Path, text: str, what: str) -> None:
    source_path(clean, NAME).write_text(LESSON + text, encoding="utf-8")
    problem = next(problem for problem in found(clean) if problem.where == f"solutions/{NAME}/{NAME}.py")
    assert what in problem.what
    assert problem.mend == "edit it, then run: make lessons"


def test_stale_notebooks(clean: Path) -> None:
    source_path(clean, NAME).write_text(LESSON + "\n# %%\n1 + 1\n", encoding="utf-8")
    (problem,) = found(clean)
    assert problem.where == NAME
    assert "were made by other code" in problem.what
    assert problem.mend == "mend it with: make lessons"


@pytest.mark.parametrize(
    "stray",
    [
        "solutions/README.md",
        "solutions/01_lesson/draft.py",
        "lessons/01_lesson/data.csv",
        "lessons/07_old/07_old.ipynb",
    ],
)
def test_stray_files(clean: Path, stray: str) -> None:
    (clean / stray).parent.mkdir(parents=True, exist_ok=True)
    (clean / stray).write_text("", encoding="utf-8")
    assert found(clean) == [Problem(stray, "it belongs to no lesson", "move it elsewhere or delete it")]


def test_one_exercise_can_be_asked_for_alone(clean: Path) -> None:
    """Its own problems, that no lesson has it among them; nothing else is measured or told."""
    other = replace(find("mlm.corrupt"), hints=())

    def measured(exercise: Exercise, tests: object) -> Caught:
        assert exercise.id == EXERCISE.id
        return Caught((), ("a",))

    def asked(only: str) -> list[Problem]:
        return audit(clean, (EXERCISE, other), lambda _: HiddenTests(), measured, only)

    (clean / "lessons" / "stray.txt").touch()
    (problem,) = asked(EXERCISE.id)
    assert "catch 0 % of its mistakes" in problem.what
    assert [each.what.split(";")[0] for each in asked(other.id)][-1] == "no lesson has it"
    assert {each.where for each in asked(other.id)} == {other.id}


def test_an_exercise_that_there_is_not_is_said_in_one_line() -> None:
    result = CliRunner().invoke(app, ["audit", "mlm.corupt"])
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert "mlm.corupt" in result.stderr


def test_a_problem_reads_as_one_line() -> None:
    assert str(Problem("mlm.corrupt", "no lesson has it", "mark it")) == "mlm.corrupt: no lesson has it; mark it"


@pytest.mark.parametrize("exercise", CATALOGUE, ids=lambda exercise: exercise.id)
def test_what_is_asked_of_hidden_tests_is_there(exercise: Exercise) -> None:
    tests = hidden.load(exercise.id)
    assert set(tests.parts) == {part.name for part in exercise.parts}
    assert all(mistake.name for mistake in tests.mistakes)
    assert tests.few_mistakes_because is None or tests.few_mistakes_because.strip()
