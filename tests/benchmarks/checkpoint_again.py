"""Begin the shipped checkpoint anew and compare with its training log: on the same kind of processor, the same bits.

    python tests/benchmarks/checkpoint_again.py [STEPS]

Runs the first stage of `make checkpoint` in a folder of its own, stops after STEPS steps (2,800, a tenth of all; some
ten minutes) and prints how many of the logged losses are the same to the last bit, and how many of the evaluations.
"""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

from bertkit.model.pretrained import shipped

ROOT = Path(__file__).parents[2]
TENTH = 2800


def options_of_the_first_stage() -> list[str]:
    """As they stand in the Makefile."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    shared = makefile.partition("ALL_STAGES := ")[2].partition("\n#")[0]
    own = re.search(r"\$\(call STAGE,\$\(MAKING\)/words,(.*?)\)\n", makefile, re.DOTALL)
    assert own
    return f"{own[1]} {shared}".replace("\\\n", " ").split()


def lines_of(path: Path) -> list[dict[str, float]]:
    """The whole lines of a log, in order."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]


def main() -> None:
    """Train, stop, compare."""
    steps = int(sys.argv[1]) if len(sys.argv) > 1 else TENTH
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "words"
        command = [sys.executable, "-m", "bertkit", "pretrain", "--output", str(output), *options_of_the_first_stage()]
        training = subprocess.Popen(command, env={**os.environ, "OMP_NUM_THREADS": "1"}, stdout=subprocess.DEVNULL)
        log = output / "training" / "metrics.jsonl"
        while training.poll() is None and not any(line["step"] >= steps for line in lines_of(log)):
            time.sleep(5)
        training.send_signal(signal.SIGINT)
        training.wait()
        again = [line for line in lines_of(log) if line["step"] <= steps]
    before = list(islice(lines_of(shipped() / "training_log.jsonl"), len(again)))
    for kind in ("loss", "evaluation_mlm_loss"):
        pairs = [(one, other) for one, other in zip(before, again, strict=True) if kind in one]
        same = sum(one[kind] == other.get(kind) for one, other in pairs)
        print(f"{kind}: {same} of {len(pairs)} the same to the last bit")


if __name__ == "__main__":
    main()
