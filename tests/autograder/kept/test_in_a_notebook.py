"""What stays of the answers in a lesson's notebook, and what `check` says of the cells that they come from."""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
import torch
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from autograder import notebook
from autograder.exercise import Exercise, run_value
from autograder.exercises import find
from autograder.kept import answers, cells, remarks
from autograder.kept.saved import read_notebook
from autograder.kept.standing import standing_of
from autograder.notebook import OneLineError, workbench
from autograder.verdict import Outcome, Verdict
from bertkit import work_folder

LABELS, CORRUPT, HEAD = "mlm.mlm_labels", "mlm.corrupt", "mlm.MLMHead"
SETUP = "import math\nimport torch\nfrom torch import nn\nfrom torch.nn import functional as F\nIGNORED = -100"
STUB = "def mlm_labels(input_ids, selected):\n    raise NotImplementedError()"
RIGHT = "def mlm_labels(input_ids, selected):\n    return torch.where(selected, input_ids, IGNORED)"
WRONG = RIGHT.replace("IGNORED", "0")
HEAD_ANSWER = """
class MLMHead(nn.Module):
    def __init__(self, hidden_size, token_embeddings):
        super().__init__()
        self.dense = nn.Linear(hidden_size, hidden_size)
        self.norm = nn.LayerNorm(hidden_size, eps=1e-12)
        self.decoder = nn.Linear(hidden_size, token_embeddings.num_embeddings)
        self.decoder.weight = token_embeddings.weight
        nn.init.zeros_(self.decoder.bias)

    def forward(self, hidden):
        return self.decoder(self.norm(F.gelu(self.dense(hidden))))
"""


PAIR = """
def pack_state(x):
    '''Pack a state.

    >>> unpack_state(pack_state(3))
    3
    '''
    return [x]


def unpack_state(packed):
    '''Give the state back.'''
    return packed[0]
"""
PACKED_IN_A_TUPLE = "def pack_state(x):\n    return (x,)\n\ndef unpack_state(packed):\n    return packed[0]"


class Lesson:
    """A notebook in a lesson's folder, and a shell that runs its cells as a kernel would."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, read: Callable[[], str]) -> None:
        self.folder, self.path = folder, folder / f"{folder.name}.ipynb"
        self.cells = {"setup": SETUP, "mlm-mlm_labels": STUB, "mlm-corrupt": "", "mlm-MLMHead": ""}
        folder.mkdir(parents=True, exist_ok=True)
        self.save()
        self._patch, self._read = monkeypatch, read
        self.restart()

    def restart(self) -> None:
        """A kernel that has run the setup and nothing else."""
        for module, name in ((notebook, "_passed"), (notebook, "_verdicts"), (answers, "_loaded"), (cells, "_moments")):
            self._patch.setattr(module, name, {})
        self._patch.setattr(remarks, "_last", {})
        self._patch.setattr(remarks, "_said", set())
        self._patch.setattr(work_folder, "STARTED_IN", self.folder)
        self._patch.setenv(work_folder.SESSION, str(self.path))
        self.shell = InteractiveShell(config=Config({"HistoryManager": {"enabled": False}}))
        cells.watch(self.shell)
        self._patch.setattr(notebook, "get_ipython", lambda: self.shell)
        self.run(SETUP)

    def save(self, seconds_from_now: float = 0, **changed: str) -> None:
        """Write the notebook, with some cells' text changed, and date the file."""
        self.cells |= {name.replace("mlm_", "mlm-", 1): text for name, text in changed.items()}
        made = nbformat.v4.new_notebook()
        for name, text in self.cells.items():
            of_nbgrader = {"grade_id": name, "solution": True, "grade": False, "schema_version": 3}
            metadata = {"tags": ["setup"]} if name == "setup" else {"nbgrader": of_nbgrader}
            made.cells.append(nbformat.v4.new_code_cell(text, id=name, metadata=metadata))
        nbformat.write(made, self.path)
        moment = time.time() + seconds_from_now
        os.utime(self.path, (moment, moment))

    def run(self, text: str, cell_id: str | None = None) -> None:
        """Run a cell."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("builtins._", None, raising=False)
            self.shell.run_cell(text, store_history=True, cell_id=cell_id).raise_error()

    def check(self, exercise_id: str = LABELS, *names: str) -> str:
        """What `check` says beside the card of the user's own names; a line that is raised comes along."""
        given = [self.shell.user_ns[name] for name in names or [exercise_id.partition(".")[2]]]
        self._read()
        try:
            notebook.check(exercise_id, *given)
        except OneLineError as error:
            return f"{self._read()}{error}"
        return self._read()

    def workbench(self, exercise_id: str = LABELS) -> tuple[Any, str]:
        """The answer of one name to go on with, and whose it is."""
        tools, said = self.tools(exercise_id)
        (tool,) = vars(tools).values()
        return tool, said.partition("  ")[2]

    def tools(self, exercise_id: str) -> tuple[SimpleNamespace, str]:
        """What to go on with, and the lines that say whose it is."""
        self._read()
        with self.shell.builtin_trap:  # as while a cell runs
            return workbench(exercise_id), self._read().strip()

    @property
    def kept(self) -> list[str]:
        """The files that are kept, set aside ones too."""
        folder = self.folder.parents[1] / "my_work" / "answers"
        return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.py"))


@pytest.fixture
def open_lesson(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[str], Lesson]:
    monkeypatch.setattr(notebook, "display", lambda _: None)
    return lambda place: Lesson(tmp_path / place, monkeypatch, lambda: capsys.readouterr().out)


@pytest.fixture
def lesson(open_lesson: Callable[[str], Lesson]) -> Iterator[Lesson]:
    return open_lesson("lessons/02_masked_language_model")


IDS, SELECTED = torch.tensor([[5, 6]]), torch.tensor([[True, False]])


def test_an_answer_that_passed_is_found_from_another_lesson(
    lesson: Lesson, open_lesson: Callable[[str], Lesson]
) -> None:
    lesson.run(RIGHT)
    assert lesson.check() == ""
    assert lesson.workbench()[1] == "yours"
    (name,) = lesson.kept
    text = (lesson.folder.parents[1] / "my_work" / "answers" / name).read_text()
    assert name == "mlm.mlm_labels.py"
    assert text.endswith(f"\n\nimport torch\nIGNORED = -100\n\n\n{RIGHT}\n")

    later = open_lesson("lessons/04_pretraining_loop")
    answer, whose = later.workbench()
    assert whose.startswith("yours (kept from lesson 2, ")
    assert answer(IDS, SELECTED).tolist() == [[5, -100]]
    assert later.workbench()[0] is answer
    later.run(WRONG)
    later.check()
    assert later.workbench()[0] is answer
    assert later.workbench()[1].endswith("; now: does not pass yet)")
    later.run(STUB)
    assert later.check().endswith("The lesson goes on with your last that passed until it is.")
    assert later.workbench()[1].endswith("; now: not written yet)")


@pytest.mark.parametrize(
    ("exercise_id", "text"),
    [
        (HEAD, HEAD_ANSWER),
        (LABELS, "mlm_labels = lambda ids, selected: torch.where(selected, ids, -100)"),
        (LABELS, f"def under_test(function):\n    return lambda *a: function(*a)\n\n@under_test\n{RIGHT}"),
        (LABELS, f"@torch.no_grad()\n{RIGHT}"),
        (LABELS, "class Labels:\n    def __call__(self, ids, selected):\n        return ids.where(selected, IGNORED)\n"
                 "mlm_labels = Labels()"),
        (LABELS, f"{RIGHT}\n\nprint('tried')\n# ä → é"),
        (LABELS, f"print('first')\n\n\n{RIGHT}\n%matplotlib --list"),
    ],
    ids=["class", "lambda", "decorated", "torch's decorator", "object", "prints", "magic"],
)  # fmt: skip
def test_answers_of_every_form_come_back(lesson: Lesson, exercise_id: str, text: str) -> None:
    lesson.run(text)
    assert lesson.check(exercise_id) == ""
    lesson.restart()
    answer, whose = lesson.workbench(exercise_id)
    assert whose.startswith("yours (kept from lesson 2")
    assert notebook.verdict_on(exercise_id, answer).passed


def test_an_answer_under_another_name_comes_back(lesson: Lesson) -> None:
    lesson.run(RIGHT.replace("mlm_labels", "my_labels"))
    assert lesson.check(LABELS, "my_labels") == ""
    lesson.restart()
    assert lesson.workbench()[0](IDS, SELECTED).tolist() == [[5, -100]]


def test_an_answer_that_leans_on_another_cell_is_told_so(lesson: Lesson) -> None:
    lesson.run("import torch as t\ndef where(*arguments):\n    return t.where(*arguments)")
    lesson.run(RIGHT.replace("torch.where", "where"))
    assert lesson.check() == (
        "mlm_labels leans on `where` from another cell, which grading will not have: move it into this cell. Until "
        "then it is not kept for later lessons.\n"
    )
    assert lesson.workbench()[1] == "yours"
    assert lesson.kept == []
    lesson.run("where = torch.where\n" + RIGHT.replace("torch.where", "where"))
    assert lesson.check() == ""
    assert lesson.kept == ["mlm.mlm_labels.py"]


def test_what_leans_is_told_of_a_wrong_answer_too(lesson: Lesson) -> None:
    lesson.run("here, there = 0, 0")
    lesson.run(WRONG.replace(", 0)", ", here + there)"))
    assert lesson.check().startswith("mlm_labels leans on `here` and `there` from another cell")
    assert "move them into" in lesson.check()


def test_a_name_that_another_answers_cell_defines_comes_along(lesson: Lesson) -> None:
    """Grading runs that cell too."""
    helper = "def chosen(*arguments):\n    return torch.where(*arguments)"
    lesson.run(helper, "mlm-corrupt")
    lesson.run(RIGHT.replace("torch.where", "chosen"))
    assert lesson.check() == ""
    lesson.restart()
    assert lesson.workbench()[0](IDS, SELECTED).tolist() == [[5, -100]]


def test_a_setup_that_may_define_anything_accuses_nobody(lesson: Lesson) -> None:
    lesson.save(setup=f"{SETUP}\nfrom torch import *")
    lesson.run("from torch import *")
    lesson.run(RIGHT.replace("torch.where", "where"))
    assert lesson.check() == ""
    lesson.restart()
    assert lesson.workbench()[1].startswith("yours (kept")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("from bertkit.objectives.mlm import mlm_labels", "no cell of this notebook is found that defines"),
        (f"%%time\n{RIGHT}", "no cell of this notebook is found that defines"),
        (f"{RIGHT}\nimport asyncio\nawait asyncio.sleep(0)", "its cell makes no file of Python"),
        (f"exec({RIGHT!r})", "no cell of this notebook is found that defines"),
        (
            "class Odd:\n    def __getattr__(self, name):\n        raise ValueError(name)\n"
            "    def __call__(self, ids, selected):\n        return torch.where(selected, ids, -100)\n"
            "get_ipython().user_ns['mlm_labels'] = Odd()",
            "no cell of this notebook is found that defines",
        ),
    ],
    ids=["imported", "timed", "awaits", "made by exec", "odd"],
)
def test_what_cannot_be_kept_is_said(lesson: Lesson, text: str, why: str) -> None:
    lesson.run(text)
    assert lesson.check().startswith(f"It is not kept for later lessons: {why}")
    assert lesson.kept == []
    assert lesson.workbench()[1] == "yours"


def test_the_same_code_is_told_after_a_failed_check_alone(lesson: Lesson) -> None:
    lesson.run(WRONG)
    assert lesson.check() == ""
    assert lesson.check() == f"{remarks.SAME}\n"
    lesson.run(WRONG)  # run again, but no other code
    assert lesson.check() == f"{remarks.SAME}\n"
    lesson.run(f"{WRONG} + 0")
    assert lesson.check() == ""
    lesson.run(RIGHT)
    assert lesson.check() == lesson.check() == ""


def test_nothing_is_the_same_where_a_helper_may_have_changed(lesson: Lesson) -> None:
    lesson.run("here = 0")
    lesson.run(WRONG.replace(", 0)", ", here)"))
    lesson.check()
    assert remarks.SAME not in lesson.check()


@pytest.mark.parametrize("text", [WRONG, RIGHT, STUB])
def test_a_cell_that_was_changed_since_it_ran(lesson: Lesson, text: str) -> None:
    lesson.run(text, "mlm-mlm_labels")
    lesson.save(60, mlm_mlm_labels="# other\n" + RIGHT)
    said = lesson.check()
    assert "Changed since: the cell was saved at " in said
    assert "Run it, then check again." in said
    lesson.run("# other\n" + RIGHT, "mlm-mlm_labels")
    assert lesson.check() == ""


@pytest.mark.parametrize(
    ("saved", "seconds", "cell_id", "session"),
    [
        (RIGHT, -60, "mlm-mlm_labels", True),
        (WRONG, 60, "mlm-mlm_labels", True),
        (f"{WRONG}\n", 60, "mlm-mlm_labels", True),
        (RIGHT, 60, "another", True),
        (RIGHT, 60, None, True),
        (RIGHT, 60, "mlm-mlm_labels", False),
    ],
    ids=["saved before", "the same", "a line's end", "ran elsewhere", "ran somewhere", "another notebook"],
)
def test_nothing_is_said_where_it_is_not_known(
    lesson: Lesson, saved: str, seconds: float, cell_id: str | None, session: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    lesson.run(WRONG, cell_id)
    lesson.save(seconds, mlm_mlm_labels=saved)
    if not session:
        monkeypatch.delenv(work_folder.SESSION)
    assert lesson.check() == ""


@pytest.mark.parametrize("content", ["", "{", '{"cells": [3]}', '{"cells": [{"cell_type": "code"}]}', "[]", None])
def test_a_notebook_that_cannot_be_read(lesson: Lesson, content: str | None) -> None:
    lesson.path.unlink()
    if content is not None:
        lesson.path.write_text(content)
    lesson.run(RIGHT)
    assert lesson.check().startswith("It is not kept for later lessons: the lesson's notebook cannot be read")


def test_a_folder_that_cannot_be_written_is_said_once(lesson: Lesson) -> None:
    (lesson.folder.parents[1] / "my_work").write_text("a file where the folder would be")
    lesson.run(RIGHT)
    said = lesson.check()
    assert said.startswith("It is not kept for later lessons: ")
    assert "cannot be written" in said
    assert lesson.check() == ""
    assert lesson.workbench()[1] == "yours"
    lesson.restart()
    assert lesson.workbench()[1].startswith("bertkit's (yours: not checked yet")


def test_worked_solutions_are_nobodys_work(
    open_lesson: Callable[[str], Lesson], monkeypatch: pytest.MonkeyPatch
) -> None:
    worked = open_lesson("solutions/02_masked_language_model")
    monkeypatch.delenv(work_folder.SESSION)  # the build's kernels have none
    worked.run(RIGHT)
    assert worked.check() == ""
    assert worked.kept == []


def test_a_notebook_elsewhere_is_told_once(open_lesson: Callable[[str], Lesson]) -> None:
    elsewhere = open_lesson("desktop/02_masked_language_model")
    elsewhere.run(RIGHT)
    assert "in the course's `lessons` only" in elsewhere.check()
    assert elsewhere.check() == ""
    assert elsewhere.kept == []


@pytest.mark.parametrize(
    ("after", "kept"),
    [
        ("", True),
        ("HEAD_FOR_TASK['b'] = 2", False),
        ("HEAD_FOR_TASK = {**HEAD_FOR_TASK}", False),
        ("other = HEAD_FOR_TASK['a']", True),
    ],
)
def test_a_value_is_kept_as_its_cell_makes_it_or_not_at_all(lesson: Lesson, after: str, kept: bool) -> None:
    exercise = replace(find(LABELS), id="heads.HEAD_FOR_TASK", defines=("bertkit.model.heads:HEAD_FOR_TASK",))
    lesson.run("HEAD_FOR_TASK = {'a': 1}")
    if after:
        lesson.run(after)
    verdict = Verdict(exercise.id, exercise.title, Outcome.PASSED, 1, 1, ())
    said = remarks.remarks_on(exercise, [lesson.shell.user_ns["HEAD_FOR_TASK"]], verdict, answers.FULL, lesson.shell)
    assert (said == []) == kept
    if kept:
        found = answers.find(work_folder.work_folder(), exercise)
        assert found is not None
        assert answers.load(found, exercise) == ({"a": 1},)


def test_an_exercise_of_several_names_takes_all_their_cells_in_order(lesson: Lesson) -> None:
    first, second = "def load(x):\n    return save(x) + math.e", "def save(x):\n    return x"
    for text in (second, first, second):
        lesson.run(text)
    named = {name: lesson.shell.user_ns[name] for name in ("load", "save")}
    standing = standing_of(lesson.shell, read_notebook(lesson.path), named)
    assert standing.source == f"import math\n\n\n{first}\n\n\n{second}\n"
    assert (standing.leans_on, standing.obstacle) == ((), None)
    lesson.run(f"{first}\n{second}")
    named = {name: lesson.shell.user_ns[name] for name in ("load", "save")}
    assert (
        standing_of(lesson.shell, read_notebook(lesson.path), named).source == f"import math\n\n\n{first}\n{second}\n"
    )


@pytest.fixture
def pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Exercise:
    """An exercise of two names, which is tried by its example."""
    module = f"pair_{tmp_path.name}"
    (tmp_path / f"{module}.py").write_text(PAIR, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    return stand_in("pretraining.state", (f"{module}:pack_state", f"{module}:unpack_state"), monkeypatch)


def stand_in(exercise_id: str, defines: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> Exercise:
    """An exercise that the notebook finds, and tries by its example as in what a class receives."""
    exercise = replace(find(LABELS), id=exercise_id, defines=defines, run=run_value, visible=())
    monkeypatch.setattr(notebook, "find", lambda _: exercise)
    monkeypatch.setattr(notebook, "full_tests_are_here", lambda: False)
    return exercise


def test_both_names_of_an_exercise_are_kept_and_come_back(lesson: Lesson, pair: Exercise) -> None:
    def checked(text: str) -> str:
        lesson.run(text)
        return lesson.check(pair.id, *pair.names)

    tools, said = lesson.tools(pair.id)
    assert (tools.pack_state(3), tools.unpack_state([4])) == ([3], 4)
    assert said == (
        "pack_state    bertkit's (yours: not checked yet)\nunpack_state  bertkit's (yours: not checked yet)"
    )
    stub = "    raise NotImplementedError"
    assert checked(f"def pack_state(x):\n{stub}\ndef unpack_state(packed):\n{stub}") == (
        "○ pack_state and unpack_state are not written yet. The lesson goes on with bertkit's version until they are."
    )
    assert checked(PACKED_IN_A_TUPLE.replace("[0]", "")).startswith(
        "✗ pack_state and unpack_state do not do what their docstrings show. `unpack_state(pack_state(3))` gave `(3,)`"
    )
    lesson.run("def first(packed):\n    return packed[0]")
    assert checked(PACKED_IN_A_TUPLE.replace("packed[0]", "first(packed)")) == (
        "pack_state and unpack_state lean on `first` from another cell, which grading will not have: move it into this "
        "cell. Until then they are not kept for later lessons.\n"
    )
    assert lesson.kept == []
    assert checked(PACKED_IN_A_TUPLE) == ""
    lesson.restart()
    tools, said = lesson.tools(pair.id)
    assert (tools.pack_state(3), tools.unpack_state([4])) == ((3,), 4)
    assert vars(tools).keys() == set(pair.names)
    first, second = said.splitlines()
    assert first.startswith("pack_state    yours (kept from lesson 2, ")
    assert second == first.replace("pack_state  ", "unpack_state")


def test_names_in_cells_of_their_own_are_kept_together(lesson: Lesson, pair: Exercise) -> None:
    for text in PACKED_IN_A_TUPLE.split("\n\n"):
        lesson.run(text)
    assert lesson.check(pair.id, *pair.names) == ""
    lesson.restart()
    assert lesson.tools(pair.id)[0].unpack_state([4]) == 4


def test_a_value_is_checked_kept_and_comes_back(lesson: Lesson, monkeypatch: pytest.MonkeyPatch) -> None:
    table = stand_in("heads.HEAD_FOR_TASK", ("bertkit.model.heads:HEAD_FOR_TASK",), monkeypatch)
    lesson.run("HEAD_FOR_TASK = {'sentiment': ...}")
    assert lesson.check(table.id).startswith("○ HEAD_FOR_TASK is not written yet.")
    assert lesson.kept == []
    lesson.run("HEAD_FOR_TASK = {'sentiment': 'cls'}")
    assert lesson.check(table.id) == ""
    lesson.restart()
    value, whose = lesson.workbench(table.id)
    assert value == {"sentiment": "cls"}
    assert whose.startswith("yours (kept from lesson 2, ")


def test_nothing_is_kept_outside_a_notebook(lesson: Lesson, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notebook, "get_ipython", lambda: None)
    lesson.run(RIGHT)
    assert lesson.check() == ""
    assert lesson.kept == []


def test_the_exercises_of_the_course_are_as_the_lesson_here_says() -> None:
    assert [find(exercise_id).name for exercise_id in (LABELS, CORRUPT, HEAD)] == ["mlm_labels", "corrupt", "MLMHead"]
