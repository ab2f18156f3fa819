"""Accidents in the code: it hangs, uses something up, leaves, or does what only a notebook can."""

from .accidents_of_form import OWN, TABLE, accident
from .base import LABELS, WRONG_CORRUPT, Base, HandIn, Make, Specimen, cell_of, notebook_file

LIMITED = "one of the limits that grading.md promises"


def before_labels(code: str) -> Make:
    """Right answers, the first of them below this code."""
    return lambda base: notebook_file(base.answered(labels=base.facts + code.strip("\n") + "\n" + base.right(LABELS)))


def for_corrupt(code: str) -> Make:
    """A right answer to the first exercise; the second is this code."""
    return lambda base: notebook_file(base.answered(corrupt=base.facts + code.strip("\n")))


def when_called(code: str) -> Make:
    """A right answer to the first exercise; the second runs this code when it is called."""
    body = "\n".join("    " + line for line in code.strip("\n").splitlines())
    return for_corrupt(WRONG_CORRUPT.replace("    return", f"{body}\n    return"))


def inside_labels(code: str) -> Make:
    """Right answers, the first of them with this code at its beginning."""

    def make(base: Base) -> HandIn:
        right = base.right(LABELS)
        return notebook_file(base.answered(labels=right.replace("    ### BEGIN SOLUTION", f"    {code}", 1)))

    return make


def output(base: Base) -> HandIn:
    """A loop that prints, forgotten in the cell of the second answer."""
    lines = base.scale.output_bytes // 100
    code = f"line = 'x' * 99\nfor _ in range({lines}):\n    print(line)\n"
    return for_corrupt(code + WRONG_CORRUPT)(base)


def processes(base: Base) -> HandIn:
    """As many processes as the scale allows, which do nothing."""
    code = (
        "import subprocess, sys\n"
        f"children = [subprocess.Popen([sys.executable, '-Sc', 'import time; time.sleep(20)']) "
        f"for _ in range({base.scale.processes})]\n"
    )
    return for_corrupt(code + WRONG_CORRUPT)(base)


def memory(base: Base) -> HandIn:
    """More memory than there should be, in pieces."""
    piece = 100_000_000
    code = (
        f"pieces = []\nfor _ in range({base.scale.memory_bytes // piece}):\n    pieces.append(bytes([1]) * {piece})\n"
    )
    return for_corrupt(code + WRONG_CORRUPT)(base)


def disk(base: Base) -> HandIn:
    """A file that grows in the working folder."""
    code = (
        "with open('huge.bin', 'wb') as file:\n"
        f"    for _ in range({base.scale.disk_bytes // 1_000_000}):\n        file.write(bytes(1_000_000))\n"
    )
    return for_corrupt(code + WRONG_CORRUPT)(base)


def right_after(code: str) -> Make:
    """Right answers, the second of them above this code."""

    def make(base: Base) -> HandIn:
        notebook = base.answered()
        cell = cell_of(notebook, "mlm-corrupt")
        cell.source += "\n" + code.strip("\n")
        return notebook_file(notebook)

    return make


ACCIDENTS_OF_CODE = (
    accident(
        "warning-in-answer",
        "A right answer prints one warning to stderr.",
        inside_labels("import sys; print('deprecated', file=sys.stderr)"),
        source=TABLE,
    ),
    accident(
        "log-while-checked",
        "Something in the kernel writes to stderr while the check runs.",
        before_labels("""
import logging, sys, threading, time
def warn():
    for _ in range(60):
        time.sleep(0.05)
        sys.__stderr__.write("still here\\n")
        sys.stderr.write("still here\\n")
threading.Thread(target=warn, daemon=True).start()
"""),
        source=TABLE,
    ),
    accident("syntax-error", "The second answer is no Python.", for_corrupt("def corrupt(:\n    return"), deserves=2),
    accident(
        "wrong-name",
        "The second answer is called otherwise.",
        for_corrupt("def corupt(*arguments):\n    return torch.zeros(1)"),
        deserves=2,
    ),
    accident(
        "raises-in-cell",
        "The cell of the second answer raises.",
        for_corrupt("raise RuntimeError('to do')"),
        deserves=2,
    ),
    accident(
        "raises-after",
        "The cell of the second answer raises after its definition.",
        right_after("assert corrupt is None, 'my own test'"),
        exact=False,
    ),
    accident(
        "unwritten",
        "The second answer was left as it was released.",
        lambda base: notebook_file(base.answered(corrupt=cell_of(base.lesson, "mlm-corrupt").source)),
        deserves=2,
    ),
    accident("emptied", "The second answer was deleted from its cell.", for_corrupt(""), deserves=2),
    accident(
        "magics",
        "There are magics and a shell command in the cell.",
        before_labels("%matplotlib inline\n!ls\n%timeit -n1 -r1 sum(range(10))"),
        source=OWN,
    ),
    accident(
        "cell-magic",
        "The cell begins with a cell magic.",
        lambda base: notebook_file(base.answered(labels="%%time\n" + base.right(LABELS))),
    ),
    accident("help", "A question mark at the end of a line asks for help.", right_after("torch.where?")),
    accident("asks-for-input", "The cell asks for input.", right_after("name = input('Your name: ')"), exact=False),
    accident(
        "top-level-await", "The cell waits at top level.", before_labels("import asyncio\nawait asyncio.sleep(0)")
    ),
    accident(
        "draws-a-figure",
        "The cell draws a figure.",
        before_labels("import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"),
        exact=False,
    ),
    accident(
        "thread-left-running",
        "A thread is left running.",
        before_labels(
            "import threading, time\nthreading.Thread(target=lambda: [time.sleep(1) for _ in range(1000)]).start()"
        ),
    ),
    accident(
        "process-left-running",
        "A process is left running.",
        before_labels(
            "import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])"
        ),
        exact=False,  # this course's grading lets no process be started, so what comes below it is not run
    ),
    accident("prints-when-called", "A right answer prints at every call.", inside_labels("print('here', input_ids)")),
    accident(
        "endless-loop",
        "The cell of the second answer never ends.",
        for_corrupt("while True:\n    pass\n" + WRONG_CORRUPT),
        2,
        LIMITED,
        exact=False,
    ),
    accident("endless-call", "The second answer never returns.", when_called("while True:\n    pass"), 2, LIMITED),
    accident(
        "not-interrupted",
        "The second answer never returns and catches every interrupt.",
        when_called(
            "while True:\n    try:\n        while True:\n            pass\n    except BaseException:\n        pass"
        ),
        2,
        LIMITED,
    ),
    accident(
        "recursion",
        "The second answer calls itself without end.",
        when_called("return corrupt(input_ids, selected, mask_token_id, vocab_size, generator)"),
        2,
    ),
    accident(
        "stack-overflow",
        "The second answer overflows the interpreter's stack.",
        when_called(
            "import sys\nsys.setrecursionlimit(10**9)\n"
            "nested = []\nfor _ in range(2_000_000):\n    nested = [nested]\nrepr(nested)"
        ),
        2,
        LIMITED,
    ),
    accident("much-output", "200 MB are printed.", output, 2, LIMITED, exact=False),
    accident("many-processes", "Forty processes are started.", processes, 2, LIMITED, exact=False),
    accident("much-memory", "More memory is asked for than there is.", memory, 2, LIMITED, exact=False),
    accident("much-disk", "A file grows without end.", disk, 2, LIMITED, exact=False),
    accident(
        "large-result",
        "The second answer returns 400 MB.",
        when_called("return torch.zeros(10_000, 10_000)"),
        2,
        LIMITED,
    ),
    accident("exit", "The cell of the second answer ends in exit().", right_after("exit()"), source=OWN, exact=False),
    accident("sys-exit", "The second answer leaves by sys.exit().", when_called("import sys\nsys.exit(0)"), 2),
    accident("os-exit", "The second answer leaves by os._exit(0).", when_called("import os\nos._exit(0)"), 2, LIMITED),
    accident(
        "os-exit-in-cell",
        "The cell of the second answer leaves by os._exit(0).",
        right_after("import os\nos._exit(0)"),
        source=LIMITED,
        exact=False,
    ),
    accident(
        "kills-itself",
        "The second answer kills its own process.",
        when_called("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"),
        2,
        LIMITED,
    ),
    accident(
        "segmentation-fault",
        "The second answer reads from address 0.",
        when_called("import ctypes\nctypes.string_at(0)"),
        2,
        LIMITED,
    ),
)
"""Where the second exercise is spoilt, the first is worth 2 of 6."""


ONLY_OURS = (
    Specimen(
        "pickle-in-answer",
        "attack",
        "The answer is an object that runs a command where it is unpickled.",
        "Otter's host, in grading.md",
        "leak",
        for_corrupt(
            "class Command:\n    def __reduce__(self):\n        return (print, (open(SECRET).read(),))\n"
            "def corrupt(*arguments):\n    return Command()"
        ),
        deserves=2,
        only_ours="stock nbgrader sends nothing by pickle; a host that unpickles answers would run it",
    ),
    Specimen(
        "killed-worker",
        "accident",
        "All processes that the student's code can see are killed.",
        LIMITED,
        "own points",
        when_called(
            # Where the course folder can be seen there is no sandbox, and this would reach every process there is.
            "import os, signal\nif not os.path.exists(ROOT):\n    os.kill(-1, signal.SIGKILL)"
        ),
        deserves=2,
        only_ours="without a sandbox it would kill every process of whoever runs it",
    ),
)
