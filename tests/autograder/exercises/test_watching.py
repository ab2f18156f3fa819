"""What a save does to a file is seen at every moment, and what would run code from one is told."""

import builtins
import importlib
import io
import os
import pickle
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from autograder.exercises.pretraining_watching import EVAL, PICKLE, Watch, code_run_by


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("own", "elsewhere"):
        (tmp_path / name).mkdir()
    (tmp_path / "own" / "file").write_bytes(b"old")
    return tmp_path


def watching(folder: Path, dies_at: int | None = None) -> Watch:
    return Watch(folder / "own" / "file", folder / "elsewhere", dies_at)


def replaced(path: Path) -> None:
    scratch = path.with_name("scratch")
    scratch.write_bytes(b"new")
    os.replace(scratch, path)


def overwritten(path: Path) -> None:
    path.write_bytes(b"new")


def removed(path: Path) -> None:
    path.unlink()
    replaced(path)


def backed_up(path: Path) -> None:
    os.rename(path, path.with_name("backup"))
    replaced(path)


def by_torch(path: Path) -> None:
    torch.save({"x": torch.ones(500)}, path)


@pytest.mark.parametrize(
    ("save", "between"),
    [(replaced, set()), (overwritten, {b""}), (removed, {None}), (backed_up, {None})],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_every_moment_is_seen(folder: Path, save: Callable[[Path], None], between: set[Any]) -> None:
    watch = watching(folder)
    watch(lambda: save(watch.path))
    assert watch.contents[0] == b"old"
    assert watch.contents[-1] == b"new"
    assert {each for each in watch.contents if each not in (b"old", b"new")} == between
    assert not watch.strangers


def test_what_cpp_writes_is_seen_too(folder: Path) -> None:
    watch = watching(folder)
    watch(lambda: by_torch(watch.path))
    first, *others, last = watch.contents
    assert first == b"old"
    assert others
    assert last == watch.path.read_bytes()


@pytest.mark.filterwarnings("ignore:unclosed file")
def test_the_disk_is_full_at_each_change(folder: Path) -> None:
    watch = watching(folder)
    watch(lambda: replaced(watch.path))
    assert watch.changes >= 2
    for place in range(1, watch.changes + 1):
        watch.path.with_name("scratch").unlink(missing_ok=True)
        watch.path.write_bytes(b"old")
        again = watching(folder, place)
        with pytest.raises(OSError, match="No space"):
            again(lambda path=watch.path: replaced(path))
        assert watch.path.read_bytes() == (b"new" if place == watch.changes else b"old")


def test_temporary_files_go_elsewhere_meanwhile(folder: Path) -> None:
    usual = tempfile.gettempdir()
    watch = watching(folder)

    def save() -> None:
        with tempfile.NamedTemporaryFile(delete=False) as file:
            file.write(b"new")
        os.replace(file.name, watch.path)

    watch(save)
    assert watch.path.stat().st_ino in watch.strangers
    assert tempfile.gettempdir() == usual


def test_a_profiler_of_the_callers_comes_back(folder: Path) -> None:
    def profiler(*arguments: Any) -> None:
        """Looks at nothing."""

    before = sys.getprofile()
    sys.setprofile(profiler)
    try:
        watching(folder)(lambda: None)
        assert sys.getprofile() is profiler
    finally:
        sys.setprofile(before)


class Careful(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        raise pickle.UnpicklingError(name)


class Careless(pickle.Unpickler):
    """Chooses nothing."""


def torch_file(value: Any) -> io.BytesIO:
    file = io.BytesIO()
    torch.save(value, file)
    file.seek(0)
    return file


def object_array() -> io.BytesIO:
    file = io.BytesIO()
    np.save(file, np.array([{}]), allow_pickle=True)
    file.seek(0)
    return file


def imported_for_the_first_time(name: str) -> Any:
    sys.modules.pop(name, None)
    return importlib.import_module(name)


@pytest.mark.parametrize(
    ("load", "found"),
    [
        (lambda: pickle.loads(pickle.dumps([1])), [PICKLE]),
        (lambda: pickle.load(io.BytesIO(pickle.dumps([1]))), [PICKLE]),
        (lambda: pickle.Unpickler(io.BytesIO(pickle.dumps([1]))).load(), [PICKLE]),
        (lambda: Careless(io.BytesIO(pickle.dumps([1]))).load(), [PICKLE]),
        (lambda: Careful(io.BytesIO(pickle.dumps([1]))).load(), []),
        (lambda: torch.load(torch_file({"x": torch.ones(2)}), weights_only=False), [PICKLE]),
        (lambda: torch.load(torch_file({"x": torch.ones(2)}), weights_only=True), []),
        (lambda: np.load(object_array(), allow_pickle=True), [PICKLE]),
        (lambda: builtins.eval("1 + 1"), [EVAL]),
        (lambda: __import__("json").loads("[1]"), []),
        (lambda: imported_for_the_first_time("colorsys"), []),
        (lambda: __import__("ast").literal_eval("[1]"), []),
    ],
)
def test_what_runs_code_is_told(load: Callable[[], Any], found: list[str]) -> None:
    assert code_run_by(load) == found
