"""Kill `bertkit pretrain` with SIGKILL at random moments, resume it, and compare with a run that nothing disturbed.

    python tests/benchmarks/resume_kills.py [KILLS] [SEED]

A run is killed and resumed until it comes to its end; runs follow each other until there were so many kills. Prints
for every kill where the run was, and for every run whether weights and metrics are equal bit for bit.
"""

import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

OPTIONS = ["pretrain", "--topics", "bedtime", "--stories", "100", "--steps", "120", "--batch-size", "32"]
OPTIONS += ["--evaluate-every", "20"]
EVERY_TIME = ["--save-every", "4", "--threads", "1", "--json"]
COMPARED = ("model.safetensors", "config.json", "tokenizer.json", "training/metrics.jsonl")


def start(output: Path, resume: bool) -> tuple[subprocess.Popen[bytes], Path]:
    """The command in a process of its own, and the file that it writes to."""
    log = output.with_suffix(".log")
    arguments = ["pretrain", "--resume"] if resume else OPTIONS
    command = [sys.executable, "-m", "bertkit", *arguments, *EVERY_TIME, "--output", str(output)]
    with log.open("wb") as file:
        return subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT), log


def undisturbed(output: Path) -> float:
    """Run it once; returns the seconds that this took."""
    began = time.perf_counter()
    process, log = start(output, resume=False)
    if process.wait():
        sys.exit(log.read_text())
    return time.perf_counter() - began


def where(log: Path) -> str:
    """What the process said last."""
    lines = log.read_text().splitlines()
    if not lines:
        return "before the start"
    last = json.loads(lines[-1])
    return f"after step {last['number']}" if "number" in last else f"at the {last['event']}"


def main(kills: int, seed: int) -> None:
    """Kill, resume, compare."""
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        seconds = undisturbed(folder / "whole")
        expected = {part: (folder / "whole" / part).read_bytes() for part in COMPARED}
        print(f"undisturbed: {seconds:.1f} s, {expected['training/metrics.jsonl'].count(10)} lines of metrics")
        killed = runs = equal = 0
        while killed < kills:
            runs += 1
            output = folder / f"run{runs}"
            status: int | None = None
            while status != 0:
                # Without anything to resume the run is begun; with nothing left to kill for it is left to end.
                process, log = start(output, resume=(output / "training" / "run.json").exists())
                moment = rng.uniform(0, seconds) if killed < kills else None
                try:
                    status = process.wait(moment)
                except subprocess.TimeoutExpired:
                    process.kill()
                    status = process.wait()
                    killed += 1
                    print(f"run {runs}: kill {killed} {moment:.1f} s after its start, {where(log)}")
                if status == 2 and "is finished" in log.read_text():
                    status = 0  # the kill before came when all was done
                if status not in (0, -9):
                    sys.exit(log.read_text())
            same = all((output / part).read_bytes() == content for part, content in expected.items())
            equal += same
            print(f"run {runs}: {'equal' if same else 'DIFFERENT'}")
        left = sorted(path.name for path in folder.iterdir() if path.name.startswith("."))
        print(f"\n{killed} kills in {runs} runs; {equal} of {runs} equal bit for bit; scratch folders left: {left}")
        sys.exit(equal != runs)


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    main(*given, *(20, 0)[len(given) :])
