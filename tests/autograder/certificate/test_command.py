"""`autograder certificate`: what it says of right, wrong, missing and damaged notebooks, and what it writes."""

import json
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from corpus.base import CORRUPT, LABELS, NAME, SCRIPT, WRONG_CORRUPT
from grading.papers import Content, cell_of
from typer.testing import CliRunner, Result

from autograder import foreign
from autograder.certificate import unconfined
from autograder.certificate.page import MADE_BY
from autograder.cli import app
from autograder.exercises import CATALOGUE
from autograder.lessons.source import lesson_path, solution_path

EMPTY_LESSON = "00_without"
GRAND = "All exercises passed, with distinction"
SANDBOX, OWN = (), ("--without-sandbox",)


def certificate(*arguments: str | Path) -> Result:
    """Nothing may get past it as an exception."""
    result = CliRunner().invoke(app, ["certificate", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.output + result.stderr
    return result


@pytest.fixture
def right(built_course: Path) -> Content:
    """The lesson with the library's own answers, as plain JSON values."""
    content: Content = json.loads(solution_path(built_course, NAME).read_text(encoding="utf-8"))
    return content


def written(folder: Path, content: Any, name: str = f"{NAME}.ipynb") -> Path:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def rows(result: Result) -> dict[str, dict[str, Any]]:
    told = json.loads(result.stdout)
    return {row["exercise"]: row for notebook in told["notebooks"] for row in notebook["rows"]}


@pytest.fixture(params=[pytest.param(SANDBOX, id="sandbox"), pytest.param(OWN, id="own")])
def ways(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """Both ways of judging."""
    if request.param == SANDBOX:
        request.getfixturevalue("needs_sandbox")
    return tuple(request.param)


def test_right_answers_hold(ways: tuple[str, ...], built_course: Path, right: Content, tmp_path: Path) -> None:
    """Wherever the notebook is, and whatever it is called: it says itself which lesson it is."""
    path = written(tmp_path, right, "copy (1).ipynb")
    page = tmp_path / "held.html"
    result = certificate(path, "--root", built_course, "--output", page, *ways)
    assert result.exit_code == (0 if ways == SANDBOX else 1), result.output
    assert "✓ mlm.mlm_labels" in result.stdout
    assert "2 of 2 points" in result.stdout
    assert ("in a sandbox" in result.stdout) == (ways == SANDBOX)
    assert "with the full tests" in result.stdout
    assert MADE_BY in page.read_text(encoding="utf-8")


def test_what_does_not_hold_is_told_apart(
    ways: tuple[str, ...], built_course: Path, right: Content, tmp_path: Path
) -> None:
    """One wrong answer and one whose cell is gone; what is seen of the wrong one may hold its author's own words."""
    cell_of(right, CORRUPT)["source"] = WRONG_CORRUPT.replace(
        "return torch.zeros(1)", f"raise RuntimeError({SCRIPT!r})"
    )
    right["cells"] = [cell for cell in right["cells"] if cell["metadata"].get("nbgrader", {}).get("grade_id") != LABELS]
    result = certificate(written(tmp_path, right), "--root", built_course, "--json", *ways)
    assert result.exit_code == 1, result.output
    found = rows(result)
    assert (found["mlm.corrupt"]["state"], found["mlm.corrupt"]["points"]) == ("not passed", 0.0)
    assert "RuntimeError" in found["mlm.corrupt"]["told"]
    assert found["mlm.mlm_labels"]["state"] == "not there"
    assert "no cell" in found["mlm.mlm_labels"]["told"]


def test_own_notebooks_are_asked_for_all_of_their_lesson(built_course: Path, right: Content, tmp_path: Path) -> None:
    """Without the grader nobody knows that this lesson has two exercises: those of its subject are asked for."""
    result = certificate(written(tmp_path, right), "--json", *OWN)
    assert set(rows(result)) == {each.id for each in CATALOGUE if each.id.startswith("mlm.")}
    assert [row["state"] for row in rows(result).values()].count("passed") == 2


def test_an_answer_that_ends_its_process_costs_itself_alone(right: Content, tmp_path: Path) -> None:
    cell_of(right, LABELS)["source"] = "import os\ndef mlm_labels(input_ids, selected):\n    os._exit(0)\n"
    found = rows(certificate(written(tmp_path, right), "--json", *OWN))
    assert found["mlm.mlm_labels"]["state"] == "not passed"
    assert "ended its own process" in found["mlm.mlm_labels"]["told"]
    assert found["mlm.corrupt"]["state"] == "passed"


def test_an_answer_that_hangs_costs_itself_alone(right: Content, tmp_path: Path) -> None:
    cell_of(right, LABELS)["source"] = "def mlm_labels(input_ids, selected):\n    while True: pass\n"
    (judged,) = unconfined.confirm([written(tmp_path, right)], deadline=10.0).notebooks
    told = {row.exercise: row for row in judged.rows}
    assert "still running" in told["mlm.mlm_labels"].told
    assert told["mlm.corrupt"].state == "passed"


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("import nothing_of_that_name", "one of its first cells fails: ModuleNotFoundError"),
        ("import sys; sys.exit(0)", "one of its first cells fails: exit status 0"),
        ("import os; os._exit(0)", "its process ended while its first cells ran"),
    ],
)
def test_first_cells_that_fail_are_no_answer_that_fails(source: str, why: str, right: Content, tmp_path: Path) -> None:
    right["cells"][0]["source"] = source
    result = certificate(written(tmp_path, right), *OWN)
    assert result.exit_code == 2
    assert f"could not be judged: {why}" in result.stdout


def test_first_cells_that_do_not_end(right: Content, tmp_path: Path) -> None:
    right["cells"][0]["source"] = "while True: pass"
    (judged,) = unconfined.confirm([written(tmp_path, right)], deadline=2.0).notebooks
    assert judged.not_judged == "its first cells were still running after 2 seconds"


def test_what_an_answer_prints_costs_nothing(
    ways: tuple[str, ...], built_course: Path, right: Content, tmp_path: Path
) -> None:
    cell = cell_of(right, LABELS)
    loud = 'import sys\nprint("x" * 10**7)\nprint("y" * 10**7, file=sys.stderr)\n'
    cell["source"] = f"{loud}{''.join(cell['source'])}\n{loud}"
    result = certificate(written(tmp_path, right), "--root", built_course, *ways)
    assert "✓ mlm.mlm_labels" in result.stdout
    assert len(result.output) < 10_000


def test_an_exercise_that_is_answered_twice(
    ways: tuple[str, ...], built_course: Path, right: Content, tmp_path: Path
) -> None:
    """As in a notebook whose cell was split or copied: the cells run in their order, and the last word counts."""
    cell = cell_of(right, CORRUPT)
    first = {**cell, "source": WRONG_CORRUPT, "id": "other"}
    right["cells"].insert(right["cells"].index(cell), first)
    options = ("--root", built_course, "--json", *ways)
    assert rows(certificate(written(tmp_path, right), *options))["mlm.corrupt"]["state"] == "passed"
    first["source"], cell["source"] = cell["source"], first["source"]
    assert rows(certificate(written(tmp_path, right), *options))["mlm.corrupt"]["state"] == "not passed"


FORGES = """
import autograder.certificate.child
autograder.certificate.child.judged = lambda *_: {{"outcome": "passed", "points": {points}, "seen": ""}}
def mlm_labels(input_ids, selected):
    return input_ids
"""


@pytest.mark.parametrize("points", ["1e9", "-1.0", "float('nan')", "None", "[]"])
def test_more_than_an_exercise_is_worth_is_no_result(points: str, right: Content, tmp_path: Path) -> None:
    """Where the code of a notebook runs beside the judging, it can change what is said."""
    cell_of(right, LABELS)["source"] = FORGES.format(points=points)
    result = certificate(written(tmp_path, right), "--json", *OWN)
    told = json.loads(result.stdout)
    assert "is no result" in rows(result)["mlm.mlm_labels"]["told"]
    assert rows(result)["mlm.corrupt"]["state"] == "passed"  # on its own, since somebody else may be the cause
    assert (told["passed"], told["points"], told["sandbox"]) == (1, 4.0, False)


def test_where_a_verdict_can_be_forged_the_certificate_says_so(
    needs_sandbox: None, built_course: Path, right: Content, tmp_path: Path
) -> None:
    cell_of(right, LABELS)["source"] = FORGES.format(points="2.0")
    path, page = written(tmp_path, right), tmp_path / "held.html"
    result = certificate(path, "--output", page, *OWN)
    assert "✓ mlm.mlm_labels" in result.stdout
    for text in (result.stdout, page.read_text(encoding="utf-8")):
        assert "or change what is said here" in text
    result = certificate(path, "--root", built_course)
    assert "✗ mlm.mlm_labels" in result.stdout
    assert "change what is said" not in result.stdout


LABELS_ALONE = "import torch\ndef mlm_labels(input_ids, selected):\n    return torch.where(selected, input_ids, -100)\n"
OTHERS = "def corrupt(*_): ...\ndef select_positions(*_): ...\n"


def test_cells_that_an_editor_has_renamed(
    ways: tuple[str, ...], built_course: Path, right: Content, tmp_path: Path
) -> None:
    """All of nbgrader is lost, in nbformat 3 with a mark of its byte order: cells are known by what they define."""
    cells = [{"cell_type": "code", "input": source, "outputs": []} for source in (OTHERS, LABELS_ALONE)]
    path = tmp_path / f"{NAME}.ipynb"
    path.write_text(json.dumps({"nbformat": 3, "worksheets": [{"cells": cells}]}), encoding="utf-8-sig")
    found = rows(certificate(path, "--root", built_course, "--json", *ways))
    assert (found["mlm.mlm_labels"]["state"], found["mlm.corrupt"]["state"]) == ("passed", "not passed")


def test_a_notebook_of_something_else(needs_sandbox: None, built_course: Path, tmp_path: Path) -> None:
    """It may have a function of one of the names: that makes it no lesson of this course."""
    path = written(tmp_path, {"cells": [{"source": "def mlm_labels(x): return x"}]}, "exam.ipynb")
    for options, what in ((OWN, "that it is a lesson"), (("--root", built_course), "which lesson it is")):
        result = certificate(path, *options)
        assert result.exit_code == 2
        assert f"could not be judged: it does not say {what}" in result.stdout
        assert result.stdout.splitlines()[-1] == "Nothing was judged."


def nested(_: Content) -> str:
    return "[" * 200_000


DAMAGED: dict[str, tuple[Callable[[Content], Any], str]] = {
    "empty": (lambda _: "", "the file is empty"),
    "no JSON": (lambda content: json.dumps(content)[:-200], "it is not JSON"),
    "a list": (lambda _: "[1, 2]", "no cells as a notebook has"),
    "cells that are none": (lambda _: {"cells": "x" * 100}, "no cells as a notebook has"),
    "deep": (nested, "it is not JSON"),
    "brackets": (lambda _: "[" * (foreign.MOST_BRACKETS + 1), "brackets"),
    "cells": (lambda _: {"cells": [{}] * (foreign.MOST_CELLS + 1)}, "more than 2,000 cells"),
    "large": (lambda _: " " * (foreign.LARGEST_FILE + 1), "clear the outputs"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_what_is_no_notebook_is_named(name: str, right: Content, tmp_path: Path) -> None:
    damage, why = DAMAGED[name]
    result = certificate(written(tmp_path, damage(right)), *OWN)
    assert result.exit_code == 2
    (line,) = [line for line in result.stdout.splitlines() if "could not be judged" in line]
    assert why in line


def test_places_without_a_notebook_are_named(needs_sandbox: None, built_course: Path, tmp_path: Path) -> None:
    """Also a name that can be none, and links that lead in a circle; nothing is judged, so nothing is written."""
    circle = tmp_path / "circle.ipynb"
    circle.symlink_to(circle)
    unknown = written(
        tmp_path, {"cells": [{"source": "1"}], "metadata": {"course": {"lesson": "\x1b[2J99_no"}}}, "x.ipynb"
    )
    output = tmp_path / "none.json"
    places = [tmp_path, tmp_path / "missing.ipynb", circle, "x" * 5000, unknown]
    for options in (OWN, ("--root", built_course)):
        result = certificate(*places, "--output", output, *options)
        assert result.exit_code == 2
        assert "\x1b" not in result.output
        assert "it is a folder" in result.stdout
        assert "there is no such file" in result.stdout
        assert not output.exists()
        assert "is not written" in result.stderr
    assert f"name it after one: {NAME}" in result.stdout


def test_a_lesson_is_judged_once(needs_sandbox: None, built_course: Path, right: Content, tmp_path: Path) -> None:
    paths = written(tmp_path, "", "a.ipynb"), written(tmp_path, "", "b.ipynb")
    for path in paths:
        path.write_text(lesson_path(built_course, NAME).read_text(encoding="utf-8"), encoding="utf-8")
    result = certificate(*paths, "--root", built_course)
    assert result.exit_code == 2
    assert f"its lesson, {NAME}, is that of {paths[0]} too" in result.stdout
    assert result.stdout.count("it is not written yet") == 2


def test_a_lesson_without_exercises_takes_nothing_away(
    needs_sandbox: None, make_course: Callable[[Path], Path], write_lesson: Callable[..., Path], tmp_path: Path
) -> None:
    root = make_course(tmp_path / "course")
    write_lesson(root, EMPTY_LESSON, '# %%\nprint("a page to read")\n')
    path = written(tmp_path, {"cells": [{"source": "1"}]}, f"{EMPTY_LESSON}.ipynb")
    result = certificate(path, "--root", root)
    assert "has no cell for an exercise" in result.stdout
    assert "could not be judged" not in result.stdout
    assert result.exit_code == 2  # since there is nothing at all that could hold


def test_no_sandbox_is_no_reason_to_go_on_without(
    no_bubblewrap: None, built_course: Path, right: Content, tmp_path: Path
) -> None:
    result = certificate(written(tmp_path, right), "--root", built_course)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "there is no bubblewrap" in result.stderr
    assert "--without-sandbox" in result.stderr


def test_a_folder_that_is_no_course(tmp_path: Path) -> None:
    result = certificate(tmp_path / "x.ipynb", "--root", tmp_path)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("autograder: there is no nbgrader_config.py")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("held.pdf", "let its name end in .html or .json"),
        ("nowhere/held.html", "there is no folder"),
        ("mine.html", "would be overwritten"),
        ("folder.html", "would be overwritten"),
    ],
)
def test_what_cannot_be_written_is_said_first(name: str, said: str, right: Content, tmp_path: Path) -> None:
    (tmp_path / "mine.html").write_text("<p>mine</p>", encoding="utf-8")
    (tmp_path / "folder.html").mkdir()
    result = certificate(written(tmp_path, right), "--output", tmp_path / name, *OWN)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
    assert (tmp_path / "mine.html").read_text(encoding="utf-8") == "<p>mine</p>"


class Texts(HTMLParser):
    """The elements and the text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_both_forms_of_the_file_say_the_same_and_take_the_place_of_an_earlier_one(
    right: Content, tmp_path: Path
) -> None:
    cell_of(right, CORRUPT)["source"] = WRONG_CORRUPT.replace(
        "return torch.zeros(1)", f"raise RuntimeError({SCRIPT!r})"
    )
    right["metadata"]["course"]["lesson"] = f"{GRAND}\u202e"
    path = written(tmp_path, right)
    for form in ("json", "html"):
        output = tmp_path / f"held.{form}"
        output.write_text(f'<!-- "{MADE_BY}" --> an earlier one', encoding="utf-8")
        result = certificate(path, "--output", output, *OWN)
        assert result.exit_code == 1
        assert "an earlier one" not in output.read_text(encoding="utf-8")
    told = json.loads((tmp_path / "held.json").read_text(encoding="utf-8"))
    assert (told["tests"], told["sandbox"], told["passed"], told["status"]) == ("full", False, 1, 1)
    assert told["versions"]["Python"]
    page = Texts()
    page.feed((tmp_path / "held.html").read_text(encoding="utf-8"))
    assert "script" not in page.elements
    assert SCRIPT in page.text
    assert "\u202e" not in page.text
    assert GRAND not in page.text + json.dumps(told)  # what a notebook calls itself is no heading, unless it is a name
    for row in told["notebooks"][0]["rows"]:
        assert row["exercise"] in page.text
        assert row["state"] in page.text
