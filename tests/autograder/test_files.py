"""Judging files: whatever a file does, it costs that file, and the next one is judged."""

import os
import signal
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.exercises import UnknownExerciseError
from autograder.files import judge_files
from autograder.verdict import Outcome, Verdict

pytestmark = pytest.mark.slow  # together they take most of a minute; the whole run has them

ID = "mlm.mlm_labels"
RIGHT = """
import torch

def mlm_labels(input_ids, selected):
    return torch.where(selected, input_ids, -100)
"""
LONG_ENOUGH, SHORT = 60.0, 2.0
"""Seconds: for files that end by themselves, and for files that would not."""

Write = Callable[[str], Path]


@pytest.fixture(scope="module", autouse=True)
def _warm(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Start the fork server first: a short deadline must not be spent on importing torch."""
    path = tmp_path_factory.mktemp("warm") / "right.py"
    path.write_text(RIGHT)
    assert [verdict.passed for verdict in judge_files(ID, [path], 0)] == [True]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file of this text."""

    def write_file(text: str, name: str = "mine.py") -> Path:
        path = tmp_path / name
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        return path

    return write_file


def verdict_on_text(write: Write, text: str, deadline: float = LONG_ENOUGH) -> Verdict:
    """The verdict on a file of this text."""
    (verdict,) = judge_files(ID, [write(text)], 0, deadline)
    return verdict


def inside(body: str) -> str:
    """A file that is fine until its function is called."""
    return f"import os, sys, time, torch\n\ndef mlm_labels(input_ids, selected):\n    {body}\n"


STOPS = {
    "raises": ("1 / 0", "The file raised ZeroDivisionError in line 1: division by zero."),
    "raises-in-a-helper": ("def f():\n    {}['k']\n\nf()", "The file raised KeyError in line 2: 'k'."),
    "raises-without-words": ("raise RuntimeError", "The file raised RuntimeError in line 1: no message."),
    "raises-unspeakably": (
        "class E(Exception):\n    def __str__(self):\n        raise ValueError\nraise E",
        "The file raised E in line 4: no message.",
    ),
    "raises-stop-button": ("raise KeyboardInterrupt", "The file raised KeyboardInterrupt in line 1: no message."),
    "reads-input": ("input()", "The file raised EOFError in line 1: EOF when reading a line."),
    "imports-nothing": ("import no_such_module", "The file raised ModuleNotFoundError in line 1: No module named"),
    "syntax": ("def f(:\n", "The file is not Python: invalid syntax in line 1."),
    "indentation": ("def f():\nreturn 1\n", "The file is not Python: expected an indented block after function"),
    "null-byte": ("x = 1\x00", "The file is not Python: source code"),
    "empty": ("", "The file does not define `mlm_labels`; it defines nothing."),
    "other-names": ("def labels(): pass\nimport os\n_x = 1", "does not define `mlm_labels`; it defines labels, os."),
    "odd-names": ("globals()[1] = 2", "The file does not define `mlm_labels`; it defines 1."),
    "main-only": ("if __name__ == '__main__':\n    mlm_labels = 1", "it defines nothing."),
    "sys-exit": ("import sys; sys.exit(0)", "The file left Python by itself, with exit status 0."),
    "exit": ("raise SystemExit('bye')", "The file left Python by itself, with exit status bye."),
    "os-exit": ("import os; os._exit(0)", "The code ended its own process"),
    "killed": ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "The code ended its own process"),
    "os-exit-inside": (inside("os._exit(0)"), "The code ended its own process"),
    "stop-button-inside": (inside("raise KeyboardInterrupt"), "The code ended its own process"),
    "sys-exit-inside": (inside("sys.exit(4)"), "It raised SystemExit: 4 in the line `sys.exit(4)`."),
    "raises-inside": (inside("raise OSError('no')"), "It raised OSError: no in the line `raise OSError('no')`."),
    "not-callable": ("mlm_labels = 3", "It raised TypeError: 'int' object is not callable."),
    "terminal-codes": (inside(r"raise OSError('\x1b[2J\n\ud800<b>')"), "It raised OSError: ?[2J ?<b>"),
}


NAMED = {
    "The file raised": "raises-when-loaded",
    "The file left Python": "leaves-python",
    "The file is not Python": "syntax-error",
    "does not define": "missing-definition",
    "it defines": "missing-definition",
    "The code ended its own process": "ends-its-process",
    "SystemExit": "raises-system-exit",
    "OSError": "raises-os-error",
    "not callable": "not-callable",
}
"""What stopped a file is counted under, by what is seen of it."""


def named_by(seen: str) -> str:
    return next(name for words, name in NAMED.items() if words in seen)


@pytest.mark.parametrize(("text", "seen"), STOPS.values(), ids=STOPS)
def test_a_file_that_stops(write: Write, text: str, seen: str) -> None:
    verdict = verdict_on_text(write, text)
    assert (verdict.outcome, verdict.points) == (Outcome.CODE_FAILED, 0)
    assert verdict.misconception == named_by(seen)
    assert verdict.diagnosis is not None
    assert seen in verdict.diagnosis.seen
    assert all(line.isprintable() and 0 < len(line) <= 200 for _, line in verdict.diagnosis.lines)


HANGS = {
    "on-import": "while True: pass",
    "inside": inside("while True: pass"),
    "asleep": "import time; time.sleep(1e6)",
    "deaf": "import signal, time\nfor n in (2, 15, 14): signal.signal(n, signal.SIG_IGN)\ntime.sleep(1e6)",
    "half-a-message": """
        import os, time
        for fd in range(3, 64):
            try:
                os.write(fd, b"\\x00\\x00\\x10\\x00half")
            except OSError:
                pass
        time.sleep(1e6)
        """,
}


@pytest.mark.parametrize("text", HANGS.values(), ids=HANGS)
def test_a_file_that_hangs_is_stopped(write: Write, text: str) -> None:
    verdict = verdict_on_text(write, text, SHORT)
    assert verdict.outcome is Outcome.CODE_FAILED
    assert verdict.diagnosis is not None
    assert verdict.diagnosis.seen == "The code was still running after 2 seconds and was stopped."


def test_a_file_that_takes_no_requests_is_stopped(tmp_path: Path, write: Write) -> None:
    """It says that it has loaded, and never reads the inputs, of which there are more than a socket holds."""
    text = """
        import sys, time
        from autograder.running import wire
        frame = sys._getframe()
        while "connection" not in frame.f_locals:
            frame = frame.f_back
        frame.f_locals["connection"].send_bytes(wire.encode({"failure": None}))
        time.sleep(1e6)
        """
    (verdict,) = judge_files("mlm.corrupt", [write(text)], 0, SHORT)
    assert verdict.diagnosis is not None
    assert "still running after 2 seconds" in verdict.diagnosis.seen


def replying(reply: str) -> str:
    """A file that answers every request itself, with its own bytes or its own record."""
    return f"""
        import math, sys, torch
        from autograder.running import wire
        frame = sys._getframe()
        while "connection" not in frame.f_locals:
            frame = frame.f_back
        connection = frame.f_locals["connection"]
        quiet = {{"changed": [], "global_random": False, "switched": []}}
        connection.send_bytes(wire.encode({{"failure": None}}))
        while True:
            inputs = wire.decode(connection.recv_bytes())
            connection.send_bytes({reply})
        """


GARBAGE = {
    "no-message": "b'garbage'",
    "no-dict": "wire.encode([1])",
    "empty-dict": "wire.encode({})",
    "unknown-argument": "wire.encode(quiet | {'changed': ['<script>']})",
    "unknown-mode": "wire.encode(quiet | {'switched': ['x' * 10**6]})",
    "number-for-flag": "wire.encode(quiet | {'global_random': 1})",
    "half-an-exception": "wire.encode(quiet | {'raised': {'type': 'E'}})",
    "exception-of-numbers": "wire.encode(quiet | {'raised': {'type': 1, 'message': 2, 'line': 3}})",
}


@pytest.mark.parametrize("reply", GARBAGE.values(), ids=GARBAGE)
def test_a_reply_that_is_no_record(write: Write, reply: str) -> None:
    verdict = verdict_on_text(write, replying(reply))
    assert verdict.outcome is Outcome.CODE_FAILED
    assert verdict.diagnosis is not None
    assert "answered with something that is no result" in verdict.diagnosis.seen


FORGED = ["None", "[]", "[[]]", "{}", "{'logits': 1}", "7", "'text'", "[1, [2]]", "{'loss': {}}", "torch.ones(2)"]


@pytest.mark.parametrize("value", FORGED)
@pytest.mark.parametrize("exercise_id", ["mlm.select_positions", "mlm.corrupt", ID, "mlm.MLMHead", "mlm.mlm_loss"])
def test_a_record_with_a_forged_value_is_not_passed(write: Write, exercise_id: str, value: str) -> None:
    path = write(replying(f"wire.encode(quiet | {{'value': {value}}})"))
    (verdict,) = judge_files(exercise_id, [path], 0)
    assert (verdict.passed, verdict.points) == (False, 0)
    assert verdict.diagnosis is not None


def test_a_loading_message_of_its_own_is_no_result(write: Write) -> None:
    text = replying("b''").replace("{'failure': None}", "{'failure': 'passed', 'detail': []}")
    assert "no result" in verdict_on_text(write, text).message


QUIET = {
    "prints": 'import sys\nprint("x" * 10**6)\nprint("y", file=sys.stderr)\n' + RIGHT,
    "writes-to-descriptors": "import os\nos.write(1, b'x')\nos.write(2, b'y')\n" + RIGHT,
    "warns": "import warnings\nwarnings.warn('careful')\n" + RIGHT,
    "deletes-itself": "import os\nos.unlink(__file__)\n" + RIGHT,
    "asks-where-it-is": "from pathlib import Path\nassert Path(__file__).name == 'mine.py'\n" + RIGHT,
    "changes-folder": "import os\nos.chdir('/')\n" + RIGHT,
    "closes-streams": "import sys\nsys.stdout = sys.stderr = None\n" + RIGHT,
    "byte-order-mark": "\ufeff" + RIGHT,
    "other-encoding-cookie": "# -*- coding: utf-8 -*-\n# ä\n" + RIGHT,
    "main-guard": RIGHT + "\nif __name__ == '__main__':\n    raise SystemExit\n",
    "dataclass": "from __future__ import annotations\nimport dataclasses as d\n@d.dataclass\nclass D:\n    a: int\n"
    + RIGHT,
    "threads": "import threading, time\nthreading.Thread(target=time.sleep, args=(1e6,)).start()\n" + RIGHT,
    "child-that-sleeps": "import os, time\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(20)\n    os._exit(0)\n"
    + RIGHT,
}


@pytest.mark.parametrize("text", QUIET.values(), ids=QUIET)
def test_a_right_file_may_do_other_things(write: Write, text: str, capfd: pytest.CaptureFixture[str]) -> None:
    start = time.monotonic()
    verdict = verdict_on_text(write, text)
    assert verdict.passed, verdict.to_text()
    assert time.monotonic() - start < 20, "nobody waits for what the file has started"
    assert capfd.readouterr() == ("", "")


def test_a_file_may_import_its_neighbour(write: Write) -> None:
    path = write("from mine_helper import mlm_labels")
    path.with_name("mine_helper.py").write_text(RIGHT)
    (verdict,) = judge_files(ID, [path], 0)
    assert verdict.passed
    assert sorted(each.name for each in path.parent.iterdir()) == ["mine.py", "mine_helper.py"], "no caches left"


@pytest.mark.parametrize("name", ["mine", "mine.txt", "my file.py", "ä.py", "torch.py"])
def test_any_name_will_do(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(RIGHT)
    assert [verdict.passed for verdict in judge_files(ID, [path], 0)] == [True]


def test_a_file_that_is_not_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_bytes(b"x = '\xff\xfe'\n" + RIGHT.encode())
    (verdict,) = judge_files(ID, [path], 0)
    assert verdict.diagnosis is not None
    assert verdict.diagnosis.seen.startswith("The file is not Python: (unicode error)")


def test_a_file_changed_within_the_second_is_read_again(write: Write) -> None:
    """Same size, same second: Python's own cache would give the old code."""
    passed = []
    for number in ("-100", "-101", "-100"):
        path = write(RIGHT.replace("-100", number))
        os.utime(path, (1_700_000_000, 1_700_000_000))
        passed += [verdict.passed for verdict in judge_files(ID, [path], 0)]
    assert passed == [True, False, True]


def test_one_bad_file_does_not_stop_the_next(tmp_path: Path) -> None:
    texts = [
        RIGHT,
        "import os; os._exit(1)",
        RIGHT,
        "import os, signal; os.kill(os.getppid(), signal.SIGKILL); import time; time.sleep(1e6)",
        RIGHT.replace("-100", "0"),
        "def f(:",
        "import os\nos.fork()\n" + RIGHT,
        RIGHT,
    ]
    paths = []
    for number, text in enumerate(texts):
        paths.append(tmp_path / f"{number}.py")
        paths[-1].write_text(text)
    verdicts = list(judge_files(ID, paths, 0, 6.0))
    # What a file is worth that runs as two processes which share one connection is a matter of luck.
    assert [verdict.passed for verdict in verdicts[:6]] == [True, False, True, False, False, False]
    assert verdicts[4].misconception == "ignore-zero"
    assert verdicts[7].passed


def test_a_file_that_the_one_before_it_deleted(tmp_path: Path) -> None:
    first, second = tmp_path / "1.py", tmp_path / "2.py"
    first.write_text(f"import os\nos.unlink({str(second)!r})\n" + RIGHT)
    second.write_text(RIGHT)
    verdicts = list(judge_files(ID, [first, second], 0))
    assert [verdict.passed for verdict in verdicts] == [True, False]


def test_what_a_file_started_ends_with_it(tmp_path: Path, write: Write) -> None:
    note = tmp_path / "child"
    text = f"""
        import os, time
        child = os.fork()
        if child == 0:
            time.sleep(1e6)
        open({str(note)!r}, "w").write(str(child))
        """
    assert verdict_on_text(write, text + textwrap.indent(RIGHT, " " * 8)).passed
    child = int(note.read_text())
    for _ in range(100):
        try:
            os.kill(child, 0)
        except ProcessLookupError:
            return
        if Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
            return
        time.sleep(0.05)
    os.kill(child, signal.SIGKILL)
    pytest.fail("the child is still there")


def test_the_same_seed_gives_the_same_verdict(write: Write) -> None:
    path = write(
        "import torch\ndef select_positions(i, s, p, g):\n"
        "    if not 0 <= p <= 1:\n        raise ValueError(p)\n"
        "    return (torch.rand(i.shape, generator=g) < p / 2) & ~s\n"
    )
    first, again, other = (next(judge_files("mlm.select_positions", [path], seed)).to_text() for seed in (1, 1, 2))
    assert first == again != other


@pytest.fixture
def strange_paths(tmp_path: Path) -> list[Path]:
    """Paths that are no files."""
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "loop.py").symlink_to(tmp_path / "loop.py")
    return [
        tmp_path,
        tmp_path / "missing.py",
        tmp_path / "pipe.py",
        tmp_path / "loop.py",
        tmp_path / ("x" * 5000),
        Path("with\x00null"),
        Path(""),
    ]


def test_a_path_that_is_no_file_is_refused_before_anything_runs(
    strange_paths: list[Path], write: Write, tmp_path: Path
) -> None:
    trace = tmp_path / "trace"
    first = write(f"open({str(trace)!r}, 'w')\n" + RIGHT)
    for path in strange_paths:
        with pytest.raises(FileNotFoundError, match="there is no file"):
            judge_files(ID, [first, path], 0)
    assert not trace.exists()


def test_an_unknown_exercise_is_refused(write: Write) -> None:
    with pytest.raises(UnknownExerciseError, match=r"did you mean 'mlm\.mlm_labels'"):
        judge_files("mlm.labels", [write(RIGHT)], 0)
