"""What the tests need of the machine beyond Python's packages, and what is not run where it is missing.

`make test` runs `python -m tests.machine` before anything else, so that whoever waits for the tests knows beforehand.
Nothing errors half-way: tests ask the fixtures `needs_sandbox` and `chromium`, which ask here. In CI a missing thing is
a failure, since `.ci/run` installs them.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FONTS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
FONT_FILES = frozenset({".ttf", ".otf", ".ttc", ".pfb", ".woff", ".woff2"})
WAYS_TO_CHROMIUM = "apt install chromium fonts-dejavu-core libatomic1, or .venv/bin/playwright install chromium"
PROBE = """
import os
import sys
from playwright.sync_api import sync_playwright
try:
    with sync_playwright() as playwright:
        path = sys.argv[1] or playwright.chromium.executable_path
        if not os.path.exists(path):
            sys.exit("none is installed")
        playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"]).close()
except Exception as error:
    sys.exit(str(error).partition("\\n")[0])
print(path)
"""
"""Starts the browser at a path, or playwright's own, and prints where it is."""


class Lacks(Exception):
    """Something is not there; the message says what it is needed for, and how to get it."""


def find_chromium() -> str:
    """The path of a browser that starts: the system's, or else one that playwright has fetched. Raises `Lacks`."""
    found = next(filter(None, map(shutil.which, BROWSERS)), "")
    # In a process of its own, where what is left of a failed start disturbs nobody.
    probe = subprocess.run([sys.executable, "-c", PROBE, found], capture_output=True, text=True, errors="replace")
    if probe.returncode:
        raise Lacks(f"no Chromium that starts: {last_word(probe)} ({WAYS_TO_CHROMIUM})")
    if sys.platform == "linux" and not has_fonts():
        raise Lacks(f"no fonts for Chromium ({WAYS_TO_CHROMIUM})")
    return probe.stdout.strip()


def has_fonts() -> bool:
    """Whether a folder of fonts has one; without, a browser on Linux shows no text."""
    return any(path.suffix in FONT_FILES for folder in FONTS for path in Path(folder).expanduser().rglob("*.*"))


def check_sandbox() -> None:
    """Raise `Lacks` where submissions cannot be run."""
    if sys.platform != "linux":
        raise Lacks("no sandbox (Linux alone has one; a class is graded there)")
    from autograder.grading.sandbox import RefusedError, find_bwrap

    try:
        program = find_bwrap()
    except RefusedError as error:
        raise Lacks("no bubblewrap (Debian, Ubuntu: apt install bubblewrap)") from error
    room = ["--unshare-user", "--unshare-pid", "--unshare-net", "--ro-bind", "/", "/"]
    command = [program, *room, "--", sys.executable, "-S", "-c", ""]
    said = subprocess.run(command, capture_output=True, text=True, errors="replace")
    if said.returncode:
        why = last_word(said)
        raise Lacks(f"no sandbox: bubblewrap cannot make namespaces ({why}; see autograder/THREAT_MODEL.md)")


def last_word(said: subprocess.CompletedProcess[str]) -> str:
    """Why a program did not end well: the system's own word where a library is missing, or else its last line."""
    lines = said.stderr.strip().splitlines() or [f"exit status {said.returncode}"]
    return next((line for line in lines if "shared libraries" in line), lines[-1])


def missing() -> dict[str, str]:
    """What is not run here, and why."""
    needs = {"tests that drive a browser": find_chromium, "tests that grade in the sandbox": check_sandbox}
    found = {}
    for what, look in needs.items():
        try:
            look()
        except Lacks as error:
            found[what] = str(error)
    return found


def may_be_left_out() -> bool:
    """Whether a test may go without what it needs. In CI none may, but for what the system cannot have."""
    return "CI" not in os.environ or sys.platform != "linux"


def main() -> int:
    """Say what is not run; fail where that must not be."""
    lacking = missing()
    for what, why in lacking.items():
        print(f"Not run here: {what}: {why}.", flush=True)
    if lacking and not may_be_left_out():
        print("This is CI, where all tests have to run: .ci/run installs what they need.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
