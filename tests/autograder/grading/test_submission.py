"""What is taken of a notebook that was handed in: the answers' sources, whatever state the file is in."""

import codecs
import json
import os
import random
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest

from autograder import foreign
from autograder.exercises import CATALOGUE
from autograder.foreign import FoundCell, defining
from autograder.grading.assignment import Assignment, is_judged, is_written_by_learners
from autograder.grading.submission import Submission, read, read_file, rebuilt
from grading import papers
from grading.papers import Content, answered, as_bytes, cell_of, content_of

LABELS, CORRUPT, HEAD = "mlm-mlm_labels", "mlm-corrupt", "mlm-MLMHead"
ANSWER = "def mlm_labels(input_ids, selected):\n    return 'mine'\n"
OTHER = "def mlm_labels(input_ids, selected):\n    return 'another'\n"


@pytest.fixture
def content(assignment: Assignment) -> Content:
    """The lesson with one answer written."""
    return answered(assignment, {"mlm.mlm_labels": ANSWER})


def place_of(content: Content, name: str) -> int:
    cells: list[Content] = content["cells"]
    return cells.index(cell_of(content, name))


def test_every_answer_is_taken_from_its_cell(assignment: Assignment) -> None:
    answers = {exercise.id: f"# {exercise.id}\n" for exercise in assignment.exercises}
    found = read(as_bytes(answered(assignment, answers)), assignment)
    told = {exercise.id.replace(".", "-"): answers[exercise.id] for exercise in assignment.exercises}
    assert found.answers == told | {"mlm-in-your-words": "YOUR ANSWER HERE"}
    assert (found.notes, found.unreadable) == ((), None)


def without_grade_id(content: Content) -> None:
    """As editors do that drop metadata they do not know."""
    cell_of(content, LABELS)["metadata"] = {}


def without_any_id(content: Content) -> None:
    cell = cell_of(content, LABELS)
    cell["metadata"] = {}
    del cell["id"]


def retyped(kind: str) -> Callable[[Content], None]:
    def change(content: Content) -> None:
        cell_of(content, LABELS)["cell_type"] = kind

    return change


def moved(content: Content) -> None:
    content["cells"].insert(0, content["cells"].pop(place_of(content, LABELS)))


def with_source(source: Any) -> Callable[[Content], None]:
    def change(content: Content) -> None:
        cell_of(content, LABELS)["source"] = source

    return change


def in_format_3(content: Content) -> None:
    """Worksheets, and `input` for the source of code."""
    cells = content.pop("cells")
    for cell in cells:
        if cell["cell_type"] == "code":
            cell["input"] = cell.pop("source")
    content |= {"nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": cells[:9]}, {"cells": cells[9:]}]}


def in_another_version(major: Any, minor: Any) -> Callable[[Content], None]:
    def change(content: Content) -> None:
        content |= {"nbformat": major, "nbformat_minor": minor}

    return change


def with_old_schema(content: Content) -> None:
    for cell in content["cells"]:
        cell["metadata"].get("nbgrader", {})["schema_version"] = 1


@pytest.mark.parametrize(
    "change",
    [
        *(without_grade_id, without_any_id, moved, with_old_schema, in_format_3),
        *(retyped("markdown"), retyped("raw"), retyped("heading")),
        *(with_source(ANSWER.splitlines(keepends=True)), with_source([ANSWER, 3, None, ["no"], {}])),
        *(in_another_version(4, 0), in_another_version(4, 99), in_another_version(99, 0)),
        *(in_another_version(None, None), in_another_version("four", [])),
    ],
    ids=[
        *("no-grade-id", "no-id", "moved", "old-schema", "format-3", "markdown", "raw", "heading"),
        *("lines", "odd-lines", "4.0", "4.99", "99.0", "null", "odd"),
    ],
)
def test_an_answer_is_found_however_its_cell_has_changed(
    assignment: Assignment, content: Content, change: Callable[[Content], None]
) -> None:
    change(content)
    found = read(as_bytes(content), assignment)
    assert found.answers[LABELS] == ANSWER
    assert found.answers.keys() == assignment.stubs.keys()
    assert (found.notes, found.unreadable) == ((), None)


@pytest.mark.parametrize("source", [None, 3, {}, {"source": ANSWER}, [[ANSWER]], True], ids=repr)
def test_a_source_that_is_no_text_is_an_empty_answer(assignment: Assignment, content: Content, source: Any) -> None:
    with_source(source)(content)
    assert read(as_bytes(content), assignment).answers[LABELS] == ""


@pytest.mark.parametrize("metadata", [None, 3, [], "text", {"nbgrader": 3}, {"nbgrader": {"grade_id": 3}}], ids=repr)
def test_metadata_that_are_none_hide_no_answer(assignment: Assignment, content: Content, metadata: Any) -> None:
    cell_of(content, LABELS)["metadata"] = metadata
    assert read(as_bytes(content), assignment).answers[LABELS] == ANSWER


@pytest.mark.parametrize("definition", ["def mlm_labels(a, b):", "async def mlm_labels(a, b):", "class mlm_labels:"])
def test_by_the_name_only_definitions_at_the_margin_count(
    assignment: Assignment, content: Content, definition: str
) -> None:
    without_any_id(content)
    cell_of_answer = next(cell for cell in content["cells"] if cell["source"] == ANSWER)
    cell_of_answer["source"] = f"x = 1\n{definition}\n    pass\n"
    assert read(as_bytes(content), assignment).answers[LABELS] == cell_of_answer["source"]
    cell_of_answer["source"] = f"if True:\n    {definition}\n        pass\n"
    assert LABELS not in read(as_bytes(content), assignment).answers


@pytest.mark.parametrize("name", ["mlm_labels_2", "my_mlm_labels"])
def test_a_longer_name_is_another_name(assignment: Assignment, content: Content, name: str) -> None:
    without_any_id(content)
    next(cell for cell in content["cells"] if cell["source"] == ANSWER)["source"] = f"def {name}(a, b): pass"
    found = read(as_bytes(content), assignment)
    assert LABELS not in found.answers
    assert found.notes == (f"no cell answers {LABELS}",)


def test_ids_come_before_names(assignment: Assignment, content: Content) -> None:
    cell_of(content, HEAD)["source"] = OTHER
    found = read(as_bytes(content), assignment)
    assert (found.answers[LABELS], found.answers[HEAD]) == (ANSWER, OTHER)


def test_a_missing_cell_is_a_missing_answer(assignment: Assignment, content: Content) -> None:
    del content["cells"][place_of(content, CORRUPT)]
    found = read(as_bytes(content), assignment)
    assert found.answers.keys() == assignment.stubs.keys() - {CORRUPT}
    assert found.notes == (f"no cell answers {CORRUPT}",)


@pytest.mark.parametrize(
    ("sources", "taken", "noted"),
    [
        ([ANSWER, "STUB"], ANSWER, False),
        (["STUB", ANSWER], ANSWER, False),
        ([ANSWER, OTHER], f"{ANSWER}\n\n{OTHER}", True),
        ([OTHER, ANSWER, "STUB"], f"{OTHER}\n\n{ANSWER}", True),
        ([ANSWER, ANSWER], ANSWER, False),
        (["STUB", "STUB"], "STUB", False),
    ],
    ids=["stub-last", "stub-first", "two", "two-and-stub", "the-same", "stubs"],
)
def test_of_several_cells_all_that_were_changed_count(
    assignment: Assignment, content: Content, sources: list[str], taken: str, noted: bool
) -> None:
    stub = assignment.stubs[LABELS]
    place = place_of(content, LABELS)
    content["cells"][place : place + 1] = [
        content["cells"][place] | {"source": stub if source == "STUB" else source} for source in sources
    ]
    found = read(as_bytes(content), assignment)
    assert found.answers[LABELS] == (stub if taken == "STUB" else taken)
    notes = (f"2 cells answer {LABELS}; they were run one after the other",) if noted else ()
    assert found.notes == notes


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode(),
        lambda text: codecs.BOM_UTF8 + text.encode(),
        lambda text: text.encode("utf-16"),
        lambda text: text.encode("utf-16-le"),
        lambda text: text.encode("utf-16-be"),
        lambda text: text.encode("utf-32"),
        lambda text: b" \r\n\t" + text.encode() + b"\n\n",
    ],
    ids=["utf-8", "bom", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "space"],
)
def test_the_encodings_that_editors_write_are_read(
    assignment: Assignment, content: Content, encode: Callable[[str], bytes]
) -> None:
    source = ANSWER + "# für 猫 und 🐻\n"
    cell_of(content, LABELS)["source"] = source
    found = read(encode(json.dumps(content, ensure_ascii=False)), assignment)
    assert found.answers[LABELS] == source


def test_bytes_that_are_no_utf_8_cost_themselves_only(assignment: Assignment, content: Content) -> None:
    cell_of(content, LABELS)["source"] = ANSWER + "# f\u00fcr"
    found = read(json.dumps(content, ensure_ascii=False).encode("latin-1", "replace"), assignment)
    assert found.answers[LABELS] == ANSWER + "# f\ufffdr"


@pytest.mark.parametrize(
    ("written", "taken"),
    [("\ud83d", "?"), ("a\udc00b", "a?b"), ("\ud83d\udc3b", "🐻"), ("\0", "\0")],
    ids=["high", "low", "pair", "nul"],
)
def test_what_is_no_text_becomes_some(assignment: Assignment, content: Content, written: str, taken: str) -> None:
    cell_of(content, LABELS)["source"] = written
    found = read(as_bytes(content), assignment)
    assert found.answers[LABELS] == taken
    nbformat.validate(rebuilt(assignment, found))
    found.answers[LABELS].encode()


UNREADABLE = {
    "empty": (b"", "the file is empty"),
    "space": (b" \n\t ", "the file is empty"),
    "nul": (b"\0" * 64, "it is not JSON"),
    "python": (ANSWER.encode(), "it is not JSON"),
    "html": (b"<!DOCTYPE html><title>Sign in</title>", "it is not JSON"),
    "zip": (b"PK\x03\x04" + bytes(range(256)), "it is not JSON"),
    "merge": (b"<<<<<<< HEAD\n{}", "it is not JSON"),
    "deep-list": (b"[" * 200_000, "it is not JSON"),
    "deep-dict": (b'{"cells":' * 200_000, "it is not JSON"),
    "long-number": (b'{"cells": ' + b"9" * 10_000 + b"}", "it is not JSON"),
    "null": (b"null", "has no cells"),
    "list": (b"[1, 2]", "has no cells"),
    "text": (b'"cells"', "has no cells"),
    "no-cells": (b'{"nbformat": 4}', "has no cells"),
    "odd-cells": (b'{"cells": {"0": {"source": "x"}}}', "has no cells"),
    "cells-that-are-none": (b'{"cells": [1, null, "x", []]}', "has no cells"),
    "odd-worksheets": (b'{"worksheets": [3, {"cells": 3}]}', "has no cells"),
}


@pytest.mark.parametrize(("data", "reason"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_no_notebook_is_unreadable_with_a_reason(assignment: Assignment, data: bytes, reason: str) -> None:
    found = read(data, assignment)
    assert found.unreadable is not None
    assert reason in found.unreadable
    assert found.answers == {}
    nbformat.validate(rebuilt(assignment, found))


def test_a_truncated_notebook_is_unreadable(assignment: Assignment, content: Content) -> None:
    data = as_bytes(content)
    found = read(data[: len(data) // 2], assignment)
    assert "JSONDecodeError" in (found.unreadable or "")


def test_an_answer_nobody_wrote_by_hand_says_why_it_is_not_graded(assignment: Assignment, content: Content) -> None:
    cell_of(content, LABELS)["source"] = "x = 1\n" * foreign.LONGEST_ANSWER
    answer = read(as_bytes(content), assignment).answers[LABELS]
    with pytest.raises(ValueError, match=r"more than 200,000 characters"):
        exec(answer)
    cell_of(content, LABELS)["source"] = longest = "#" * foreign.LONGEST_ANSWER
    assert read(as_bytes(content), assignment).answers[LABELS] == longest


def test_an_answer_below_an_untouched_stub_is_taken_and_noted(assignment: Assignment, content: Content) -> None:
    place = place_of(content, LABELS)
    stub = assignment.stubs[LABELS]
    own = {"cell_type": "code", "id": "own", "metadata": {}, "source": ANSWER, "outputs": []}
    content["cells"][place]["source"] = stub
    content["cells"].insert(place + 1, own)
    found = read(as_bytes(content), assignment)
    assert found.answers[LABELS] == ANSWER
    assert found.notes == (f"{LABELS} is answered in a cell of the student's own",)


def test_what_the_lesson_itself_defines_is_nobodys_answer(assignment: Assignment, content: Content) -> None:
    place = place_of(content, LABELS)
    demonstration = next(cell for cell in assignment.skeleton.cells if "demonstration" in cell.metadata.get("tags", []))
    lessons_own = replace(assignment, skeleton=deepcopy(assignment.skeleton))
    for cell in lessons_own.skeleton.cells:
        if cell.id == demonstration.id:
            cell.source = ANSWER
    content["cells"][place]["source"] = assignment.stubs[LABELS]
    next(cell for cell in content["cells"] if cell["id"] == demonstration.id)["source"] = ANSWER
    assert read(as_bytes(content), lessons_own).answers[LABELS] == assignment.stubs[LABELS]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b'{"cells":[' + b"{}," * foreign.MOST_CELLS + b"{}]}", "more than 2,000 cells"),
        (b'{"cells":[' + b"[]," * 100_000 + b"[]]}", "has no cells"),
        (b" " * (foreign.LARGEST_FILE + 1), "clear the outputs"),
    ],
    ids=["cells", "lists", "bytes"],
)
def test_what_would_take_long_to_look_through_is_not_read(
    assignment: Assignment, tmp_path: Path, content: bytes, why: str
) -> None:
    path = tmp_path / "lesson.ipynb"
    path.write_bytes(content)
    assert why in str(read_file(path, assignment).unreadable)


def test_own_cells_are_looked_through_up_to_a_limit(assignment: Assignment, content: Content) -> None:
    own = {"cell_type": "code", "metadata": {}, "outputs": []}
    long = "x = 1\n" * (foreign.LONGEST_ANSWER // 7)
    content["cells"] += [own | {"source": "first = 1"}, own | {"source": long}, own | {"source": long}]
    content["cells"] += [own | {"source": long}, own | {"source": "last = 1"}]
    names = read(as_bytes(content), assignment).own_names
    assert "first" in names
    assert "last" not in names


def test_long_outputs_take_nothing_away(assignment: Assignment, content: Content) -> None:
    cell_of(content, LABELS)["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "x" * 20_000_000}]
    assert read(as_bytes(content), assignment).answers[LABELS] == ANSWER


def test_own_names_are_those_of_cells_that_are_not_graded(assignment: Assignment, content: Content) -> None:
    own = {
        "cell_type": "code",
        "metadata": {},
        "source": "import os.path, numpy as np\nfrom a.b import c as d\nmine = yours = 1\n"
        "def helper():\n    inner = 1\nasync def later(): pass\nclass Helper: pass\nif True:\n    hidden = 1\n",
    }
    content["cells"] += [own, own | {"source": "this is not Python"}, own | {"source": "(" * 100_000}]
    names = read(as_bytes(content), assignment).own_names
    assert {"os", "np", "d", "mine", "yours", "helper", "later", "Helper"} <= names
    assert names.isdisjoint({"inner", "hidden", "numpy", "c", "mlm_labels"})


def tamper(content: Content) -> None:
    """Whatever a student may do beside answering."""
    script = {"output_type": "display_data", "data": {"text/html": "<script>alert(1)</script>"}, "metadata": {}}
    for cell in content["cells"]:
        nbgrader = cell["metadata"].get("nbgrader")
        if nbgrader:
            nbgrader |= {"points": 1000, "grade": True, "locked": False, "schema_version": 1, "task": True}
        cell["metadata"] |= {"tags": ["skip-execution", "hide_input"], "evil": SCRIPT, "deletable": True}
        if cell["cell_type"] == "code":
            cell |= {"outputs": [script], "execution_count": 666}
        if nbgrader is None or not nbgrader["solution"]:
            cell["source"] = SCRIPT
    content["cells"].insert(0, {"cell_type": "code", "id": "evil", "metadata": {}, "source": SCRIPT, "outputs": []})
    content["cells"] += [deepcopy(cell_of(content, f"{LABELS}-check"))] * 2
    content["metadata"] |= {"kernelspec": {"name": SCRIPT}, "widgets": SCRIPT, "course": {"sources_sha256": "0"}}
    content["evil"] = SCRIPT


SCRIPT = "open('/tmp/evil', 'w')  # <script>"


def test_nothing_of_a_student_but_answers_reaches_the_rebuilt_notebook(
    assignment: Assignment, content: Content
) -> None:
    before = deepcopy(assignment.skeleton)
    tamper(content)
    notebook = rebuilt(assignment, read(as_bytes(content), assignment))
    assert notebook.metadata == assignment.skeleton.metadata
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert notebook.keys() == assignment.skeleton.keys()
    for cell, released in zip(notebook.cells, assignment.skeleton.cells, strict=True):
        source = ANSWER if cell.metadata.get("nbgrader", {}).get("grade_id") == LABELS else released.source
        empty = {"outputs": [], "execution_count": None} if cell.cell_type == "code" else {}
        assert cell == released | {"source": source} | empty
    assert assignment.skeleton == before
    nbformat.validate(notebook)


def test_an_answer_that_is_missing_is_empty_in_the_rebuilt_notebook(assignment: Assignment) -> None:
    notebook = rebuilt(assignment, Submission({LABELS: (ANSWER,)}))
    sources = {cell.metadata.nbgrader.grade_id: cell.source for cell in notebook.cells if is_written_by_learners(cell)}
    assert sources == dict.fromkeys(assignment.stubs, "") | {LABELS: ANSWER}
    assert sum(map(is_judged, notebook.cells)) == len(assignment.exercises)


@pytest.fixture
def handed_in(tmp_path: Path, content: Content) -> Path:
    """A file where nbgrader has it, with another student's beside it."""
    for student in ("ann", "ben"):
        path = tmp_path / "submitted" / student / papers.LESSON / f"{papers.LESSON}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(as_bytes(content))
    return path


def test_a_file_is_read(assignment: Assignment, handed_in: Path) -> None:
    assert read_file(handed_in, assignment).answers[LABELS] == ANSWER


@pytest.mark.parametrize("above", [0, 1, 2], ids=["file", "folder", "student"])
def test_links_are_not_followed(assignment: Assignment, handed_in: Path, above: int) -> None:
    link = handed_in if above == 0 else handed_in.parents[above - 1]
    link.rename(link.with_name("elsewhere"))
    link.symlink_to(link.with_name("elsewhere"))
    assert handed_in.exists()
    found = read_file(handed_in, assignment)
    assert (found.answers, found.unreadable) == ({}, "it is a link to something else")


def test_a_link_to_nowhere_is_a_link(assignment: Assignment, handed_in: Path) -> None:
    handed_in.unlink()
    handed_in.symlink_to("/nowhere")
    assert read_file(handed_in, assignment).unreadable == "it is a link to something else"


@pytest.mark.parametrize(
    ("make", "what"),
    [
        pytest.param(os.mkfifo, "it is not a regular file", id="fifo"),
        pytest.param(os.mkdir, "it is a folder, and a notebook is a file in it", id="folder"),
        pytest.param(lambda path: os.mknod(path, 0o140600), "it is not a regular file", id="socket"),
    ],
)
def test_what_is_no_file_is_not_opened_for_long(
    assignment: Assignment, handed_in: Path, make: Callable[[Path], object], what: str
) -> None:
    handed_in.unlink()
    make(handed_in)
    assert read_file(handed_in, assignment).unreadable == what


def test_a_file_that_is_too_large_is_not_read(
    assignment: Assignment, handed_in: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(foreign, "LARGEST_FILE", 1000)
    assert "1,000 are read at most" in (read_file(handed_in, assignment).unreadable or "")


def test_a_sparse_file_of_a_terabyte_is_not_read(assignment: Assignment, handed_in: Path) -> None:
    os.truncate(handed_in, 2**40)
    assert "1,099,511,627,776 bytes" in (read_file(handed_in, assignment).unreadable or "")


def test_a_file_that_is_not_there_is_no_submission(assignment: Assignment, handed_in: Path) -> None:
    handed_in.unlink()
    with pytest.raises(FileNotFoundError):
        read_file(handed_in, assignment)


def random_value(numbers: random.Random, depth: int = 0) -> Any:
    """Some JSON."""
    plain: list[Any] = [None, True, 0, -1, 1e308, "", "code", "text", "\0", "\ud800", 2**70]
    if depth > 3 or numbers.random() < 0.6:
        return numbers.choice(plain)
    size = numbers.randrange(4)
    if numbers.random() < 0.5:
        return [random_value(numbers, depth + 1) for _ in range(size)]
    keys = ["cells", "source", "metadata", "nbgrader", "grade_id", "id", "input", "worksheets"]
    return {numbers.choice(keys): random_value(numbers, depth + 1) for _ in range(size)}


@pytest.mark.parametrize("seed", range(20))
def test_reading_and_rebuilding_never_raise(assignment: Assignment, seed: int) -> None:
    numbers = random.Random(seed)
    for _ in range(20):
        found = read(
            as_bytes({"cells": [random_value(numbers) for _ in range(6)], "worksheets": random_value(numbers)}),
            assignment,
        )
        assert all(isinstance(source, str) for source in found.answers.values())
        nbformat.validate(rebuilt(assignment, found))


def test_the_released_lesson_is_left_as_it_was(assignment: Assignment) -> None:
    assert read(as_bytes(content_of(assignment)), assignment).answers == assignment.stubs


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("def load_checkpoint(path):\n    return 1\n", True),
        ("x = 1\ndef save_checkpoint(path):\n    return 1\n", True),
        ("save_checkpoint = load_checkpoint = None\n", False),  # in passing, as a demonstration does
        ("TABLE = {}\n", True),
        ("TABLE: dict[str, str] = {}\n", True),
        ("TABLE == {}\n", False),
        ("TABLES = {}\n", False),
        ("if True:\n    TABLE = {}\n", False),
    ],
)
def test_a_cell_without_ids_is_known_by_any_name_that_it_defines(source: str, found: bool) -> None:
    exercise = replace(CATALOGUE[0], defines=("a:save_checkpoint", "a:load_checkpoint", "a:TABLE"))
    assert defining(exercise, [FoundCell((), source)]) == ([0] if found else [])
