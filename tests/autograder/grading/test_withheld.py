"""The folder that a learner's code finds the course in: everything to work with, and no answers."""

import ast
import functools
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from autograder.exercises import CATALOGUE
from autograder.grading.assignment import is_setup, read_assignment
from autograder.grading.withheld import (
    LIBRARIES,
    REFUSAL,
    WithholdError,
    library_entries,
    names_by_module,
    without,
    write_course,
)
from autograder.lessons.source import assignment_names
from grading import papers

LEAST_TELLING = 40
"""Characters from which on a line of an answer is more than what anybody would write."""
ANSWERS = [path for exercise in CATALOGUE for path in (*exercise.defines, *exercise.equivalents)]
FORBIDDEN = (
    "transformers",
    "seqeval",
    "autograder.hidden",
    "autograder.judging",
    "autograder.grading",
    "nbgrader",
)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The copy from which every answer of the catalogue is withheld."""
    folder = tmp_path_factory.mktemp("course")
    write_course(folder, CATALOGUE)
    return folder


@pytest.fixture(scope="module")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the libraries of a sandbox and nothing else."""
    folder = tmp_path_factory.mktemp("libraries")
    for name, path in library_entries().items():
        (folder / name).symlink_to(path)
    return folder


def run(course: Path, libraries: Path, code: str) -> Any:
    """What `code`, run where only the copy and the libraries can be imported, prints as JSON."""
    process = subprocess.run(
        [sys.executable, "-S", "-s", "-P", "-W", "ignore", "-c", code],
        env={"PYTHONPATH": f"{course}:{libraries}", "PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1"},
        cwd="/",
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert process.returncode == 0, process.stderr
    return json.loads(process.stdout.splitlines()[-1])


def texts(course: Path) -> Iterator[tuple[Path, str]]:
    for path in sorted(course.rglob("*")):
        if path.is_file():
            yield path, path.read_bytes().decode("latin-1")


@pytest.fixture(scope="module")
def raised(course: Path, libraries: Path) -> dict[str, str]:
    """What calling each of the answers in the copy raises."""
    told: dict[str, str] = run(
        course,
        libraries,
        f"""
import importlib, json
told = {{}}
for path in {ANSWERS!r}:
    module, _, name = path.partition(":")
    try:
        answer = getattr(importlib.import_module(module), name)
        if not callable(answer):  # a value refuses to be looked at
            str(answer)
        for given in ((), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), (1, 2, 3, 4, 5)):
            try:
                answer(*given)
            except TypeError:
                continue
            break
    except Exception as error:
        told[path] = f"{{type(error).__name__}}: {{error}}"
print(json.dumps(told))
""",
    )
    return told


@pytest.mark.parametrize("path", ANSWERS)
def test_an_answer_that_is_called_raises(raised: dict[str, str], path: str) -> None:
    assert raised[path] == f"RuntimeError: {path.replace(':', '.')}: {REFUSAL}"


def definition_of(path: str) -> tuple[Path, ast.FunctionDef | ast.ClassDef | ast.AnnAssign]:
    """The file that defines `module:name`, and where."""
    module, _, name = path.partition(":")
    file = papers.PROJECT.joinpath(*module.split(".")).with_suffix(".py")
    file = file if file.exists() else file.with_suffix("") / "__init__.py"
    node = next(
        each
        for each in ast.parse(file.read_text(encoding="utf-8")).body
        if getattr(each, "name", getattr(getattr(each, "target", None), "id", None)) == name
    )
    assert isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AnnAssign)
    return file, node


def body_of(path: str) -> list[str]:
    """The lines of an answer below its signatures and docstrings, as they stand and as Python would write them."""
    file, node = definition_of(path)
    written = file.read_text(encoding="utf-8").splitlines()
    lines: list[str] = []
    if isinstance(node, ast.AnnAssign):  # of a value, everything between the brackets
        lines += written[node.lineno : (node.end_lineno or 0) - 1]
    for function in ast.walk(node):
        if isinstance(function, ast.FunctionDef):
            statements = function.body[ast.get_docstring(function) is not None :]
            for each in statements:
                lines += written[each.lineno - 1 : each.end_lineno]
                lines += ast.unparse(each).splitlines()
    return [line.strip() for line in lines]


def elsewhere() -> set[str]:
    """The lines of bertkit outside all answers, and signatures: another class may well begin with the same layer."""
    answers: dict[Path, list[range]] = {}
    for answer in ANSWERS:
        file, node = definition_of(answer)
        first = node.lineno if isinstance(node, ast.AnnAssign) else node.body[0].lineno
        answers.setdefault(file, []).append(range(first, (node.end_lineno or 0) + 1))
    return {
        line.strip()
        for path in (papers.PROJECT / "bertkit").rglob("*.py")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if not any(number in lines for lines in answers.get(path, []))
    }


def telling_lines(path: str) -> set[str]:
    return {line for line in body_of(path) if len(line) >= LEAST_TELLING} - elsewhere()


@pytest.mark.parametrize("path", ANSWERS)
def test_no_line_of_an_answer_is_anywhere(course: Path, path: str) -> None:
    telling = telling_lines(path)
    assert [(file.name, line) for file, text in texts(course) for line in telling if line in text] == []


def test_answers_have_lines_that_would_give_them_away() -> None:
    assert sum(bool(telling_lines(path)) for path in ANSWERS) >= len(ANSWERS) - 2


def test_nothing_that_judges_or_answers_is_in_the_copy(course: Path) -> None:
    names = {str(path.relative_to(course)) for path, _ in texts(course)}
    assert {name.partition("/")[0] for name in names} == {"autograder", "bertkit"}
    theirs = {name for name in names if name.startswith("autograder/")}
    # Named one by one: whoever adds a module here has to think about what it tells.
    assert theirs == {
        *(
            "autograder/__init__.py",
            "autograder/exercise.py",
            "autograder/running/failures.py",
            "autograder/running/__init__.py",
            "autograder/running/observe.py",
        ),
        *("autograder/running/wire.py", "autograder/notebook.py", "autograder/verdict.py", "autograder/wording.py"),
        *("autograder/exercises/__init__.py", "autograder/exercises/mlm.py", "autograder/exercises/mlm_cases.py"),
        *("autograder/exercises/bidirectionality.py", "autograder/exercises/bidirectionality_cases.py"),
        "autograder/exercises/bidirectionality_functions.py",
        *("autograder/exercises/nsp.py", "autograder/exercises/nsp_cases.py", "autograder/modules.py"),
        *("autograder/exercises/heads.py", "autograder/exercises/heads_cases.py"),
        "autograder/exercises/heads_modules.py",
        *("autograder/exercises/pretraining.py", "autograder/exercises/pretraining_cases.py"),
        *("autograder/exercises/pretraining_models.py", "autograder/exercises/pretraining_trainings.py"),
        *("autograder/exercises/pretraining_state.py", "autograder/exercises/pretraining_state_cases.py"),
        *("autograder/exercises/pretraining_steps.py", "autograder/exercises/pretraining_checkpoints.py"),
        "autograder/exercises/pretraining_watching.py",
        *("autograder/exercises/finetuning.py", "autograder/exercises/finetuning_cases.py"),
        *("autograder/exercises/finetuning_encoders.py", "autograder/exercises/finetuning_frozen.py"),
        "autograder/exercises/finetuning_runs.py",
        *("autograder/calls.py", "autograder/counting.py", "autograder/confined/__init__.py"),
        *("autograder/confined/cells.py", "autograder/confined/fork_server.py", "autograder/confined/limits.py"),
        "autograder/confined/namespaces.py",
    }
    assert not [name for name in names if not name.startswith("bertkit/checkpoints/") and not name.endswith(".py")]


@pytest.mark.parametrize("name", FORBIDDEN)
def test_what_has_answers_cannot_be_imported(course: Path, libraries: Path, name: str) -> None:
    code = f"""
import importlib, json
try:
    importlib.import_module({name!r})
except ModuleNotFoundError as error:
    print(json.dumps(error.name))
"""
    assert run(course, libraries, code) == name


def test_every_module_of_the_copy_can_be_imported(course: Path, libraries: Path) -> None:
    modules = sorted(
        ".".join(path.relative_to(course).with_suffix("").parts).removesuffix(".__init__")
        for path in course.rglob("*.py")
        # What is not withheld may want a library that a learner's code has no use for.
        if path.name != "__main__.py" and not needs_an_extra(path)
    )
    code = f"import importlib, json\nprint(json.dumps([importlib.import_module(m).__name__ for m in {modules!r}]))"
    assert run(course, libraries, code) == modules
    assert len(modules) > 40


def needs_an_extra(path: Path) -> bool:
    """Whether a module imports, at its top, what is in none of the sandbox's libraries."""
    found = {
        name.partition(".")[0]
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    return not found <= {*sys.stdlib_module_names, "autograder", "bertkit", *top_names()}


@functools.cache
def top_names() -> set[str]:
    return {re.sub(r"\..*", "", name) for name in library_entries()}


@pytest.mark.parametrize("lesson", assignment_names(papers.PROJECT))
def test_the_setup_cells_of_a_lesson_run_there(course: Path, libraries: Path, lesson: str) -> None:
    cells = [cell.source for cell in read_assignment(papers.PROJECT, lesson).skeleton.cells if is_setup(cell)]
    assert cells
    code = "\n".join([*cells, "import json", "print(json.dumps(check('mlm.corrupt', None)))"])
    assert run(course, libraries, code) is None


def test_only_what_is_graded_is_withheld(tmp_path: Path, libraries: Path) -> None:
    labels = next(exercise for exercise in CATALOGUE if exercise.id == "mlm.mlm_labels")
    write_course(tmp_path, [labels])
    code = """
import json, torch
from bertkit.objectives import mlm
ids, selected = torch.tensor([[2, 7, 3]]), torch.tensor([[False, True, False]])
corrupted = mlm.corrupt(ids, selected, 4, 10, torch.Generator().manual_seed(0))
try:
    mlm.mlm_labels(ids, selected)
except RuntimeError as error:
    print(json.dumps([list(corrupted.shape), str(error)]))
"""
    assert run(tmp_path, libraries, code) == [[1, 3], f"bertkit.objectives.mlm.mlm_labels: {REFUSAL}"]


def test_what_the_course_needs_is_among_the_libraries() -> None:
    project = tomllib.loads((papers.PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = {canonicalize_name(Requirement(each).name) for each in project["dependencies"]}
    assert needed <= set(LIBRARIES)


def test_libraries_come_with_what_they_need() -> None:
    entries = library_entries()
    assert {"torch", "numpy", "sympy", "IPython", "ipywidgets", "matplotlib", "traitlets"} <= entries.keys()
    assert entries.keys().isdisjoint({"transformers", "seqeval", "nbgrader", "autograder", "bertkit", "pip"})
    assert not [name for name in entries if name.endswith(".pth")]
    assert all(path.exists() for path in entries.values())


FORMS = {
    "def": "def answer(a):\n    '''Doc.'''\n    return a * 2  # twice\n",
    "class": "class answer(object):\n    '''Doc.'''\n    def __init__(self, a):\n        self.a = a * 2  # twice\n",
    "decorated": "import functools\n@functools.cache\ndef answer(a):\n    return a * 2  # twice\n",
}


@pytest.mark.parametrize("source", FORMS.values(), ids=FORMS)
def test_functions_and_classes_are_replaced_whole(source: str) -> None:
    changed = without(source + "\ndef other():\n    return 3\n", "module", ["answer"])
    assert "twice" not in changed
    assert "* 2" not in changed
    namespace: dict[str, Any] = {}
    exec(changed, namespace)
    assert namespace["other"]() == 3
    with pytest.raises(RuntimeError, match=r"module\.answer: this is what the exercise asks for"):
        namespace["answer"](1)


VALUES = {
    "answer: dict[str, int] = {'twice': 2}\n'''Doc.'''\n": (
        "answer['a']",
        "'a' in answer",
        "answer.items()",
        "{**answer}",
    ),
    "answer = 222\n": ("answer + 1", "1 - answer", "answer > 1", "answer == 222", "-answer", "range(answer)"),
    "answer = 'twice'\n": ("answer + 'a'", "str(answer)", "f'{answer}'", "answer != 'a'", "answer.upper()"),
    "answer = 'once'\nanswer = 'twice'\n": ("answer + 'a'",),
    "other = answer = 'twice'\n": ("answer + 'a'",),
    "answer = lambda: 'twice'\n": ("answer()", "bool(answer)", "{answer: 1}"),
}
"""Values, and ways of using them."""


@pytest.mark.parametrize(("source", "use"), [(source, use) for source, uses in VALUES.items() for use in uses])
def test_a_value_refuses_to_be_used(source: str, use: str) -> None:
    taken = """
from dataclasses import dataclass

def by_default(given=answer):
    return given

@dataclass
class Record:
    given: object = answer
"""
    changed = without(source + taken, "module", ["answer"])
    assert not re.search("once|twice|222", changed)
    namespace: dict[str, Any] = {}
    exec(changed, namespace)  # what takes it for a default is there all the same
    assert namespace["by_default"]() is namespace["Record"]().given is namespace["answer"]
    with pytest.raises(RuntimeError, match=r"module\.answer: this is what the exercise asks for"):
        eval(use, namespace)


@pytest.mark.parametrize(
    "source",
    [
        "from elsewhere import answer\n",
        "if True:\n    def answer(a):\n        return a\n",
        "class Other:\n    def answer(self):\n        return 1\n",
        "async def answer(a):\n    return a\n",
        "",
    ],
    ids=["import", "nested", "method", "async", "missing"],
)
def test_another_form_of_answer_is_refused(source: str) -> None:
    with pytest.raises(WithholdError, match="module does not define answer by `def`, `class` or `=` at its top"):
        without(source, "module", ["answer"])


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("bertkit.nowhere:f", "there is no module bertkit.nowhere in bertkit"),
        (
            "bertkit.objectives.mlm:IGNORE_INDEX",
            "bertkit.objectives.mlm does not define IGNORE_INDEX by `def`, `class` or `=` at its top",
        ),
    ],
)
def test_a_reference_that_cannot_be_withheld_is_refused(tmp_path: Path, reference: str, said: str) -> None:
    with pytest.raises(WithholdError, match=re.escape(said)):
        write_course(tmp_path, [replace(CATALOGUE[0], defines=(reference,))])


def test_equivalents_and_what_an_answer_stands_on_are_withheld_with_it() -> None:
    exercise = replace(CATALOGUE[0], defines=("a:b", "f:g"), stands_on=("f:h",), equivalents=("a:c", "d:e"))
    assert names_by_module([exercise]) == {"a": {"b", "c"}, "d": {"e"}, "f": {"g", "h"}}


def test_the_folder_is_the_same_twice(course: Path, tmp_path: Path) -> None:
    write_course(tmp_path, CATALOGUE)
    assert {str(path.relative_to(tmp_path)): text for path, text in texts(tmp_path)} == {
        str(path.relative_to(course)): text for path, text in texts(course)
    }
    assert os.listdir(tmp_path) != []
