"""What a specimen is made of: the lesson that is handed in, right and wrong answers to it, and what a student adds."""

import copy
import json
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from nbformat import NotebookNode

NAME = "02_small"
NOTEBOOK = f"{NAME}.ipynb"
LABELS, CORRUPT = "mlm-mlm_labels", "mlm-corrupt"
"""Grade ids of the two exercises, 2 and 4 points; their check cells have `-check` behind it."""
MAX_POINTS = 6.0
CANARY = "thistle-4471-heron"
"""Stands in files, in the gradebook and in the environment, wherever a student has nothing to read."""
SCRIPT = "<script>window.taken = document.cookie</script>"
"""Must not reach the instructor's browser as it is."""

LESSON = """# %% tags=["setup"]
import torch
from torch import Tensor
from autograder.notebook import check
from bertkit.data.labels import IGNORE_INDEX

# %% exercise="mlm.mlm_labels"

# %%
print("trained for a long time")

# %% exercise="mlm.corrupt"
"""
"""The lesson's source, for `autograder.build`."""

WRONG_LABELS = """
def mlm_labels(input_ids, selected):
    return torch.zeros(1)
"""
WRONG_CORRUPT = """
def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    return torch.zeros(1)
"""

Kind = Literal["attack", "accident"]
Aim = Literal["points", "leak", "next student", "batch", "gradebook", "files", "browser", "own points"]
"""What is at stake: points without work, something read, a later student's grade, the whole class, the gradebook,
other people's files, the instructor's browser; for most accidents, the points that the student deserves."""


@dataclass(frozen=True)
class Scale:
    """How large the specimens are that use something up."""

    output_bytes: int = 200_000_000
    processes: int = 40
    memory_bytes: int = 12_000_000_000
    disk_bytes: int = 2_000_000_000


@dataclass(frozen=True)
class Base:
    """What a student starts from, and what an attacker may know of the machine that grades."""

    lesson: NotebookNode
    """The lesson as it was released."""
    solution: NotebookNode
    """nbgrader's source notebook of it."""
    root: Path
    """The course folder, with the gradebook, the solutions and everybody's submissions."""
    secret: Path
    """A file outside the course with the canary in it."""
    port: int
    """Where the attacker listens, on the loopback interface."""
    scale: Scale = field(default_factory=Scale)

    def answered(self, labels: str | None = None, corrupt: str | None = None) -> NotebookNode:
        """The lesson with these answers, right ones where none is given."""
        notebook = copy.deepcopy(self.lesson)
        for grade_id, source in ((LABELS, labels), (CORRUPT, corrupt)):
            answer = self.right(grade_id) if source is None else source
            cell_of(notebook, grade_id).source = textwrap.dedent(answer).strip("\n")
        return notebook

    def right(self, grade_id: str) -> str:
        """The right answer to an exercise."""
        source: str = cell_of(self.solution, grade_id).source
        return source

    @property
    def facts(self) -> str:
        """A line of code that tells an attack what its author knows."""
        return f"ROOT, SECRET, PORT = {str(self.root)!r}, {str(self.secret)!r}, {self.port}\n"


@dataclass(frozen=True)
class HandIn:
    """What a student puts into `submitted/STUDENT/ASSIGNMENT/`."""

    files: Mapping[str, bytes]
    """By relative path."""
    links: Mapping[str, str] = field(default_factory=dict)
    """Symbolic links: relative path to target."""

    def write(self, folder: Path) -> None:
        """Put it there."""
        for name, content in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        for name, target in self.links.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).symlink_to(target)


Make = Callable[[Base], HandIn]


@dataclass(frozen=True)
class Specimen:
    """One submission that went wrong, by accident or on purpose."""

    name: str
    kind: Kind
    what: str
    """One sentence."""
    source: str
    """Where the idea comes from."""
    aims_at: Aim
    hand_in: Make
    deserves: float = 0.0
    """What the honest code in the same notebook is worth."""
    exact: bool = True
    """Whether exactly that is owed. Where not, the accident may cost the submission, and nobody else's."""
    must_not_show: tuple[str, ...] = (CANARY,)
    """What no output, file or connection of the student's may contain."""
    classic: bool = False
    """Whether stock nbgrader runs it on check cells of `assert` statements, as nbgrader's manual has them."""
    lingers: float = 0.0
    """Seconds to wait after grading: something was left behind that acts later."""
    only_ours: str | None = None
    """Why the case is not made on stock nbgrader, where it is not."""


def cell_of(notebook: NotebookNode, grade_id: str) -> NotebookNode:
    """The cell of that grade id."""
    return next(cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id)


def as_bytes(notebook: Any) -> bytes:
    """A notebook's file; unlike nbformat's own writer, whatever is in it."""
    return json.dumps(notebook, indent=1).encode("utf-8", "surrogatepass")


def notebook_file(notebook: Any) -> HandIn:
    """The notebook, and nothing beside it."""
    return HandIn({NOTEBOOK: as_bytes(notebook)})


def in_cell(code: str) -> Make:
    """Wrong answers, the first of them below code of the attacker's."""
    return lambda base: notebook_file(base.answered(base.facts + textwrap.dedent(code) + WRONG_LABELS, WRONG_CORRUPT))


def in_function(code: str) -> Make:
    """Wrong answers that run code of the attacker's when they are called; it sees `number`, the points at stake."""

    def make(base: Base) -> HandIn:
        answers = []
        for points, wrong in ((2.0, WRONG_LABELS), (4.0, WRONG_CORRUPT)):
            body = textwrap.indent(f"number = {points}\n" + textwrap.dedent(code).strip("\n") + "\n", "    ")
            answers.append(base.facts + wrong.replace("    return", body + "    return"))
        return notebook_file(base.answered(*answers))

    return make


def with_answers(labels: str, corrupt: str) -> Make:
    """These two answers."""
    return lambda base: notebook_file(
        base.answered(base.facts + textwrap.dedent(labels), base.facts + textwrap.dedent(corrupt))
    )


def changed(change: Callable[[NotebookNode], object], right: bool = False) -> Make:
    """A notebook with wrong answers, or right ones, changed outside the answers."""

    def make(base: Base) -> HandIn:
        notebook = base.answered() if right else base.answered(WRONG_LABELS, WRONG_CORRUPT)
        change(notebook)
        return notebook_file(notebook)

    return make
