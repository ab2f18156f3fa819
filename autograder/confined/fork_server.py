"""The parent of all that runs in a sandbox: imports what takes long once, and forks a fresh child for each submission.

Started by `autograder.grading.sandbox` as `python -m autograder.confined.fork_server`, with its standard input as the
line to its master. Each message is one JSON object:

- first from here `{"ready": true}`, or `{"refused": why}`;
- then to here `{"run": true}` with a descriptor, the line of the child, answered by `{"ended": status, "cpu": seconds}`
  when that is over, with the status of os.wait4, or by `{"refused": why}`; `{"stop": true}` ends the child before that.

The end of the line ends the child and the parent.
"""

import base64
import contextlib
import gc
import importlib
import json
import os
import random
import select
import signal
import socket
import sys
import traceback
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from autograder.confined import limits, namespaces
from autograder.running import wire

LARGEST_MESSAGE = 4096


@dataclass(frozen=True)
class Course:
    """What every child needs. The parent runs the setup cells once, to have imported what they import."""

    setup: tuple[str, ...]
    preload: tuple[str, ...]
    """Modules that the exercises need, whatever the setup cells import."""
    limits: limits.Limits
    filter: bytes | None
    """Program of the filter of system calls; None where the operator has accepted to do without a sandbox."""

    @classmethod
    def read(cls, path: Path) -> "Course":
        """The course in a JSON file. Raises `OSError`, `ValueError`, `KeyError` or `TypeError`."""
        content = json.loads(path.read_text(encoding="utf-8"))
        program = content["filter"]
        return cls(
            tuple(content["setup"]),
            tuple(content["preload"]),
            limits.Limits(**content["limits"]),
            None if program is None else base64.b64decode(program, validate=True),
        )


def main(course_file: str) -> None:
    """Prepare, say so, and serve until the master hangs up."""
    control = socket.socket(fileno=os.dup(0))
    silence()
    try:
        course = Course.read(Path(course_file))
        shell = prepare(course)
    except BaseException:  # whatever it is, it has to be told, not shown to nobody
        send(control, {"refused": traceback.format_exc()[-LARGEST_MESSAGE // 2 :]})
        return
    send(control, {"ready": True})
    serve(control, course, shell)


def silence() -> None:
    """Nobody reads what is printed from here on, and nobody types anything."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)


def prepare(course: Course) -> Any:
    """Import torch, the exercises and whatever the setup cells import; return a shell in which nothing has run yet."""
    import torch

    for module in ("autograder.exercises", *course.preload):
        importlib.import_module(module)
    from autograder.confined.cells import make_shell

    torch.set_num_threads(1)  # before the fork: a child has none of its parent's threads
    if course.filter is not None:
        namespaces.adopt_orphans()
    shell = make_shell()
    for source in course.setup:
        result = shell.run_cell(source, store_history=False, silent=True)
        result.raise_error()
    shell.reset(new_session=False)
    gc.collect()
    gc.freeze()  # a collection in a child would write to, and so copy, every page that it shares with this process
    return shell


def serve(control: socket.socket, course: Course, shell: Any) -> None:
    """Fork a child for every message that brings a line, one at a time."""
    listening = True
    while listening:
        message, descriptors, _, _ = socket.recv_fds(control, LARGEST_MESSAGE, 1)
        if not message:
            return
        if not descriptors:
            continue  # it asks for the end of a child that has ended by itself
        (line,) = descriptors
        try:
            child = fork_child(line, course, shell)
        except OSError as error:
            listening = send(control, {"refused": str(error)})
        else:
            listening = attend(control, child)
        os.close(line)


def attend(control: socket.socket, child: int) -> bool:
    """Wait for the end of a child, or bring it about; False where the master is gone."""
    ended = os.pidfd_open(child)
    try:
        ready, _, _ = select.select([ended, control.fileno()], [], [])
    finally:
        os.close(ended)
    if ended not in ready:
        control.recv(LARGEST_MESSAGE)  # nothing at all where the master is gone; the child ends either way
        end_group(child)
    _, status, usage = os.wait4(child, 0)
    return send(control, {"ended": status, "cpu": usage.ru_utime + usage.ru_stime})


def end_group(child: int) -> None:
    """End a child and, where it shares its processes' namespace with others, whatever it has started."""
    with contextlib.suppress(ProcessLookupError):  # it may not have made itself leader of a group yet
        os.killpg(child, signal.SIGKILL)
    os.kill(child, signal.SIGKILL)


def send(control: socket.socket, message: dict[str, Any]) -> bool:
    """Send one message; False where nobody is there any more."""
    try:
        control.send(json.dumps(message).encode())
    except OSError:
        return False
    return True


def fork_child(line: int, course: Course, shell: Any) -> int:
    """Fork the process that will run one submission; return its number, by which this process can wait for it.

    Raises `OSError` where the kernel gives no process or no namespaces.
    """
    if course.filter is None:
        child = os.fork()
        if child == 0:
            become_child(line, course, shell)
        return child
    # Whoever asks for a fresh process namespace does not enter it, its next child does. The one between ends at once,
    # and this process takes over.
    reading, writing = os.pipe()
    between = os.fork()
    if between == 0:
        told = fork_in_namespaces(line, course, shell)
        os.write(writing, told.encode())
        os._exit(0)
    os.close(writing)
    os.waitpid(between, 0)
    with open(reading, encoding="utf-8") as pipe:
        told = pipe.read()
    if not told.isdecimal():
        raise OSError(told or "the process that makes the namespaces died")
    return int(told)


def fork_in_namespaces(line: int, course: Course, shell: Any) -> str:
    """Leave this process's namespaces and fork; return the child's number, or why there is none."""
    try:
        namespaces.leave_namespaces()
        child = os.fork()
    except OSError as error:
        return str(error)
    if child == 0:
        become_child(line, course, shell)
    return str(child)


def become_child(line: int, course: Course, shell: Any) -> None:
    """Shut this process in for good, then run what comes along its line. Never returns."""
    status = 1
    try:
        keep_only(line)
        connection = Connection(line)
        refusal = shut_in(course)
        connection.send_bytes(wire.encode({"confined": refusal is None, "why": refusal}))
        if refusal is None:
            from autograder.confined.cells import serve_cells

            random.seed(0)  # the same submission meets the same world twice
            serve_cells(connection, shell)
            status = 0
    finally:
        os._exit(status)


def keep_only(line: int) -> None:
    """Close every descriptor but the line and the three standard streams."""
    os.closerange(3, line)
    os.closerange(line + 1, 65536)


def shut_in(course: Course) -> str | None:
    """Apply namespaces, limits and the filter of system calls; say why that failed, where it did."""
    try:
        os.setsid()
        if course.filter is not None:
            namespaces.mount_own(course.limits.scratch)
            os.chdir("/tmp")
        limits.apply(course.limits)
        if course.filter is not None:
            namespaces.give_up_privileges()
            namespaces.forbid_system_calls(course.filter)
    except (OSError, ValueError) as error:
        return f"{type(error).__name__}: {error}"
    return None


if __name__ == "__main__":
    main(sys.argv[1])
