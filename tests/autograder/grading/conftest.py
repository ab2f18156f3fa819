"""The released lesson, and a sandbox where there can be one."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.grading import grader
from autograder.grading.assignment import Assignment, read_assignment

# Tests are no package, but these share a module: they import it as `grading.papers`.
sys.path.insert(0, str(Path(__file__).parents[1]))

from grading import papers


@pytest.fixture(scope="session")
def assignment() -> Assignment:
    """The lesson of this checkout that has exercises."""
    return read_assignment(papers.PROJECT, papers.LESSON)


def why_no_sandbox() -> str | None:
    """Why submissions cannot be run here; None where they can."""
    if shutil.which("bwrap") is None:
        return "needs bubblewrap (Debian: apt install bubblewrap)"
    said = subprocess.run(
        ["bwrap", "--unshare-user", "--unshare-pid", "--unshare-net", "--ro-bind", "/", "/", "--", "true"],
        capture_output=True,
        text=True,
    )
    return None if said.returncode == 0 else f"bubblewrap cannot make namespaces here: {said.stderr.strip()}"


@pytest.fixture(scope="session")
def bubblewrap() -> Iterator[None]:
    """Tests that use this are skipped where there is no sandbox; the sandbox of this process is closed at the end.

    In CI a missing sandbox is a failure: .ci/run installs one.
    """
    if "CI" not in os.environ and (reason := why_no_sandbox()):
        pytest.skip(reason)
    yield
    grader.close_sandbox()
