"""The course's own worked lessons: every answer is kept, leans on nothing, and comes back."""

import shutil
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from autograder import notebook
from autograder.exercise import grade_id
from autograder.exercises import CATALOGUE
from autograder.kept import cells, remarks
from autograder.kept.saved import Notebook, read_notebook
from autograder.lessons.source import assignment_names, solution_path
from bertkit import work_folder

PROJECT = Path(__file__).parents[3]
WORKED = [solution_path(PROJECT, name) for name in assignment_names(PROJECT)]


@pytest.mark.parametrize("worked", WORKED, ids=lambda path: path.stem)
def test_worked_answers_are_kept(
    worked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "lessons" / worked.stem
    folder.mkdir(parents=True)
    shutil.copy(PROJECT / "lessons" / worked.stem / worked.name, folder)
    monkeypatch.setattr(work_folder, "STARTED_IN", folder)
    monkeypatch.setattr(notebook, "display", lambda _: None)
    shell = InteractiveShell(config=Config({"HistoryManager": {"enabled": False}}))
    monkeypatch.setattr(notebook, "get_ipython", lambda: shell)
    for module, name in ((notebook, "_passed"), (notebook, "_verdicts"), (cells, "_moments"), (remarks, "_last")):
        monkeypatch.setattr(module, name, {})
    read = read_notebook(worked)
    assert isinstance(read, Notebook)
    ids = {grade_id(each.id): each for each in CATALOGUE}
    answered = [ids[cell.grade_id] for cell in read.cells if cell.is_solution and cell.grade_id]
    assert answered
    for cell in read.cells:
        if cell.is_setup or cell.is_solution:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("builtins._", None, raising=False)
                shell.run_cell(cell.text, store_history=True).raise_error()
    capsys.readouterr()
    for exercise in answered:
        notebook.check(exercise.id, *(shell.user_ns[name] for name in exercise.names))
    assert capsys.readouterr().out == ""
    monkeypatch.setattr(notebook, "_passed", {})
    monkeypatch.setattr(notebook, "_verdicts", {})
    tools = notebook.workbench(*(each.id for each in answered))
    said = capsys.readouterr().out.splitlines()
    assert len(said) == sum(len(exercise.names) for exercise in answered)
    assert all("  yours (kept from lesson " in line for line in said)
    for exercise in answered:
        assert notebook.verdict_on(exercise.id, exercise.answer_in(vars(tools))).passed
    kept = sorted((tmp_path / "my_work" / "answers").iterdir())
    assert not [path.name for path in kept if "story_corpus" in path.read_text()]  # of the setup only what is needed
