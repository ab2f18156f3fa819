"""What a call of Python does to a file while it runs, and what it makes of a file's content; nothing stays behind.

A process that is killed leaves a file as it is at that moment, and runs no `except` and no `finally`. So a file is
looked at after every function of C that has returned: whoever writes, renames or deletes does it through one.
"""

import builtins
import contextlib
import errno
import os
import pickle
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

from autograder.calls import in_a_library

QUIET = (list, dict, tuple, set, str, bytes, bytearray, int, float, type(None), type)
"""What has methods that leave files alone."""
PICKLE, EVAL = "pickle", "eval"
"""What runs code that a file names."""


@contextlib.contextmanager
def profiled(hook: Callable[[FrameType, str, Any], None]) -> Iterator[None]:
    """Call `hook` at every call and return while the block runs."""
    before = sys.getprofile()
    sys.setprofile(hook)
    try:
        yield
    finally:
        sys.setprofile(before)


def leaves_files_alone(function: Any) -> bool:
    """Whether a function of C, of those that are called most, does nothing to a file."""
    owner = getattr(function, "__self__", None)
    return owner is builtins or isinstance(owner, QUIET)


class Watch:
    """Looks at a file while a call runs."""

    def __init__(self, path: Path, elsewhere: Path, dies_at: int | None = None) -> None:
        """
        Args:
            path: the file.
            elsewhere: where Python puts temporary files meanwhile.
            dies_at: let the disk be full at that change in the folder; None to let the call come to its end.
        """
        self.path, self.elsewhere, self.dies_at = path, elsewhere, dies_at
        self.contents: list[bytes | None] = []
        """What stood at the path, one after the other; None where nothing did."""
        self.changes = 0
        """How often something in its folder changed."""
        self.strangers: set[int] = set()
        """Numbers of the files that stood where Python puts temporary ones."""
        self._last: Any = None
        self._folder: Any = self._listing()

    def __call__(self, call: Callable[[], Any]) -> Any:
        """What comes of the call. Python's temporary files go elsewhere until it has come back."""
        usual = tempfile.tempdir, sys.unraisablehook
        tempfile.tempdir = str(self.elsewhere)
        if self.dies_at is not None:  # what is left open is of no interest
            sys.unraisablehook = lambda _: None
        self._look()
        try:
            with profiled(self._hook):
                return call()
        finally:
            tempfile.tempdir, sys.unraisablehook = usual
            self._look()

    def _hook(self, frame: FrameType, event: str, function: Any) -> None:
        if event in ("c_return", "c_exception") and not leaves_files_alone(function):
            self._look()
            folder = self._listing()
            if folder != self._folder:
                self._folder = folder
                self.changes += 1
                if self.changes == self.dies_at:
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _look(self) -> None:
        try:
            found = os.stat(self.path)
            state: Any = found.st_ino, found.st_size, found.st_mtime_ns
        except OSError:
            state = None
        if state != self._last or not self.contents:
            self._last = state
            content = content_of(self.path)
            if not self.contents or content != self.contents[-1]:
                self.contents.append(content)

    def _listing(self) -> tuple[tuple[str, int, int], ...]:
        found = []
        for folder in (self.path.parent, self.elsewhere):
            with contextlib.suppress(OSError):
                for each in os.scandir(folder):
                    with contextlib.suppress(OSError):
                        found.append((each.name, each.inode(), each.stat(follow_symlinks=False).st_size))
                        if folder == self.elsewhere:
                            self.strangers.add(each.inode())
        return tuple(sorted(found))


def content_of(path: Path) -> bytes | None:
    """What stands in a file; None where there is none."""
    try:
        return path.read_bytes()
    except OSError:
        return None


def code_run_by(call: Callable[[], Any]) -> list[str]:
    """By what a call runs whatever code the file names that it reads: `PICKLE`, `EVAL`, both or nothing of these."""
    found: set[str] = set()

    def hook(frame: FrameType, event: str, function: Any) -> None:
        if event == "c_call":
            if is_unrestricted(function):
                found.add(PICKLE)
            elif function in (eval, exec) and not in_a_library(frame.f_code.co_filename):
                found.add(EVAL)

    with profiled(hook):
        call()
    return sorted(found)


def is_unrestricted(function: Any) -> bool:
    """Whether a function of C unpickles without anybody choosing which classes and functions a pickle may name."""
    owner, name = getattr(function, "__self__", None), getattr(function, "__name__", "")
    if name in ("load", "loads") and getattr(function, "__module__", None) == "_pickle":
        return True
    if name != "load" or not isinstance(owner, pickle.Unpickler):
        return False
    chooses: Any = type(owner).find_class
    return chooses is pickle.Unpickler.find_class or str(getattr(chooses, "__module__", "")).startswith("torch.")
