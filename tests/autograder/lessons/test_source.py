"""What an author writes, what is refused, and the cells that come of it."""

from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from markdown_it import MarkdownIt
from nbformat import NotebookNode
from nbgrader.nbgraderformat import MetadataValidator

from autograder.exercise import Difficulty, Exercise, Hint
from autograder.exercises import find
from autograder.lessons.expand import folded_hints, source_notebook, statement
from autograder.lessons.source import Cell, Kind, LessonError, lesson_names, read_lesson

WriteLesson = Callable[[Path, str, str], Path]

LESSON = """# %% [markdown]
# # A lesson
#
# Guess.

# %% tags=["setup"]
# %matplotlib inline
import torch
from torch import Tensor
from autograder.notebook import check
from bertkit.data.labels import IGNORE_INDEX

# %% exercise="mlm.mlm_labels"

# %% jupyter={"source_hidden": true} tags=["personal", "nbval-check-output"]
print(mlm_labels)

# %%
print("twice")

# %%
print("twice")

# %% tags=["raises-exception"]
1 / 0
"""

WRITTEN = """
# %% [markdown] written="mlm.in-your-words" points=3
# Because it sees the answer.
#
# **Rubric**
#
# - 3: says so
"""


@pytest.fixture
def notebook(tmp_path: Path, write_lesson: WriteLesson) -> NotebookNode:
    return source_notebook(read_lesson(write_lesson(tmp_path, "01_lesson", LESSON)))


def cell(notebook: NotebookNode, source: str) -> NotebookNode:
    return next(cell for cell in notebook.cells if source in cell.source)


def test_a_lesson_is_read_cell_by_cell(tmp_path: Path, write_lesson: WriteLesson) -> None:
    lesson = read_lesson(write_lesson(tmp_path, "01_lesson", LESSON))
    assert lesson.name == "01_lesson"
    assert lesson.cells[0] == Cell(Kind.MARKDOWN, "# A lesson\n\nGuess.")
    assert lesson.cells[1].tags == ("setup",)
    assert lesson.cells[1].source.startswith("%matplotlib inline\nimport torch\n")
    assert lesson.cells[2] == Cell(Kind.EXERCISE, "mlm.mlm_labels")
    assert lesson.cells[3].jupyter == {"source_hidden": True}
    assert lesson.exercise_ids == ("mlm.mlm_labels",)


def test_lessons_are_found_in_course_order(tmp_path: Path, write_lesson: WriteLesson) -> None:
    for name in ("02_second", "01_first"):
        write_lesson(tmp_path, name, LESSON)
    (tmp_path / "solutions" / "01_first" / "helper.py").write_text("", encoding="utf-8")
    assert lesson_names(tmp_path) == ["01_first", "02_second"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('# %% excercise="mlm.corrupt"\n', "cell 1: 'excercise' is unknown"),
        ('# %% tags=["set-up"]\nx = 1\n', "cell 1: the tag 'set-up' is unknown"),
        ('# %% tags="setup"\nx = 1\n', "'setup' is not of type 'array'"),
        ("# %% [raw]\n# raw\n", "cell 1 is a raw cell"),
        ('# %%\nx = 1\n\n# %% exercise="mlm.corrupt"\nx = 1\n', "cell 2: the marker of mlm.corrupt has a body"),
        ('# %% exercise="mlm.corrupt" tags=["setup"]\n', "cell 1: an exercise is marked by"),
        ('# %% [markdown] exercise="mlm.corrupt"\n', "cell 1: an exercise is marked by"),
        ('# %% [markdown] tags=["setup"]\n# text\n', "cell 1: Markdown cells have no tags"),
        ("# %%\n\n# %%\nx = 1\n", "cell 1 is empty"),
        ('# %% written="mlm.why" points=3\n1\n', "cell 1: a written answer is marked by"),
        ('# %% [markdown] written="mlm.why"\n# text\n', "cell 1: a written answer is marked by"),
        ("# %% [markdown] points=3\n# text\n", "cell 1: a written answer is marked by"),
        ('# %% [markdown] written="why" points=3\n# text\n', "cell 1: the written answer is named 'why'"),
        ('# %% [markdown] written="mlm.Why" points=3\n# text\n', "the written answer is named 'mlm.Why'"),
        ('# %% [markdown] written="mlm.why" points=0\n# text\n', "mlm.why is worth 0 points; give it more"),
        ('# %% [markdown] written="mlm.why" points=true\n# text\n', "mlm.why is worth True points"),
        ('# %% [markdown] written="mlm.why" points=3\n# Since.\n', "cell 1: mlm.why has no line **Rubric**"),
    ],
)
def test_a_mistake_in_a_source_is_named(tmp_path: Path, write_lesson: WriteLesson, text: str, message: str) -> None:
    with pytest.raises(LessonError, match="01_lesson") as caught:
        read_lesson(write_lesson(tmp_path, "01_lesson", text))
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('# %% exercise="mlm.corupt"\n', "did you mean 'mlm.corrupt'"),
        (LESSON + '\n# %% exercise="mlm.mlm_labels"\n', "mlm.mlm_labels is marked twice"),
        (LESSON + 2 * WRITTEN, "two written answers are named mlm.in-your-words; rename one"),
        (LESSON.replace("import torch\n", "", 1), "`torch` is not defined by any setup cell"),
        (LESSON.replace(", Tensor", "").replace("import Tensor", "import nn"), "`Tensor` is not defined"),
        (LESSON.replace("from autograder.notebook import check\n", ""), "`check` is not defined"),
        (LESSON.replace("from bertkit.data.labels import IGNORE_INDEX\n", ""), "`IGNORE_INDEX` is not defined"),
        (LESSON.replace(' tags=["setup"]', ""), "is not defined by any setup cell"),
        (LESSON.replace("import torch\n", "import torch as\n", 1), "invalid syntax"),
    ],
)
def test_what_cannot_be_built_is_named(tmp_path: Path, write_lesson: WriteLesson, text: str, message: str) -> None:
    lesson = read_lesson(write_lesson(tmp_path, "01_lesson", text))
    with pytest.raises(LessonError, match="01_lesson") as caught:
        source_notebook(lesson)
    assert message in str(caught.value)


def test_after_a_star_import_names_are_taken_on_trust(tmp_path: Path, write_lesson: WriteLesson) -> None:
    text = LESSON.replace("import torch\n", "from torch import *\n", 1)
    assert source_notebook(read_lesson(write_lesson(tmp_path, "01_lesson", text))).cells


def test_the_notebook_is_valid_for_jupyter_and_nbgrader(notebook: NotebookNode) -> None:
    nbformat.validate(notebook)
    MetadataValidator().validate_nb(notebook)
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)
    assert "version" not in notebook.metadata.language_info
    assert notebook.metadata.kernelspec.name == "python3"


def test_the_same_source_gives_the_same_bytes(tmp_path: Path, write_lesson: WriteLesson) -> None:
    lesson = read_lesson(write_lesson(tmp_path, "01_lesson", LESSON))
    assert nbformat.writes(source_notebook(lesson)) == nbformat.writes(source_notebook(lesson))


def test_a_cell_in_between_leaves_the_other_ids_alone(
    notebook: NotebookNode, tmp_path: Path, write_lesson: WriteLesson
) -> None:
    longer = source_notebook(read_lesson(write_lesson(tmp_path, "01_lesson", "# %%\nx = 1\n\n" + LESSON)))
    assert [cell.id for cell in longer.cells[1:]] == [cell.id for cell in notebook.cells]


def test_an_exercise_becomes_four_cells(notebook: NotebookNode) -> None:
    statement_cell, solution, hints, check = (c for c in notebook.cells if c.id.startswith("mlm-mlm_labels"))
    exercise = find("mlm.mlm_labels")
    assert statement_cell.source == statement(exercise)
    assert solution.source.startswith("def mlm_labels(")
    assert "### BEGIN SOLUTION" in solution.source
    assert hints.source == folded_hints(exercise.hints)
    assert check.source == 'check("mlm.mlm_labels", mlm_labels)'
    assert solution.metadata.nbgrader == {
        "schema_version": 3,
        "grade": False,
        "grade_id": "mlm-mlm_labels",
        "locked": False,
        "solution": True,
        "task": False,
    }
    assert check.metadata.nbgrader == {
        "schema_version": 3,
        "grade": True,
        "grade_id": "mlm-mlm_labels-check",
        "locked": True,
        "points": exercise.points,
        "solution": False,
        "task": False,
    }
    assert check.metadata.tags == ["raises-exception"]
    assert "tags" not in solution.metadata


def test_ordinary_code_is_a_demonstration_unless_it_is_setup(notebook: NotebookNode) -> None:
    assert cell(notebook, "%matplotlib").metadata.tags == ["setup"]
    assert cell(notebook, "print(mlm_labels)").metadata.tags == ["demonstration", "nbval-check-output", "personal"]
    assert cell(notebook, "print(mlm_labels)").metadata.jupyter == {"source_hidden": True}
    assert cell(notebook, "1 / 0").metadata.tags == ["demonstration", "raises-exception"]
    assert cell(notebook, "Guess.").metadata == {}


def an_exercise(**changes: object) -> Exercise:
    values = {
        "difficulty": Difficulty.HARD,
        "minutes": 12,
        "why": "It *matters*.",
        "title": "Do it",
        "hints": (Hint("`list<b>` fails & burns", "Use **this**."), Hint("two", "- item"), Hint("three", "`code`")),
    }
    return Exercise(
        **{**vars(find("mlm.select_positions")), **values, **changes}  # type: ignore[arg-type]
    )


def test_a_statement_says_what_why_and_how_much() -> None:
    exercise = an_exercise()
    text = MarkdownIt().render(statement(exercise))
    page = BeautifulSoup(text, "html.parser")
    assert page.h3 is not None
    assert page.h3.text == "Exercise: Do it"
    assert "●●● hard · about 12 minutes · 3 points" in page.text
    assert "<em>matters</em>" in text
    assert [item.text for item in page.find_all("li")] == [
        "every ordinary position is selected independently, with the given probability (1.5 points)",
        "special positions and padding are never selected (1 point)",
        "a probability outside 0 to 1 raises a ValueError that contains it (0.5 points)",
    ]


def test_hints_unfold_one_inside_the_other_and_render_their_markdown() -> None:
    page = BeautifulSoup(MarkdownIt().render(folded_hints(an_exercise().hints)), "html.parser")
    first, second, third = page.find_all("details")
    assert second in first.find_all("details")
    assert third in second.find_all("details")
    assert first.summary.decode_contents() == "Hint 1: <code>list&lt;b&gt;</code> fails &amp; burns"
    assert first.strong.text == "this"
    assert second.li.text == "item"
    assert third.find("p").code.text == "code"
    assert [details.parent for details in page.find_all("details", recursive=False)] == [page]


def test_a_written_answer_is_one_that_a_human_grades(tmp_path: Path, write_lesson: WriteLesson) -> None:
    notebook = source_notebook(read_lesson(write_lesson(tmp_path, "01_lesson", LESSON + WRITTEN)))
    MetadataValidator().validate_nb(notebook)
    cell = notebook.cells[-1]
    assert (cell.cell_type, cell.id) == ("markdown", "mlm-in-your-words")
    assert cell.source.startswith("Because it sees the answer.")
    written = cell.metadata.nbgrader
    assert (written.grade, written.solution, written.locked, written.points) == (True, True, False, 3)
    assert written.grade_id == "mlm-in-your-words"
