"""The page "Your first exercise" is followed: its commands are run, and its code is written where it says."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
PAGE = (PROJECT / "autograder" / "FIRST_EXERCISE.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(sh|py)(?: title=\"([^\"\n]+)\")?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PROGRAMS = {".venv/bin/autograder": [sys.executable, "-m", "autograder"], ".venv/bin/python": [sys.executable]}
COPIED = ("autograder", "bertkit", "lessons", "solutions", "tests", "nbgrader_config.py", "pyproject.toml")

ID = "pretraining.warmup_linear"
PUBLIC, HIDDEN = "autograder/exercises/pretraining.py", "autograder/hidden/pretraining/warmup_linear.py"
LEAST_TESTS = 12
"""Of one exercise: its known mistakes, and what holds for every exercise."""
LEFT_OUT = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")


@dataclass
class Followed:
    """A copy of the course in which the page was followed."""

    root: Path
    runs: list[tuple[str, int, str]] = field(default_factory=list)
    """Each command with its exit status and its output."""
    begun: dict[str, str] = field(default_factory=dict)
    """The files of the skeleton, before the page filled them in."""

    def output(self, command: str) -> list[str]:
        """What every run of a command said."""
        return [output for line, _, output in self.runs if command in line]


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory, leave_one_lesson: Callable[[Path], None]) -> Followed:
    page = Followed(tmp_path_factory.mktemp("clone"))
    for name in COPIED:
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, page.root / name, ignore=LEFT_OUT)
        else:
            shutil.copy(source, page.root)
    leave_one_lesson(page.root)
    written: set[str] = set()
    for kind, title, text in BLOCK.findall(PAGE):
        if kind == "sh":
            for line in text.splitlines():
                page.runs.append((line, *run(page.root, line)))
            continue
        path = page.root / title
        if path.exists() and title not in written:
            page.begun[title] = path.read_text(encoding="utf-8")
        # Blocks for the same file follow one another in it.
        before = f"{path.read_text(encoding='utf-8')}\n\n" if title in written else ""
        path.write_text(before + text, encoding="utf-8")
        written.add(title)
    return page


def run(root: Path, line: str) -> tuple[int, str]:
    """A command of the page in a copy of the course: its exit status and what it said."""
    program, *arguments = shlex.split(line, comments=True)
    done = subprocess.run(
        [*PROGRAMS[program], *arguments],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return done.returncode, done.stdout


@pytest.mark.slow
def test_every_command_ends_as_the_page_says(followed: Followed) -> None:
    assert followed.runs
    for line, status, output in followed.runs:
        said = re.search(r"# exit status (\d)", line)
        assert status == (int(said[1]) if said else 0), f"{line}\n{output}"


@pytest.mark.slow
def test_the_audit_finds_what_the_skeleton_leaves_open_and_then_only_the_lesson(followed: Followed) -> None:
    first, last = ([line for line in each.splitlines() if line.startswith(ID)] for each in followed.output(" audit"))
    assert len(first) > 5
    assert [line for line in first if HIDDEN in line]
    assert last == [f'{ID}: no lesson has it; mark it with `# %% exercise="{ID}"` in solutions/*/*.py']


@pytest.mark.slow
def test_the_skeleton_is_what_the_page_fills_in(followed: Followed) -> None:
    assert sorted(followed.begun) == sorted([PUBLIC, HIDDEN])
    assert all("TODO" in text for text in followed.begun.values())
    assert not [path for path in followed.begun if "TODO" in (followed.root / path).read_text(encoding="utf-8")]


@pytest.mark.slow
def test_a_right_answer_passes_and_a_wrong_one_does_not(followed: Followed) -> None:
    right, wrong = (followed.output(f"check {ID} {name}.py")[0] for name in ("right", "wrong"))
    assert "2.5 of 2.5 points" in right
    assert "1.5 of 2.5 points" in wrong
    assert "✗ after the warm-up the multiplier falls linearly" in wrong


@pytest.mark.slow
def test_the_tests_of_the_page_ran(followed: Followed) -> None:
    (output,) = followed.output("tests/autograder/hidden")
    passed = re.search(r"(\d+) passed", output)
    assert passed is not None
    assert int(passed[1]) >= LEAST_TESTS
