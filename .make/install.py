"""Install the course into the environment whose Python runs this, and say how far it is. `make` calls it.

It stands on Python and pip alone, since nothing else is there yet: first torch, where `--torch-index URL` says that it
comes from a place of its own; then every package of requirements.lock from where pip usually gets them; then the
course's two packages. Progress goes to one line of a terminal, or every so often to a line of a file. The exit status
is pip's.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import threading
import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import IO

LOCK = Path("requirements.lock")
PIP = (sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--progress-bar", "off")
ON_A_TERMINAL, IN_A_FILE = 0.5, 15.0
"""Seconds between two reports."""
QUOTED = 20
"""Lines of pip's that are shown where it fails."""
FILE = re.compile(r"(?P<name>[^/\s-]+)-[^/\s]+(\.whl|\.tar\.gz)(?=\s|$)(?P<size> \([\d.]+ [kMG]B\))?")
"""A package's file in a line of pip's, not its metadata alone."""


class Progress:
    """What pip has done so far, read off what it says and what it leaves in the environment."""

    def __init__(self, total: int) -> None:
        """`total`: packages to come. pip may add some of its own: torch's build for CUDA brings libraries."""
        self.said: deque[str] = deque(maxlen=QUOTED)
        self._start = time.monotonic()
        self._total = total
        self._found: set[str] = set()
        self._fetched: set[str] = set()
        self._now = ""

    def hear(self, line: str) -> None:
        """Take in a line of pip's."""
        self.said.append(line)
        match line.split():
            case ["Collecting" | "Ignoring", what, *_]:
                self._found.add(canonical(what))
            case ["Requirement", "already", "satisfied:", what, *_]:
                self._found.add(canonical(what))
                self._fetched.add(canonical(what))
            case ["Downloading" | "Using" | "Processing", *_] if file := FILE.search(line):
                self._found.add(canonical(file["name"]))
                self._fetched.add(canonical(file["name"]))
                self._now = f"; {file['name']}{file['size'] or ''}"
            case ["Installing" | "Successfully", *_]:
                self._now = ""

    def __str__(self) -> str:
        """Such as `2 min 05 s: found 88, fetched 87, installed 0 of 170 packages; torch (191.8 MB)`."""
        minutes, seconds = divmod(int(time.monotonic() - self._start), 60)
        installed = len(list(Path(sysconfig.get_path("purelib")).glob("*.dist-info")))
        total = max(self._total, len(self._found), len(self._fetched))
        return (
            f"{minutes} min {seconds:02} s: found {len(self._found)}, fetched {len(self._fetched)}, "
            f"installed {min(installed, total)} of {total} packages{self._now}"
        )


def canonical(requirement: str) -> str:
    """The name in a requirement or a file name, as all of pip's lines can be compared by it."""
    return re.sub(r"[-_.]+", "-", re.split(r"[=<>!~;\[ ]", requirement)[0]).lower()


def pip(arguments: Sequence[str], progress: Progress) -> int:
    """Run `pip install` and report; where it fails, quote it. Returns its exit status."""
    terminal = sys.stdout.isatty()
    command = [*PIP, *arguments]
    # Debian 12's pip builds what has no wheel in a way of its own, which fails; all newer ones know this way alone.
    environment = os.environ | {"PIP_USE_PEP517": "1"}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as process:
        reader = threading.Thread(target=hear_all, args=(process.stdout, progress))
        reader.start()
        while process.returncode is None:
            try:
                process.wait(ON_A_TERMINAL if terminal else IN_A_FILE)
            except subprocess.TimeoutExpired:
                report(progress, terminal)
        reader.join()
    if terminal:
        print("\r\033[K", end="", flush=True)
    if process.returncode:
        print(*progress.said, sep="\n", file=sys.stderr)
    return process.returncode


def hear_all(output: IO[str] | None, progress: Progress) -> None:
    """Take in what pip says, until it ends."""
    for line in output or ():
        progress.hear(line.rstrip())


def report(progress: Progress, terminal: bool) -> None:
    """One line, over the last one where there is a terminal."""
    if terminal:
        print("\r\033[K" + str(progress)[: shutil.get_terminal_size().columns - 1], end="", flush=True)
    else:
        print(progress, flush=True)


def install(torch_index: str | None) -> int:
    """All of it. Returns the exit status of what failed, or 0."""
    pins = [line for line in LOCK.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    progress = Progress(len(pins))
    if torch_index:
        torch = next(pin for pin in pins if canonical(pin) == "torch")
        # By force, since another build of the same version would do for pip.
        if status := pip(["--force-reinstall", "--no-deps", "--index-url", torch_index, torch], progress):
            print(
                f"{torch} could not be had from TORCH_INDEX={torch_index}; "
                "the installation page of pytorch.org (Get started) gives the address behind --index-url",
                file=sys.stderr,
            )
            return status
    if status := pip(["-r", str(LOCK)], progress):
        return status
    status = pip(["--no-deps", "--no-build-isolation", "--editable", "."], progress)
    if not status:
        print(progress)
    return status


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--torch-index", help="package index that torch alone comes from", metavar="URL")
    try:
        sys.exit(install(parser.parse_args().torch_index))
    except KeyboardInterrupt:
        sys.exit(130)
