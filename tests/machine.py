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


class Lacks(Exception):
    """Something is not there; the message says what it is needed for, and how to get it."""


def find_chromium() -> str:
    """The path of a browser that starts: the system's, or else one that playwright has fetched. Raises `Lacks`."""
    way_out = "Debian, Ubuntu: apt install chromium; elsewhere: .venv/bin/playwright install chromium"
    found = next(filter(None, map(shutil.which, BROWSERS)), None) or playwrights_own()
    if found is None:
        raise Lacks(f"no Chromium ({way_out})")
    if sys.platform == "linux" and not has_fonts():
        raise Lacks("no fonts for Chromium (Debian, Ubuntu: apt install fonts-dejavu-core)")
    if said := why_not([found, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", "about:blank"]):
        raise Lacks(f"{found} does not start ({said}; {way_out})")
    return found


def playwrights_own() -> str | None:
    """The browser of `playwright install chromium`, where somebody has run that."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


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
    if said := why_not([program, *room, "--", sys.executable, "-S", "-c", ""]):
        raise Lacks(f"no sandbox: bubblewrap cannot make namespaces ({said}; see autograder/THREAT_MODEL.md)")


def why_not(command: list[str]) -> str | None:
    """What a program says that does not end well, its last line; None where it does."""
    try:
        said = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=60)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    lines = said.stderr.strip().splitlines() or [f"exit status {said.returncode}"]
    return None if said.returncode == 0 else lines[-1]


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
