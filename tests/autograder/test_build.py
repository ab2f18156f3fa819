"""The built notebooks: what is executed, kept, cleared, refused and noticed."""

import inspect
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_output

from autograder import exercises, hidden
from autograder.build import build, stale
from autograder.exercise import Exercise, run_value
from autograder.exercises import CATALOGUE
from autograder.grading.assignment import read_assignment
from autograder.grading.submission import read_file, rebuilt
from autograder.lessons.execute import kept_outputs, without_progress_bars
from autograder.lessons.notebooks import code_sha256, is_edited
from autograder.lessons.source import Kind, LessonError, lesson_path, read_lesson, solution_path, source_path
from autograder.lessons.stub import solution_lines, stub_source, worked_source
from bertkit.atomic import write_atomically

pytestmark = pytest.mark.slow  # together they take most of a minute; the whole run has them

PROJECT = Path(__file__).parents[2]
MakeCourse = Callable[[Path], Path]
WriteLesson = Callable[[Path, str, str], Path]

NAME = "01_lesson"
SOLUTION, RELEASE = f"solutions/{NAME}/{NAME}.ipynb", f"lessons/{NAME}/{NAME}.ipynb"
PLAIN = """# %% [markdown]
# A lesson.

# %% tags=["setup"]
import os

# %% tags=["nbval-check-output"]
print(os.path.basename(os.getcwd()))
1 + 1

# %% tags=["personal"]
print("only for you")

# %%
from ipywidgets import IntSlider
from tqdm import tqdm
for _ in tqdm(range(3), desc="training"):
    pass
IntSlider()

# %% tags=["raises-exception"]
1 / 0
"""
WORKED = """# %% tags=["setup"]
import torch
from torch import Tensor
from autograder.notebook import check, workbench
from bertkit.data.labels import IGNORE_INDEX

# %% exercise="mlm.mlm_labels"

# %% tags=["personal"]
tools = workbench("mlm.mlm_labels")

# %%
print("labelled", tools.mlm_labels(torch.tensor([[7]]), torch.tensor([[True]])).item())
"""


@pytest.fixture(scope="module")
def built(
    tmp_path_factory: pytest.TempPathFactory, make_course: MakeCourse, write_lesson: WriteLesson
) -> Iterator[tuple[Path, dict[Path, bytes]]]:
    """A course of two built lessons, to be looked at only, and the bytes of its notebooks."""
    root = make_course(tmp_path_factory.mktemp("built"))
    write_lesson(root, NAME, PLAIN)
    write_lesson(root, "02_worked", WORKED)
    written = {path: path.read_bytes() for path in build(root)}
    yield root, written
    assert {path: path.read_bytes() for path in written} == written


@pytest.fixture
def course_of_one(built: tuple[Path, dict[Path, bytes]], course: Path) -> Path:
    """A course with a copy of the first built lesson, to be changed."""
    for path in (source_path, solution_path, lesson_path):
        write_atomically(path(course, NAME), path(built[0], NAME).read_text(encoding="utf-8"))
    return course


def read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def code_cells(path: Path) -> list[NotebookNode]:
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def edit(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def test_both_notebooks_of_every_lesson_are_written(built: tuple[Path, dict[Path, bytes]]) -> None:
    root, written = built
    assert list(written) == [path(root, name) for name in (NAME, "02_worked") for path in (solution_path, lesson_path)]
    for path in written:
        nbformat.validate(read(path))


def test_a_solution_is_executed_in_its_folder_and_keeps_what_a_page_can_show(
    built: tuple[Path, dict[Path, bytes]],
) -> None:
    setup, here, personal, widget, error = code_cells(solution_path(built[0], NAME))
    assert setup.outputs == []
    assert [output.get("text") or output.data["text/plain"] for output in here.outputs] == [f"{NAME}\n", "2"]
    assert here.execution_count == 2
    assert personal.outputs[0].text == "only for you\n"
    assert widget.outputs == []
    assert error.outputs[0].ename == "ZeroDivisionError"


def test_of_a_widget_the_static_page_stays() -> None:
    view = {"application/vnd.jupyter.widget-view+json": {"model_id": "1"}, "text/plain": "a quiz"}
    outputs = [new_output("display_data", view | {"text/html": "<p>a quiz</p>"}), new_output("display_data", view)]
    (kept,) = kept_outputs("a lesson, cell 1", new_code_cell("quiz", outputs=outputs))
    assert kept.data == {"text/html": "<p>a quiz</p>", "text/plain": "a quiz"}


def test_a_lesson_keeps_demonstrations_and_clears_the_rest(built: tuple[Path, dict[Path, bytes]]) -> None:
    root = built[0]
    _, here, personal, _, error = code_cells(lesson_path(root, NAME))
    assert here.outputs[0].text == f"{NAME}\n"
    assert personal.outputs == []
    assert error.outputs[0].ename == "ZeroDivisionError"
    assert [cell.execution_count for cell in code_cells(lesson_path(root, NAME))] == [None, 2, None, None, 5]

    _, exercise, check, _, demonstration = code_cells(lesson_path(root, "02_worked"))
    assert exercise.source.endswith("    # YOUR CODE HERE\n    raise NotImplementedError()")
    assert exercise.metadata.deletable is False
    assert check.metadata.editable is False
    assert check.outputs == []
    assert demonstration.outputs[0].text == "labelled 7\n"


def nbval(root: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run all notebooks of a course in nbval."""
    arguments = ["-p", "nbval", "-p", "no:cacheprovider", "-c", os.devnull, f"--rootdir={root}", "-q", *options]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *arguments, "lessons", "solutions"], cwd=root, capture_output=True, text=True
    )


@pytest.mark.slow
def test_nbval_runs_both_notebooks_from_top_to_bottom(built: tuple[Path, dict[Path, bytes]]) -> None:
    result = nbval(built[0], "--nbval-lax")
    assert "20 passed" in result.stdout, result.stdout


@pytest.mark.slow
def test_nbval_compares_the_outputs_that_are_tagged_for_it(course_of_one: Path) -> None:
    for path in (solution_path, lesson_path):
        edit(path(course_of_one, NAME), f'"{NAME}\\n"', '"elsewhere\\n"')
    result = nbval(course_of_one, "--nbval-lax")
    assert "2 failed, 8 passed" in result.stdout, result.stdout


def test_notebooks_carry_no_versions_times_or_widgets(built: tuple[Path, dict[Path, bytes]]) -> None:
    for path in built[1]:
        notebook = read(path)
        assert notebook.metadata.keys() == {"course", "kernelspec", "language_info"}
        assert "version" not in notebook.metadata.language_info
        assert all("execution" not in cell.metadata for cell in notebook.cells)
        assert "widget" not in json.dumps([cell.get("outputs") for cell in notebook.cells])


def test_the_course_metadata_tell_code_and_sources(built: tuple[Path, dict[Path, bytes]]) -> None:
    solution, lesson = (read(path(built[0], "02_worked")) for path in (solution_path, lesson_path))
    assert solution.metadata.course.lesson == lesson.metadata.course.lesson == "02_worked"
    assert solution.metadata.course.executed_sha256 == code_sha256(solution)
    assert lesson.metadata.course.keys() == {"lesson", "sources_sha256"}
    assert lesson.metadata.course.sources_sha256 != solution.metadata.course.sources_sha256


def test_executing_again_gives_the_same_bytes(course_of_one: Path) -> None:
    solution = solution_path(course_of_one, NAME)
    before = solution.read_bytes()
    edit(solution, "only for you\\n", "from another run\\n")
    assert build(course_of_one) == []
    assert build(course_of_one, force=True) == [solution]
    assert solution.read_bytes() == before


def test_unchanged_code_is_not_executed_again(course_of_one: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograder.build.run_cells", lambda *_: pytest.fail("cells were executed"))
    assert stale(course_of_one) == []
    assert build(course_of_one) == []
    edit(source_path(course_of_one, NAME), "A lesson.", "Another text.")
    assert build(course_of_one) == [solution_path(course_of_one, NAME), lesson_path(course_of_one, NAME)]
    cells = read(lesson_path(course_of_one, NAME)).cells
    assert cells[0].source == "Another text."
    assert cells[2].outputs[0].text == f"{NAME}\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [("only for you", "only for us"), ('# %% tags=["raises-exception"]', "# %%")],
    ids=["other code", "other tag"],
)
def test_changed_code_is_executed(
    course_of_one: Path, before: str, after: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    executed: list[str] = []
    monkeypatch.setattr("autograder.build.run_cells", lambda _, folder, lesson: executed.append(lesson))
    edit(source_path(course_of_one, NAME), before, after)
    build(course_of_one)
    assert executed == [NAME]


def test_without_executing_changed_code_has_no_outputs_and_is_stale(course_of_one: Path) -> None:
    edit(source_path(course_of_one, NAME), "1 + 1", "2 + 2")
    build(course_of_one, execute=False)
    assert all(cell.outputs == [] for cell in code_cells(solution_path(course_of_one, NAME)))
    assert ["made by other code" in message for message in stale(course_of_one)] == [True]


@pytest.mark.parametrize(
    ("changed", "before", "after", "messages"),
    [
        (
            source_path,
            "A lesson.",
            "New.",
            [f"{SOLUTION} differs from what solutions/{NAME}/{NAME}.py gives"],
        ),
        (source_path, "1 + 1", "2 + 2", [f"the outputs in {SOLUTION} were made by other code"]),
        (source_path, '# %% tags=["personal"]', "# %%", [f"{SOLUTION} differs"]),
        (
            solution_path,
            '"id": "',
            '"id": "x',
            [f"{SOLUTION} differs", f"{RELEASE} differs"],
        ),
        (solution_path, ' "nbformat": 4', '  "nbformat": 4', [f"{SOLUTION} differs from what"]),
        (solution_path, "only for you\\n", "for all\\n", []),
        (solution_path, f'"{NAME}\\n"', '"elsewhere\\n"', [f"{RELEASE} differs from what solutions"]),
        (lesson_path, "A lesson.", "New.", [f"{RELEASE} differs from what solutions"]),
        (lesson_path, f'"{NAME}\\n"', '"elsewhere\\n"', [f"{RELEASE} differs from what solutions"]),
        (lesson_path, '"execution_count": null', '"execution_count": 3', [f"{RELEASE} differs"]),
    ],
)
def test_what_is_out_of_date_is_named_with_the_remedy(
    course_of_one: Path, changed: Callable[[Path, str], Path], before: str, after: str, messages: list[str]
) -> None:
    edit(changed(course_of_one, NAME), before, after)
    found = stale(course_of_one)
    assert len(found) == len(messages)
    for message, beginning in zip(found, messages, strict=True):
        assert message.startswith(beginning)
        assert message.endswith("; mend it with: make lessons")


@pytest.mark.parametrize("path", [solution_path, lesson_path])
def test_a_missing_notebook_is_stale_and_comes_back(course_of_one: Path, path: Callable[[Path, str], Path]) -> None:
    before = path(course_of_one, NAME).read_bytes()
    path(course_of_one, NAME).unlink()
    assert ["is missing" in message for message in stale(course_of_one)] == [True]
    build(course_of_one)
    assert path(course_of_one, NAME).read_bytes() == before


def write_in(path: Path) -> None:
    """What a learner does: answers in a cell and runs it."""
    notebook = read(path)
    notebook.cells[2].source += "\nmy_own = 1"
    nbformat.write(notebook, path)


def run_in(path: Path) -> None:
    """What a reader does: runs cells and saves, with what JupyterLab adds."""
    notebook = read(path)
    notebook.cells[2].execution_count = 5
    notebook.cells[2].outputs = []
    notebook.metadata.language_info["version"] = "3.11.7"
    nbformat.write(notebook, path)


def test_a_lesson_that_somebody_worked_in_is_not_overwritten(course_of_one: Path) -> None:
    path = lesson_path(course_of_one, NAME)
    built = path.read_bytes()
    write_in(path)
    worked_in = path.read_bytes()
    edit(source_path(course_of_one, NAME), "A lesson.", "New.")
    with pytest.raises(LessonError, match="--force") as caught:
        build(course_of_one)
    assert str(path) in str(caught.value)
    assert path.read_bytes() == worked_in
    edit(source_path(course_of_one, NAME), "New.", "A lesson.")
    assert build(course_of_one, force=True) == [path]
    assert path.read_bytes() == built


def test_a_lesson_that_somebody_only_ran_is_built_anew(course_of_one: Path) -> None:
    path = lesson_path(course_of_one, NAME)
    built = path.read_bytes()
    run_in(path)
    assert not is_edited(path)
    assert build(course_of_one) == [path]
    assert path.read_bytes() == built


@pytest.mark.parametrize("content", ["", "not JSON", "[]", '{"nbformat": 4, "nbformat_minor": 5, "cells": []}'])
def test_a_file_that_is_no_lesson_of_the_course_is_somebodys_own(course_of_one: Path, content: str) -> None:
    path = lesson_path(course_of_one, NAME)
    path.write_text(content, encoding="utf-8")
    with pytest.raises(LessonError, match="has been worked in"):
        build(course_of_one)
    assert path.read_text(encoding="utf-8") == content


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("undefined_name", r"01_lesson, cell 2 \(undefined_name\) raises NameError: name 'undefined_name'"),
        ("import warnings\nwarnings.warn('mind this')", "cell 2 .* writes to stderr.*mind this"),
        ("object()", "cell 2 .* shows an object's address.*<object at 0x"),
        ("import os\nos._exit(1)", "cell 2 .* the kernel died"),
    ],
)
def test_a_cell_that_a_learner_should_not_meet_stops_the_build(
    course: Path, write_lesson: WriteLesson, code: str, message: str
) -> None:
    write_lesson(course, NAME, f"# %% [markdown]\n# Text.\n\n# %%\n{code}\n")
    with pytest.raises(LessonError, match=re.compile(message, re.DOTALL)):
        build(course)
    assert not solution_path(course, NAME).exists()
    assert not lesson_path(course, NAME).exists()


def test_a_reference_that_its_own_check_refuses_stops_the_build(course: Path, write_lesson: WriteLesson) -> None:
    forged = "def check(exercise_id, answer):\n    return 1.0\n"
    write_lesson(course, NAME, WORKED.replace("from autograder.notebook import check, workbench", forged))
    with pytest.raises(LessonError, match=r'check\("mlm.mlm_labels", mlm_labels\).* gets 1.0 of 2 points'):
        build(course)


def test_an_unknown_lesson_is_named(course_of_one: Path) -> None:
    with pytest.raises(LessonError, match=r"no lesson '01_leson'.*did you mean '01_lesson'"):
        build(course_of_one, ["01_leson"])


def test_a_folder_without_configuration_is_named(course_of_one: Path) -> None:
    (course_of_one / "nbgrader_config.py").unlink()
    with pytest.raises(LessonError, match=r"no nbgrader_config\.py"):
        build(course_of_one)


def test_progress_bars_of_tqdm_are_told_from_other_text() -> None:
    bars = (
        "\rtrain:   0%|          | 0/10 [00:00<?, ?it/s]\rtrain:  40%|####      | 4/10 [00:02<00:03,  1.9it/s, loss=2]"
        "\n12it [00:00, 99.1it/s]\n  5%|▌         | 1.00k/20.0k [1:00:00<00:03, 5.2kB/s]\n"
        "3 cells [00:01,  2.9 cells/s]\n"
    )
    assert without_progress_bars(bars) == ""
    warning = "lesson.py:3: UserWarning: 40% of [PAD] | 4/10 selected"
    assert without_progress_bars(f"{bars}{warning}\n{bars}") == warning


def test_stderr_is_kept_where_an_exception_is_meant() -> None:
    output = new_output("stream", name="stderr", text="careful\n")
    cell = new_code_cell("1 / 0", metadata={"tags": ["raises-exception"]}, outputs=[output])
    assert kept_outputs("here", cell)[0].text == "careful"
    cell.metadata.tags = []
    with pytest.raises(LessonError, match="here writes to stderr"):
        kept_outputs("here", cell)


def squeezed(text: str) -> str:
    return " ".join(text.split())


def everything_in(path: Path) -> str:
    """All text of a notebook, cells and outputs, with every run of blanks as one."""
    texts = []
    for cell in read(path).cells:
        texts.append(cell.source)
        for output in cell.get("outputs", []):
            texts += [output.get("text", ""), *output.get("traceback", [])]
            texts += [text for text in output.get("data", {}).values() if isinstance(text, str)]
    return squeezed("\n".join(texts))


GIVEN = {
    squeezed(line)
    for exercise in CATALOGUE
    for line in stub_source(worked_source(exercise)).splitlines()
    if line.strip()
}
"""What one exercise stands on may be the task of another, whose signature and docstring every learner has."""
IDIOMS = {"with torch.no_grad():", "for batch in batches:"}
"""Lines that everybody writes around whatever is not to learn, or is done batch by batch: demonstrations, too."""


def leaks(path: Path, exercise: Exercise) -> list[str]:
    """What a notebook gives away of an exercise's solution and of its hidden tests."""
    reference = exercise.load_reference()
    docstring = squeezed(inspect.getdoc(reference) or "")
    lines = [line for line in map(squeezed, solution_lines(exercise)) if len(line) > 20 and line not in docstring]
    lines = [line for line in lines if line not in GIVEN | set(map(squeezed, IDIOMS))]
    mistakes = hidden.load(exercise.id).mistakes
    secrets = [*lines, *(mistake.likely for mistake in mistakes), "autograder.hidden", "autograder import hidden"]
    text = everything_in(path)
    return [secret for secret in secrets if squeezed(secret) in text]


def test_a_built_lesson_gives_nothing_away_that_its_solution_has(built: tuple[Path, dict[Path, bytes]]) -> None:
    exercise = next(exercise for exercise in CATALOGUE if exercise.id == "mlm.mlm_labels")
    assert leaks(solution_path(built[0], "02_worked"), exercise)
    assert leaks(lesson_path(built[0], "02_worked"), exercise) == []


WRITTEN = """# %% tags=["setup"]
import torch
from torch import Tensor
from autograder.notebook import check
from bertkit.data.labels import IGNORE_INDEX

# %% exercise="mlm.mlm_labels"

# %% [markdown]
# Why is the label the same for all three fates?

# %% [markdown] written="mlm.in-your-words" points=3
# The model cannot know which it was.
#
# **Rubric**
#
# - 3: says so
"""


def test_a_written_answer_is_taken_out_and_a_submissions_is_kept(course: Path, write_lesson: WriteLesson) -> None:
    """The released cell is empty; what a learner writes there comes through to who grades it, and no check sees it."""
    write_lesson(course, NAME, WRITTEN)
    build(course, execute=False)
    solution, lesson = (read(course / path) for path in (SOLUTION, RELEASE))
    assert "cannot know" in solution.cells[-1].source
    assert lesson.cells[-1].source.strip() == "YOUR ANSWER HERE"
    assert "Rubric" not in everything_in(course / RELEASE)
    assignment = read_assignment(course, NAME)
    assert [exercise.id for exercise in assignment.exercises] == ["mlm.mlm_labels"]
    lesson.cells[-1].source = "It sees *the* answer. <script>no</script>"
    handed_in = course / "handed_in.ipynb"
    handed_in.write_text(nbformat.writes(lesson), encoding="utf-8")
    graded = rebuilt(assignment, read_file(handed_in, assignment))
    assert graded.cells[-1].source == lesson.cells[-1].source
    assert graded.cells[-1].metadata.nbgrader.points == 3


SEVERAL = """# %% tags=["setup"]
import json
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn
from typing import Any
from autograder.notebook import check
from bertkit.atomic import replacing

# %% exercise="pretraining.checkpoint"

# %% exercise="heads.HEAD_FOR_TASK"
"""


@pytest.fixture
def several(monkeypatch: pytest.MonkeyPatch) -> tuple[Exercise, Exercise]:
    """An exercise on two functions and one on a value."""
    state, base = "bertkit.training.state", CATALOGUE[0]
    helpers = (f"{state}:HEADER", f"{state}:pack", f"{state}:unpack")
    functions = replace(
        base,
        id="pretraining.checkpoint",
        defines=(f"{state}:save_checkpoint", f"{state}:load_checkpoint"),
        stands_on=helpers,
    )
    value = replace(base, id="heads.HEAD_FOR_TASK", defines=("bertkit.model.heads:HEAD_FOR_TASK",), run=run_value)
    monkeypatch.setattr(exercises, "CATALOGUE", (functions, value))
    return functions, value


def test_a_lesson_on_several_names_and_on_a_value(
    course: Path, write_lesson: WriteLesson, several: tuple[Exercise, Exercise]
) -> None:
    write_lesson(course, NAME, SEVERAL)
    build(course, execute=False)
    cells = {cell.id: cell.source for cell in read(course / RELEASE).cells}
    assert (
        "Write `save_checkpoint` and `load_checkpoint` in the next cell." in cells["pretraining-checkpoint-statement"]
    )
    assert cells["pretraining-checkpoint-check"] == 'check("pretraining.checkpoint", save_checkpoint, load_checkpoint)'
    assert cells["pretraining-checkpoint"].startswith("def save_checkpoint(\n")
    assert cells["pretraining-checkpoint"].count("raise NotImplementedError()") == 2
    assert cells["heads-HEAD_FOR_TASK"].startswith('"""Which vectors')
    assert '\n"""\nHEAD_FOR_TASK: dict[str, str] = {\n    "sentiment": ...,\n' in cells["heads-HEAD_FOR_TASK"]
    assert "raise" not in cells["heads-HEAD_FOR_TASK"]
    for exercise in several:
        lines = {line.strip() for line in solution_lines(exercise) if len(line.strip()) > 20}
        assert lines
        assert not lines & set(map(str.strip, "\n".join(cells.values()).splitlines()))
    assert stale(course)  # nothing was executed
    for path, gap in ((RELEASE, True), (SOLUTION, False)):
        names: dict[str, object] = {}
        for cell in read(course / path).cells:
            if cell.cell_type == "code" and not cell.id.endswith("-check"):
                exec(cell.source, names)  # a stub of either kind runs to its end
        assert (... in names["HEAD_FOR_TASK"].values()) is gap  # type: ignore[attr-defined]
        assert ("pack" in names) is not gap


@pytest.mark.parametrize("path", sorted(PROJECT.glob("lessons/*/*.ipynb")), ids=lambda path: path.stem)
def test_no_lesson_of_the_course_gives_a_solution_away(path: Path) -> None:
    marked = read_lesson(source_path(PROJECT, path.stem)).exercise_ids
    assert [(exercise.id, leak) for exercise in CATALOGUE for leak in leaks(path, exercise)] == []
    ids = {cell.metadata["nbgrader"]["grade_id"] for cell in read(path).cells if "nbgrader" in cell.metadata}
    written = [cell for cell in read_lesson(source_path(PROJECT, path.stem)).cells if cell.kind is Kind.WRITTEN]
    assert len(ids) == 2 * len(marked) + len(written)
    text = everything_in(path)
    for cell in written:
        assert not [line for line in cell.source.splitlines() if len(line) > 20 and squeezed(line) in text]
