"""What a class receives: what is in it, what is not, and that it works where nothing else is."""

import ast
import importlib.util
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

from autograder import hidden
from autograder.build import build
from autograder.class_files.bundle import (
    ENTRIES,
    FOLDER,
    RULES,
    WITHHELD,
    BundleError,
    autograder_files,
    bertkit_files,
    imports_at_loading,
    loaded_modules,
    make_bundle,
    makefile,
    released_lessons,
)
from autograder.exercise import grade_id, in_words
from autograder.exercises import CATALOGUE, find
from autograder.lessons.source import assignment_names, lesson_path, solution_path
from autograder.lessons.stub import solution_lines
from autograder.visible.outcome import FULL_TESTS_LATER, NOT_RECEIVED

pytestmark = pytest.mark.slow  # together they take most of a minute; the whole run has them

PROJECT = Path(__file__).parents[3]
LESSON = Path("lessons/02_masked_language_model/02_masked_language_model.ipynb")
LESSONS = sorted(path.relative_to(PROJECT) for path in PROJECT.glob("lessons/*/*.ipynb"))
UNFILLED = "03_next_sentence_prediction"
FIRST = find("mlm.select_positions")
"""The first exercise of that lesson."""
BINARY = (".safetensors",)

MakeCourse = Callable[[Path], Path]
WriteLesson = Callable[[Path, str, str], Path]


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bundle") / "class.zip"
    assert make_bundle(PROJECT, path) == sorted(zipfile.ZipFile(path).namelist())
    return path


@pytest.fixture(scope="module")
def files(bundle: Path) -> dict[str, bytes]:
    """What is in the archive, by its path in the folder that it unpacks to."""
    with zipfile.ZipFile(bundle) as archive:
        assert archive.testzip() is None
        return {name.removeprefix(f"{FOLDER}/"): archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def texts(files: dict[str, bytes]) -> dict[str, str]:
    return {name: content.decode() for name, content in files.items() if not name.endswith(BINARY)}


@pytest.fixture(scope="module")
def tree(bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive, unpacked where nothing else is."""
    folder = tmp_path_factory.mktemp("learner")
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(folder)
    return folder / FOLDER


@pytest.fixture(scope="module")
def alone(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which Python finds the unpacked tree and the libraries, and this checkout nowhere.

    With `-S`, Python does not read what an editable installation of this checkout left among the libraries.
    """
    libraries = [path for path in sys.path if path and not (Path(path) / "autograder").exists()]
    folder = tmp_path_factory.mktemp("jupyter")
    kernel = {
        "argv": [sys.executable, "-S", "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
    }
    (folder / "kernels" / "python3").mkdir(parents=True)
    (folder / "kernels" / "python3" / "kernel.json").write_text(json.dumps(kernel), encoding="utf-8")
    return os.environ | {"PYTHONPATH": os.pathsep.join([str(tree), *libraries]), "JUPYTER_PATH": str(folder)}


@pytest.fixture(scope="module")
def diagnosis(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What is in an archive with the diagnosis, by its path in the folder that it unpacks to."""
    path = tmp_path_factory.mktemp("diagnosis") / "class.zip"
    make_bundle(PROJECT, path, diagnosis=True)
    with zipfile.ZipFile(path) as archive:
        return {name.removeprefix(f"{FOLDER}/"): archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def full_tree(diagnosis: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """That archive, unpacked."""
    folder = tmp_path_factory.mktemp("full") / FOLDER
    for name, content in diagnosis.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def run(tree: Path, alone: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-S", *arguments]
    return subprocess.run(command, cwd=tree, env=alone, capture_output=True, text=True, check=False, timeout=300)


# -------------------------------------------------------------------------------------------------- what is in it


@pytest.mark.parametrize(
    "name",
    [
        str(LESSON),
        "README.md",
        "Makefile",
        "LICENSE",
        "environment.yml",
        "requirements.lock",
        "pyproject.toml",
        ".jupyterlab.json",
        ".make/install.py",
        "bertkit/objectives/mlm.py",
        "bertkit/py.typed",
        "bertkit/checkpoints/story_world/model.safetensors",
        "bertkit/checkpoints/story_world/README.md",
        "autograder/py.typed",
        "autograder/notebook.py",
        "autograder/visible/cases.py",
        "autograder/exercises/mlm_cases.py",
        "autograder/exercises/mlm.py",
    ],
)
def test_a_class_receives_what_it_needs(name: str, files: dict[str, bytes]) -> None:
    assert name in files


def test_nothing_else_goes_in(files: dict[str, bytes]) -> None:
    # Written out, so that whoever adds an import sees that it adds a file to what every class receives.
    assert {name for name in files if not name.startswith(("bertkit/", "autograder/"))} == {
        *map(str, LESSONS),
        "README.md",
        "Makefile",
        "LICENSE",
        "environment.yml",
        "requirements.lock",
        "pyproject.toml",
        ".jupyterlab.json",
        ".make/install.py",
        ".make/learner/labconfig/page_config.json",
    }
    assert {name.removeprefix("autograder/") for name in files if name.startswith("autograder/")} == {
        "__init__.py",
        "__main__.py",
        "calls.py",
        "certificate/__init__.py",
        "certificate/child.py",
        "certificate/confirmed.py",
        "certificate/page.py",
        "certificate/reported.py",
        "certificate/unconfined.py",
        "cli.py",
        "confined/__init__.py",
        "confined/cells.py",
        "counting.py",
        "definitions.py",
        "exercise.py",
        *(f"exercises/{path.name}" for path in (PROJECT / "autograder" / "exercises").glob("*.py")),
        "foreign.py",
        *(f"judging/{path.name}" for path in (PROJECT / "autograder" / "judging").glob("*.py")),
        *(f"kept/{path.name}" for path in (PROJECT / "autograder" / "kept").glob("*.py")),
        "modules.py",
        "names.py",
        "notebook.py",
        "py.typed",
        "running/__init__.py",
        "running/beside.py",
        "running/channel.py",
        "running/failures.py",
        "running/observe.py",
        "running/wire.py",
        "running/worker.py",
        "verdict.py",
        "visible/__init__.py",
        "visible/cases.py",
        "visible/examples.py",
        "visible/outcome.py",
        "wording.py",
    }


def test_files_are_those_of_the_course_unless_written_for_the_class(files: dict[str, bytes]) -> None:
    for name, content in files.items():
        if name not in ("README.md", "Makefile"):
            assert content == (PROJECT / name).read_bytes(), name


def test_all_modules_of_bertkit_go_in(files: dict[str, bytes]) -> None:
    modules = {path.relative_to(PROJECT).as_posix() for path in (PROJECT / "bertkit").rglob("*.py")}
    assert {name for name in files if name.startswith("bertkit/") and name.endswith(".py")} == modules


@pytest.mark.parametrize("word", ["hidden", "grading", "solutions", "tests", ".git", "gradebook", "submitted"])
def test_no_file_or_folder_has_such_a_name(word: str, files: dict[str, bytes]) -> None:
    assert not [name for name in files if word in name]


@pytest.mark.parametrize("exercise_id", [exercise.id for exercise in CATALOGUE])
def test_no_text_tells_of_the_known_mistakes(exercise_id: str, texts: dict[str, str]) -> None:
    mistakes = hidden.load(exercise_id).mistakes
    told = {text for mistake in mistakes for text in (mistake.likely, mistake.look_at)}
    # One word alone, such as "spans", tells nothing.
    told |= {mistake.name for mistake in mistakes if "-" in mistake.name} - TERMS
    assert len(told) > 2 * len(mistakes)
    # The core tells mistakes that an answer to any exercise can make, some in the same words.
    others = {name: content for name, content in texts.items() if not name.startswith("autograder/judging/")}
    # As a whole: `too-long` is not in `takes-too-long`.
    patterns = {text: re.compile(rf"(?<![\w-]){re.escape(text)}(?![\w-])") for text in told}
    found = {(name, text) for name, content in others.items() for text in told if text in content}
    assert not {(name, text) for name, text in found if patterns[text].search(others[name])}


TERMS = {"next-token"}
"""Names of mistakes that are terms of the field."""


def long_lines(text: str) -> set[str]:
    lines = (line.strip() for line in text.splitlines())
    return {line for line in lines if len(line) >= 60 and not line.startswith(("from ", "import "))}


def test_no_line_of_the_hidden_tests_is_in_a_text(texts: dict[str, str]) -> None:
    withheld = (PROJECT / "autograder" / "hidden").rglob("*.py")
    secrets = {line for path in withheld for line in long_lines(path.read_text(encoding="utf-8"))}
    # Mistakes that an answer to any exercise can make are told in the same words.
    core = (PROJECT / "autograder" / "judging").rglob("*.py")
    secrets -= {line for path in core for line in long_lines(path.read_text(encoding="utf-8"))}
    assert len(secrets) > 100
    # bertkit has lines of known mistakes, which are right answers but for a line or two.
    others = {name: text for name, text in texts.items() if not name.startswith("bertkit/")}
    assert not {(name, line) for name, text in others.items() for line in long_lines(text) & secrets}


def test_no_notebook_is_worked(texts: dict[str, str]) -> None:
    notebooks = {name: text for name, text in texts.items() if name.endswith(".ipynb")}
    assert notebooks
    for name, text in notebooks.items():
        assert text != solution_path(PROJECT, Path(name).stem).read_text(encoding="utf-8")
        judged = [cell for cell in nbformat.reads(text, as_version=4).cells if cell.metadata.get("nbgrader")]
        assert not [cell for cell in judged if cell.cell_type == "markdown" and "Rubric" in cell.source]
        cells = [cell for cell in judged if cell.cell_type == "code"]
        assert all(not cell.outputs for cell in cells)
        answers = [cell.source for cell in cells if cell.metadata["nbgrader"]["solution"]]
        assert bool(answers) == (Path(name).stem in assignment_names(PROJECT))
        assert all("raise NotImplementedError" in answer or ": ...,\n" in answer for answer in answers)
        there = {cell.metadata["nbgrader"]["grade_id"] for cell in cells if cell.metadata["nbgrader"]["solution"]}
        released = [exercise for exercise in CATALOGUE if grade_id(exercise.id) in there]
        assert len(released) == len(answers)
        for exercise in released:
            defined = re.compile(rf"^(?:(?:def|class) {exercise.names[0]}\(|{exercise.names[0]}: )", re.MULTILINE)
            (answer,) = (answer for answer in answers if defined.search(answer))
            lines = {line.strip() for line in solution_lines(exercise)} - {""}
            assert lines
            assert not lines.intersection(line.strip() for line in answer.splitlines())


def test_the_page_for_the_class(texts: dict[str, str]) -> None:
    page = texts["README.md"]
    assert f"`{LESSON}`: 2 · The masked language model" in page
    for told in ("make learn", "autograder list", "visible cases", "name unchanged", "those versions are not there"):
        assert told in page
    assert not [line for line in page.splitlines() if len(line) > 120]
    assert "{" not in page


def test_with_the_diagnosis_the_hidden_tests_go_in_and_nothing_else(
    files: dict[str, bytes], diagnosis: dict[str, bytes]
) -> None:
    there = {path.relative_to(PROJECT).as_posix() for path in (PROJECT / "autograder" / "hidden").rglob("*.py")}
    assert set(diagnosis) == set(files) | there
    assert {name for name in files if diagnosis[name] != files[name]} == {"README.md"}
    page = diagnosis["README.md"].decode()
    assert "`check` runs the full tests" in page
    assert "visible cases" not in page
    assert not [line for line in page.splitlines() if len(line) > 120]
    assert "{" not in page


def test_the_same_course_gives_the_same_bytes(bundle: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.zip"
    make_bundle(PROJECT, again)
    assert again.read_bytes() == bundle.read_bytes()
    with zipfile.ZipFile(bundle) as archive:
        entries = archive.infolist()
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.external_attr >> 16 for entry in entries} == {stat.S_IFREG | 0o644}
    assert all(entry.filename.startswith(f"{FOLDER}/") and ".." not in entry.filename for entry in entries)


# ------------------------------------------------------------------------------- that it works where nothing else is

CHECKS = """
import importlib.util
import json
import torch
from autograder import notebook
from autograder.exercises import CATALOGUE
from autograder.notebook import OneLineError, check, workbench

assert notebook.__file__.startswith({tree!r}), notebook.__file__
cards, said = [], {{}}
notebook.display = cards.append

def attempt(exercise, answer):
    named = len(exercise.names) > 1 and not callable(answer)
    answers = vars(answer).values() if named else [answer] * len(exercise.names)
    try:
        return check(exercise.id, *answers)
    except OneLineError as error:
        return f"{{type(error).__name__}}: {{error}}"

def unwritten(*_, **__):
    raise NotImplementedError

for exercise in CATALOGUE:
    workbench(exercise.id)
    reference = exercise.load_reference()
    stub = dict.fromkeys(reference, ...) if isinstance(reference, dict) else unwritten
    answers = stub, lambda *_, **__: None, reference
    said[exercise.id] = [attempt(exercise, each) for each in answers]
    workbench(exercise.id)
found = [name for name in {withheld!r} if importlib.util.find_spec(name)]
print(json.dumps([said, [repr(card) for card in cards], found]))
"""


def test_checks_in_a_fresh_process(tree: Path, alone: dict[str, str]) -> None:
    result = run(tree, alone, "-c", CHECKS.format(tree=str(tree), withheld=[*WITHHELD, "autograder.files"]))
    assert result.returncode == 0, result.stderr
    *workbenches, last = result.stdout.splitlines()
    said, cards, found = json.loads(last)
    assert found == []
    assert len(said) == len(CATALOGUE)
    for exercise in CATALOGUE:
        unwritten, wrong, right = said[exercise.id]
        names = in_words(exercise.names, mark="")
        one = len(exercise.names) == 1
        assert unwritten.startswith(f"NotWrittenYet: ○ {names} {'is' if one else 'are'} not written yet.")
        told = "does not do what its docstring shows" if one else "do not do what their docstrings show"
        assert wrong.startswith(f"DoesNotPassYet: ✗ {names} {told}.")
        assert right is None
    assert [card[0] for card in cards] == ["✗", "✓"] * len(CATALOGUE)
    assert all(FULL_TESTS_LATER in card for card in cards)
    assert workbenches == [
        line
        for exercise in CATALOGUE
        for whose in ("bertkit's (yours: not checked yet)", "yours")
        for line in [f"{name:<{max(map(len, exercise.names))}}  {whose}" for name in exercise.names]
    ]


FULL = """
from autograder import notebook
from autograder.exercises import CATALOGUE
from autograder.notebook import check

assert notebook.__file__.startswith({tree!r}), notebook.__file__
notebook.display = lambda card: print(repr(card).splitlines()[0])
for exercise in CATALOGUE:
    right = exercise.load_reference()
    check(exercise.id, *([right] if len(exercise.names) == 1 else vars(right).values()))
    check(exercise.id, *[lambda *_: None] * len(exercise.names))
"""


def test_with_the_diagnosis_checks_are_those_of_the_clone(full_tree: Path, alone: dict[str, str]) -> None:
    here = alone | {"PYTHONPATH": os.pathsep.join([str(full_tree), *alone["PYTHONPATH"].split(os.pathsep)[1:]])}
    result = run(full_tree, here, "-c", FULL.format(tree=str(full_tree)))
    assert result.returncode == 0, result.stderr
    lines = result.stdout.splitlines()
    for exercise, right, wrong in zip(CATALOGUE, lines[::2], lines[1::2], strict=True):
        assert right == f"✓ Right: {exercise.id}, {exercise.points:g} of {exercise.points:g} points"
        assert wrong.startswith("✗ ")
        assert wrong.endswith(f"{exercise.id}, 0 of {exercise.points:g} points")
    result = run(full_tree, here, "-m", "autograder", "audit")
    assert (result.returncode, result.stderr) == (2, f"autograder: {NOT_RECEIVED}\n")


REPORTS = """
from pathlib import Path
from autograder.certificate.reported import Report
from autograder.notebook import workbench_of_all

bench = workbench_of_all()
print(Report(bench.whose, {"Pre-training": {"hidden words": "1.71 nats"}}).keep(Path("reported")))
"""


def test_the_capstone_reports_there(tree: Path, alone: dict[str, str]) -> None:
    """On functions of the library alone, in whose place the class's own come as they pass."""
    result = run(tree, alone, "-c", REPORTS)
    assert result.returncode == 0, result.stderr
    said = result.stdout.splitlines()
    page = (tree / said[-1]).read_text(encoding="utf-8")
    assert said[0] == f"0 of {len(CATALOGUE)} exercises are yours, {len(CATALOGUE)} the library's"
    assert f"0 of {len(CATALOGUE)} the learner" in page
    assert "1.71 nats" in page


@pytest.mark.parametrize("module", ["autograder.hidden", "autograder.lessons", "autograder.grading"])
def test_what_is_withheld_cannot_be_imported(module: str, tree: Path, alone: dict[str, str]) -> None:
    result = run(tree, alone, "-c", f"import {module}")
    assert result.stderr.splitlines()[-1] == f"ModuleNotFoundError: No module named '{module}'"


def test_the_list_of_exercises(tree: Path, alone: dict[str, str]) -> None:
    result = run(tree, alone, "-m", "autograder", "list", "--json")
    assert (result.returncode, result.stderr) == (0, "")
    assert [row["id"] for row in json.loads(result.stdout)] == [exercise.id for exercise in CATALOGUE]


def test_progress_is_there(tree: Path, alone: dict[str, str]) -> None:
    result = run(tree, alone, "-m", "autograder", "progress", "--json")
    assert (result.returncode, result.stderr) == (0, "")
    assert [row["id"] for row in json.loads(result.stdout)["exercises"]] == [exercise.id for exercise in CATALOGUE]


def test_answers_are_confirmed_by_what_is_there(tree: Path, alone: dict[str, str], tmp_path: Path) -> None:
    worked, unfilled = PROJECT / "solutions" / LESSON.relative_to("lessons"), tree / lesson_path(Path(), UNFILLED)
    output = tmp_path / "held.html"
    result = run(tree, alone, "-m", "autograder", "certificate", str(worked), str(unfilled), "--output", str(output))
    assert result.returncode == 1, result.stderr
    lines = [line.split() for line in result.stdout.splitlines()]
    marks = {words[1]: words[0] for words in lines if words[0] in "✓✗○"}
    asked = [each for each in CATALOGUE if each.id.startswith(("mlm.", "nsp."))]
    assert marks == {each.id: "✓" if each.id.startswith("mlm.") else "○" for each in asked}
    assert "since the full tests are not here" in result.stdout
    assert "points: " not in result.stdout
    assert "since the full tests are not here" in output.read_text(encoding="utf-8")
    page = run(tree, alone, "-m", "autograder", "certificate", str(worked), "--without-sandbox")
    assert page.returncode == 0, page.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "mlm.corrupt", "mine.py"],
        ["check", "mlm.corrupt", "mine.py", "--json"],
        ["new", "pretraining.warmup_linear"],
    ],
)
def test_what_needs_the_hidden_tests_is_not_there_and_it_says_so(
    arguments: list[str], tree: Path, alone: dict[str, str]
) -> None:
    result = run(tree, alone, "-m", "autograder", *arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == f"autograder: {NOT_RECEIVED}\n"


@pytest.mark.parametrize("package", ["bertkit", "autograder"])
def test_the_commands_start(package: str, tree: Path, alone: dict[str, str]) -> None:
    result = run(tree, alone, "-m", package, "--help")
    assert result.returncode == 0, result.stderr
    assert "Usage" in result.stdout


def test_make_knows_what_a_class_needs_and_nothing_else(tree: Path) -> None:
    def make(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(["make", *arguments], cwd=tree, capture_output=True, text=True, check=False, timeout=60)

    listed = make("help")
    assert listed.returncode == 0, listed.stderr
    assert [line.split()[1] for line in listed.stdout.splitlines() if line.startswith("make ")] == ["help", "learn"]
    planned = make("--dry-run", "learn")
    assert planned.returncode == 0, planned.stderr
    for step in ("-m venv .venv", ".make/install.py", f"/tree/{LESSONS[0]}"):
        assert step in planned.stdout
    refused = make("test")
    assert refused.returncode == 2
    assert "No rule to make target 'test'" in refused.stderr


def lesson_start(tree: Path) -> tuple[NotebookNode, NotebookNode, NotebookNode]:
    """The lesson with its setup and its first exercise alone; the cell to fill in, and the one that checks."""
    notebook = nbformat.read(tree / LESSON, as_version=4)
    setup = [cell for cell in notebook.cells if "setup" in cell.metadata.get("tags", [])]
    answer, checking = [cell for cell in notebook.cells if cell.metadata.get("nbgrader")][:2]
    notebook.cells = [*setup, answer, checking]
    return notebook, answer, checking


def execute(notebook: NotebookNode, tree: Path, alone: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PYTHONPATH", "JUPYTER_PATH"):
        monkeypatch.setenv(name, alone[name])
    where = {"metadata": {"path": str((tree / LESSON).parent)}}  # as Jupyter does
    NotebookClient(notebook, kernel_name="python3", timeout=120, resources=where).execute()


@pytest.mark.slow
def test_the_lesson_runs(tree: Path, alone: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    notebook, answer, checking = lesson_start(tree)
    execute(notebook, tree, alone, monkeypatch)
    assert [(each.output_type, each.ename) for each in checking.outputs] == [("error", "NotWrittenYet")]
    assert checking.outputs[0].traceback == [checking.outputs[0].evalue]
    worked = nbformat.read(solution_path(PROJECT, LESSON.stem), as_version=4)
    answer.source = next(cell.source for cell in worked.cells if cell.id == answer.id)
    execute(notebook, tree, alone, monkeypatch)
    (card,) = checking.outputs  # no result, which nbgrader would take for points
    assert card.output_type == "display_data"
    assert card.data["text/plain"].startswith("✓ It does what its docstring and 10 visible cases show")
    (kept,) = (tree / "my_work" / "answers").iterdir()
    assert kept.name == f"{FIRST.id}.py"
    assert "\n# tests: visible\n" in kept.read_text()
    answer.source = f"def {FIRST.name}(*arguments):\n    return arguments[0]"
    execute(notebook, tree, alone, monkeypatch)
    card, error = checking.outputs
    assert card.data["text/plain"].startswith("✗ It does not do what its docstring shows")
    assert (error.output_type, error.ename) == ("error", "DoesNotPassYet")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("raise NotImplementedError()", "is not written yet"),
        ("return input_ids", "does not do what its docstring shows"),
        ("from bertkit.objectives import mlm\n    return mlm.select_positions(*arguments)", None),
    ],
    ids=["stub", "wrong", "right"],
)
def test_nbgraders_validate_goes_by_the_check(
    body: str, told: str | None, tree: Path, alone: dict[str, str], tmp_path: Path
) -> None:
    notebook, answer, _ = lesson_start(tree)
    answer.source = f"def {FIRST.name}(*arguments):\n    input_ids = arguments[0]\n    {body}"
    nbformat.write(notebook, tmp_path / "lesson.ipynb")
    result = run(tree, alone, "-m", "nbgrader", "validate", str(tmp_path / "lesson.ipynb"))
    assert result.returncode == 0, result.stderr
    if told is None:
        assert "Success! Your notebook passes all the tests." in result.stdout
    else:
        assert "VALIDATION FAILED ON 1 CELL(S)!" in result.stdout
        assert told in result.stdout


# ------------------------------------------------------------------------------------------------------- refusals


def test_a_file_that_is_there_is_not_lost(tmp_path: Path) -> None:
    output = tmp_path / "class.zip"
    output.write_text("mine", encoding="utf-8")
    with pytest.raises(BundleError, match=r"class\.zip is there already; name another file, or .* --force"):
        make_bundle(PROJECT, output)
    assert output.read_text(encoding="utf-8") == "mine"
    make_bundle(PROJECT, output, force=True)
    assert zipfile.is_zipfile(output)
    assert [path.name for path in tmp_path.iterdir()] == ["class.zip"]


@pytest.mark.parametrize("name", [".", "nowhere/class.zip"])
def test_the_output_has_to_be_a_file_in_a_folder(name: str, tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="name a file, in a folder that is there"):
        make_bundle(PROJECT, tmp_path / name, force=True)


def test_a_folder_that_is_no_course(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"there are no lessons in .*; run this from the folder of the course"):
        make_bundle(tmp_path, tmp_path / "class.zip")
    assert list(tmp_path.iterdir()) == []


NAME = "02_small"
SMALL = """# %% [markdown]
# # Small

# %% tags=["setup"]
import torch
from torch import Tensor
from autograder.notebook import check
from bertkit.data.labels import IGNORE_INDEX

# %% exercise="mlm.mlm_labels"
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, make_course: MakeCourse, write_lesson: WriteLesson) -> Path:
    """A course with one lesson, and without the packages."""
    root = make_course(tmp_path_factory.mktemp("built"))
    write_lesson(root, NAME, SMALL)
    build(root)
    return root


@pytest.fixture
def small(built: Path, tmp_path: Path) -> Path:
    shutil.copytree(built, tmp_path / "small")
    return tmp_path / "small"


def test_lessons_as_they_were_built_are_released(small: Path) -> None:
    for leftover in (small / "lessons" / ".ipynb_checkpoints", lesson_path(small, NAME).parent / ".ipynb_checkpoints"):
        leftover.mkdir()
        shutil.copy(lesson_path(small, NAME), leftover)
    assert released_lessons(small) == [lesson_path(small, NAME)]


def test_a_lesson_that_was_worked_in_is_not_handed_out(small: Path) -> None:
    path = lesson_path(small, NAME)
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[-1].source += "\nmine = 1"
    nbformat.write(notebook, path)
    with pytest.raises(BundleError, match=f"{path} has been worked in; .* nbgrader generate_assignment --force {NAME}"):
        released_lessons(small)


def run_a_lesson(root: Path) -> None:
    notebook = nbformat.read(lesson_path(root, NAME), as_version=4)
    next(cell for cell in notebook.cells if cell.cell_type == "code").execution_count = 7
    nbformat.write(notebook, lesson_path(root, NAME))


def change_the_source(root: Path) -> None:
    path = root / "solutions" / NAME / f"{NAME}.py"
    path.write_text(path.read_text(encoding="utf-8") + "\n# %%\n1 + 1\n", encoding="utf-8")


def delete_the_lesson(root: Path) -> None:
    lesson_path(root, NAME).unlink()


@pytest.mark.parametrize("change", [run_a_lesson, change_the_source, delete_the_lesson])
def test_a_stale_lesson_is_not_handed_out(change: Callable[[Path], None], small: Path) -> None:
    change(small)
    with pytest.raises(BundleError, match="mend it with: make lessons"):
        released_lessons(small)


def test_a_source_that_is_at_fault(small: Path, write_lesson: WriteLesson) -> None:
    write_lesson(small, NAME, '# %% exercise="mlm.nothing"\n')
    with pytest.raises(BundleError, match=r"there is no exercise 'mlm\.nothing'"):
        released_lessons(small)


def test_a_notebook_without_a_source(small: Path) -> None:
    other = small / "lessons" / "03_mine" / "03_mine.ipynb"
    other.parent.mkdir()
    shutil.copy(lesson_path(small, NAME), other)
    with pytest.raises(BundleError, match=r"03_mine\.ipynb belongs to no lesson"):
        released_lessons(small)


def test_a_folder_that_is_no_full_clone(small: Path) -> None:
    with pytest.raises(BundleError, match=r"pyproject\.toml does not list the package data of bertkit"):
        make_bundle(small, small / "class.zip")
    shutil.copy(PROJECT / "pyproject.toml", small)
    with pytest.raises(BundleError, match=r"there is no file .*; a bundle is made from a full clone"):
        make_bundle(small, small / "class.zip")
    assert not (small / "class.zip").exists()


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A folder with a copy of autograder that may be changed."""
    shutil.copytree(PROJECT / "autograder", tmp_path / "autograder", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("changed", "line", "leak"),
    [
        ("notebook.py", "from autograder import hidden", "autograder.hidden"),
        ("judging/judge.py", "from autograder import hidden", "autograder.hidden"),
        ("exercises/mlm.py", "import autograder.hidden.mlm.corrupt", "autograder.hidden"),
        ("verdict.py", "if True:\n    from autograder.grading.results import ResultStore", "autograder.grading"),
        ("cli.py", "class A:\n    import autograder.lessons", "autograder.lessons"),
    ],
)
def test_an_import_that_would_give_the_tests_away_stops_it(changed: str, line: str, leak: str, package: Path) -> None:
    path = package / "autograder" / changed
    path.write_text(f"{line}\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    module = f"autograder.{changed.removesuffix('.py').replace('/', '.')}"
    with pytest.raises(BundleError, match=f"a class would receive {leak}, since {module} loads it"):
        autograder_files(package)


def test_imports_inside_functions_are_not_followed(package: Path) -> None:
    before = autograder_files(package)
    path = package / "autograder" / "verdict.py"
    late = "\n\ndef late():\n    from autograder import hidden\n\n    return lambda: __import__('autograder.files')\n"
    path.write_text(path.read_text(encoding="utf-8") + late, encoding="utf-8")
    assert autograder_files(package) == before


def test_what_is_imported_late_is_on_the_way_to_what_a_class_does_not_have() -> None:
    """Whatever a module of the bundle needs of the course goes in, but for one that says where something is missing."""
    modules = loaded_modules(PROJECT, ENTRIES)
    outside = {
        name
        for name, path in modules.items()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("autograder") and node.module not in modules
    }
    assert outside == {"autograder.cli"}


def test_only_importable_modules_and_packaged_data_of_bertkit(tmp_path: Path) -> None:
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    for name in (
        "module.py",
        "inner/__init__.py",
        "py.typed",
        "checkpoints/mine/config.json",
        "__pycache__/module.cpython-311.pyc",
        ".ipynb_checkpoints/module-checkpoint.py",
        "module-checkpoint.py",
        "notes.txt",
        "checkpoints/.mine.old/config.json",
        "checkpoints/mine/.config.json.swp",
        "checkpoints/mine/training/state.json",
    ):
        path = tmp_path / "bertkit" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    found = [path.relative_to(tmp_path / "bertkit").as_posix() for path in bertkit_files(tmp_path)]
    assert found == ["checkpoints/mine/config.json", "inner/__init__.py", "module.py", "py.typed"]


@pytest.mark.parametrize("rule", sorted(RULES))
def test_a_makefile_that_lost_a_rule(rule: str) -> None:
    text = (PROJECT / "Makefile").read_text(encoding="utf-8")
    with pytest.raises(BundleError, match="the Makefile has no block for the rule"):
        makefile(text.replace(f"\n{rule}:", "\nother:"))


def test_imports_of_all_forms_are_seen(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text(
        "import a.b\nfrom c import d as e\ntry:\n    import f\nexcept ImportError:\n    pass\n"
        "class G:\n    import h\n    def i(self):\n        import j\nasync def k():\n    import l\n",
        encoding="utf-8",
    )
    assert set(imports_at_loading(path)) == {"a.b", "c", "c.d", "f", "h"}


def test_the_full_clone_has_what_is_withheld() -> None:
    assert all(importlib.util.find_spec(name) for name in WITHHELD)
