"""What all tests share: what they need of the machine, the order in which they run, and a word on what did not."""

import importlib.util
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
NOT_RUN = pytest.StashKey[Counter[str]]()

# Tests are no package; the file is run by `make test` too.
specification = importlib.util.spec_from_file_location("machine", TESTS / "machine.py")
assert specification is not None
assert specification.loader is not None
machine = importlib.util.module_from_spec(specification)
specification.loader.exec_module(machine)


def needed(look: Callable[[], object]) -> object:
    """What `look` finds; where it finds nothing the test is left out, with a reason, or in CI fails."""
    try:
        return look()
    except machine.Lacks as error:
        if machine.may_be_left_out():
            pytest.skip(str(error))
        pytest.fail(str(error))


@pytest.fixture(scope="session")
def needs_sandbox() -> None:
    """For tests that run what a learner wrote in the sandbox."""
    needed(machine.check_sandbox)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a browser, for tests that drive one."""
    return str(needed(machine.find_chromium))


def seconds(item: pytest.Item) -> float:
    """About how long it takes; only which file takes longer than another matters."""
    if item.path.suffix == ".ipynb":
        return 10.0
    return 60.0 if item.get_closest_marker("browser") else 15.0 if item.get_closest_marker("slow") else 0.1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest file first: short ones at the end keep all processes busy until it. Within a file nothing moves."""
    files: defaultdict[Path, float] = defaultdict(float)
    for item in items:
        files[item.path] += seconds(item)
    items.sort(key=lambda item: -files[item.path])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Note why tests were not run."""
    reports = terminalreporter.stats.get("skipped", [])
    config.stash[NOT_RUN] = Counter(
        str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr).removeprefix("Skipped: ")
        for report in reports
    )


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Say so, below pytest's own last line, where it is read."""
    if not_run := config.stash.get(NOT_RUN, None):
        print("Not run: " + "; ".join(f"{count} test{'s' * (count > 1)}, {why}" for why, count in not_run.items()))
