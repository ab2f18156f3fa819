"""A course folder that specimens are handed in to, with a gradebook, a classmate already graded and one still to be."""

import os
import shutil
import site
import sqlite3
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

import nbformat
import psutil
from nbgrader.api import Gradebook

from autograder.build import build
from autograder.lessons.source import lesson_path, solution_path, source_path

from .base import CANARY, CORRUPT, LABELS, LESSON, NAME, NOTEBOOK, WRONG_CORRUPT, WRONG_LABELS, Base, as_bytes, cell_of

PROJECT = Path(__file__).parents[3]
FIRST, STUDENT, NEXT = "alice", "mallory", "zoe"
"""In the order in which nbgrader grades them: right answers, the specimen, answers worth 0 points."""
COURSE, SECRET, HOME, PACKAGES, PYTHON, LOG = "course", "secret.txt", "home", "packages", "python", "nbgrader.log"
MARK = "CORPUS_PLACE"
"""Environment variable by which processes that a specimen left behind are known."""
COMMAND_SECONDS = 400
MEMORY_BYTES = 6 * 2**30
FILE_BYTES = 300_000_000

STOCK = """
# As nbgrader comes: its own preprocessors, and nothing of the course's kept from where submissions are graded.
c.pop("Autograde", None)
c.CourseDirectory.pop("ignore", None)
c.Execute.timeout = 30
"""
"""Goes below the course's own configuration."""

CLASSIC_CHECKS = {
    LABELS: f"""import math
ids = torch.randint(5, 1000, (8, 24))
selected = torch.rand(ids.shape) < 0.3
expected = torch.where(selected, ids, -100)
labels = mlm_labels(ids, selected)
assert labels.shape == ids.shape
### BEGIN HIDDEN TESTS
# {CANARY}
assert (labels == expected).all()
expected = torch.where(~selected, ids, -100)
assert (mlm_labels(ids, ~selected) == expected).all()
### END HIDDEN TESTS""",
    CORRUPT: f"""ids = torch.randint(5, 1000, (64, 256))
selected = torch.rand(ids.shape) < 0.3
corrupted = corrupt(ids, selected, 4, 30000, torch.Generator().manual_seed(0))
assert corrupted.shape == ids.shape
### BEGIN HIDDEN TESTS
# {CANARY}
assert torch.equal(corrupted[~selected], ids[~selected])
assert math.isclose((corrupted == 4)[selected].float().mean(), 0.8, abs_tol=0.05)
assert math.isclose((corrupted == ids)[selected].float().mean(), 0.1, abs_tol=0.05)
### END HIDDEN TESTS""",
}
"""Check cells as nbgrader's manual has them: assertions, some of them hidden from the release."""


@dataclass(frozen=True)
class Place:
    """A folder with all that a run needs and may spoil: course, home, Python environment and the two packages."""

    folder: Path

    @property
    def course(self) -> Path:
        """nbgrader's course folder."""
        return self.folder / COURSE

    def base(self, port: int) -> Base:
        """What specimens are made from."""
        return Base(
            nbformat.read(lesson_path(self.course, NAME), as_version=4),
            nbformat.read(solution_path(self.course, NAME), as_version=4),
            self.course,
            self.folder / SECRET,
            port,
        )

    def submission(self, student: str) -> Path:
        """Where a student's work is handed in."""
        return self.course / "submitted" / student / NAME

    @property
    def environment(self) -> dict[str, str]:
        """What commands see: nothing of the real home and nothing that they can damage outside this folder."""
        return {
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
            "HOME": str(self.folder / HOME),
            "IPYTHONDIR": str(self.folder / HOME / ".ipython"),
            "TMPDIR": str(self.folder / HOME),
            "JUPYTER_PATH": str(Path(sys.prefix) / "share" / "jupyter"),
            "PYTHONPATH": str(self.folder / PACKAGES),
            "OMP_NUM_THREADS": "1",
            "GRADER_TOKEN": CANARY,
            MARK: str(self.folder),
        }

    def nbgrader(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one of nbgrader's commands in the course; memory, the size of files and time are limited."""
        command = [str(self.folder / PYTHON / "bin" / "python"), "-m", "nbgrader", *arguments]
        with subprocess.Popen(
            command,
            cwd=self.course,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        ) as process:
            limits = psutil.Process(process.pid)
            limits.rlimit(psutil.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
            limits.rlimit(psutil.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))
            limits.rlimit(psutil.RLIMIT_CORE, (0, 0))
            # A process that was left behind may hold the pipe open: then it is ended, and what was said is kept.
            said = ""
            try:
                said, _ = process.communicate(timeout=COMMAND_SECONDS)
            except subprocess.TimeoutExpired:
                self.end_processes()
                said, _ = process.communicate()
        with (self.folder / LOG).open("a", encoding="utf-8") as log:
            log.write(said)
        return subprocess.CompletedProcess(command, process.returncode, said)

    def end_processes(self) -> None:
        """Kill all that commands of this place have started, whatever session it has moved to."""
        for process in psutil.process_iter():
            try:
                if process.environ().get(MARK) == str(self.folder):
                    process.kill()
            except psutil.Error:
                continue

    def scores(self) -> dict[str, float | None]:
        """Everybody's points, as the gradebook has them; none where it has no submission or cannot be read."""
        found: dict[str, float | None] = dict.fromkeys((FIRST, STUDENT, NEXT))
        path = self.course / "gradebook.db"
        if path.exists():
            with Gradebook(f"sqlite:///{path}", "bert-training") as gradebook:
                for submission in gradebook.assignment_submissions(NAME) if gradebook.assignments else []:
                    found[submission.student.id] = submission.score
        return found


def make_python(folder: Path) -> None:
    """A Python environment that sees the packages of this one, and whose own folders may be spoilt."""
    venv.EnvBuilder(symlinks=True).create(folder)
    (packages,) = folder.glob("lib/*/site-packages")
    (packages / "borrowed.pth").write_text("\n".join(site.getsitepackages()) + "\n", encoding="utf-8")


def make_place(folder: Path, classic: bool = False, configuration: str = STOCK) -> Place:
    """A course with the lesson, the first student graded, and the next student's work handed in.

    The canary stands in a file outside the course, in the first student's notebook and name, and in the environment.

    Args:
        folder: where; it must not exist.
        classic: whether the lesson's checks are `assert` statements instead of the course's own.
        configuration: what goes below the course's own; nothing if the course's own way of grading is meant.
    """
    folder = folder.resolve()
    place = Place(folder)
    (folder / HOME).mkdir(parents=True)
    (folder / SECRET).write_text(f"{CANARY}\n", encoding="utf-8")
    for package in ("autograder", "bertkit"):
        ignored = shutil.ignore_patterns("__pycache__", "checkpoints")
        shutil.copytree(PROJECT / package, folder / PACKAGES / package, ignore=ignored)
    make_python(folder / PYTHON)
    place.course.mkdir()
    own = (PROJECT / "nbgrader_config.py").read_text(encoding="utf-8")
    (place.course / "nbgrader_config.py").write_text(own + configuration, encoding="utf-8")
    source = source_path(place.course, NAME)
    source.parent.mkdir(parents=True)
    source.write_text(LESSON, encoding="utf-8")
    build(place.course, execute=False)
    if classic:
        _write_classic_checks(solution_path(place.course, NAME))
    _must(place.nbgrader("generate_assignment", "--force", NAME))
    base = place.base(port=0)
    right, wrong = base.answered(), base.answered(WRONG_LABELS, WRONG_CORRUPT)
    cell_of(right, LABELS).source += f"\n# {CANARY}"
    for student, notebook in ((FIRST, right), (NEXT, wrong)):
        place.submission(student).mkdir(parents=True)
        (place.submission(student) / NOTEBOOK).write_bytes(as_bytes(notebook))
    _must(place.nbgrader("autograde", NAME, "--student", FIRST))
    with sqlite3.connect(place.course / "gradebook.db") as gradebook:
        gradebook.execute("UPDATE student SET last_name = ?", (CANARY,))
    return place


def copy_place(template: Place, folder: Path) -> Place:
    """The same in another folder."""
    folder = folder.resolve()
    # An environment knows its own path, so it is made again.
    shutil.copytree(template.folder, folder, ignore=shutil.ignore_patterns(PYTHON), symlinks=True)
    make_python(folder / PYTHON)
    return Place(folder)


def _write_classic_checks(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    for grade_id, check in CLASSIC_CHECKS.items():
        cell_of(notebook, f"{grade_id}-check").source = check
    nbformat.write(notebook, path)


def _must(result: subprocess.CompletedProcess[str]) -> None:
    if result.returncode:
        raise RuntimeError(f"{' '.join(map(str, result.args))} failed: {result.stdout}")
