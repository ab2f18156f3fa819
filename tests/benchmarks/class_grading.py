"""Grades the same class with stock `nbgrader autograde` and with `autograder grade`, and prints the README's table.

    python tests/benchmarks/class_grading.py [SIZE] [ROUNDS]

The lesson has the five exercises of lesson 2 and no trainings, which stock nbgrader would run for everybody. Half the
class has all of it right, the others one to three known mistakes. Stock runs check cells with the hidden tests in the
student's kernel. Memory is the proportional set size of a worker, its sandbox and the child in it, the largest seen.
"""

import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import psutil
from nbgrader.api import Gradebook

sys.path.insert(0, str(Path(__file__).parents[1] / "autograder"))

from demo_class import Lesson

from autograder.build import build
from autograder.exercises import CATALOGUE

PROJECT = Path(__file__).parents[2]
NAME = "02_exercises"
SETUP = """# %% tags=["setup"]
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from autograder.notebook import check
from bertkit.data.labels import IGNORE_INDEX
"""
STOCK = """
c.pop("Autograde", None)
c.CourseDirectory.pop("ignore", None)
"""
MIB = 2**20


def make_class(root: Path, size: int) -> None:
    """A course whose gradebook knows the lesson, and what everybody handed in."""
    root.mkdir(parents=True)
    shutil.copy(PROJECT / "nbgrader_config.py", root)
    source = root / "solutions" / NAME / f"{NAME}.py"
    source.parent.mkdir(parents=True)
    markers = [f'# %% exercise="{exercise.id}"\n' for exercise in CATALOGUE if exercise.id.startswith("mlm.")]
    source.write_text("\n".join([SETUP, *markers]), encoding="utf-8")
    build(root)
    command(root, "nbgrader", "generate_assignment", NAME)
    lesson, rng = Lesson(root, NAME), Random(0)
    for number in range(size):
        notebook = lesson.solved(rng) if number % 2 else lesson.mistaken(rng, 1 + number // 2 % 3)
        path = root / "submitted" / f"student{number:03}" / NAME / f"{NAME}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(notebook)


def command(root: Path, module: str, *arguments: str) -> float:
    """Run a command in a course; return the seconds that it took, its start included."""
    begun = time.perf_counter()
    finished = subprocess.run([sys.executable, "-m", module, *arguments], cwd=root, capture_output=True, text=True)
    seconds = time.perf_counter() - begun
    if finished.returncode:
        raise RuntimeError(f"{module} {' '.join(arguments)}: {finished.stderr[-2000:]}")
    return seconds


def scores(root: Path) -> dict[str, float]:
    """Everybody's points."""
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "bert-training") as gradebook:
        return {each.student.id: each.score for each in gradebook.assignment_submissions(NAME)}


@contextmanager
def watching_memory() -> Iterator[list[int]]:
    """The largest memory, in bytes, of one worker with all that it runs, in a list of one."""
    largest, stop = [0], threading.Event()

    def watch() -> None:
        while not stop.wait(0.2):
            rooms = [each for each in psutil.process_iter(["name"]) if each.info["name"] == "bwrap"]
            for room in rooms:
                try:
                    worker = room.parent()
                    if worker is not None and worker.name() != "bwrap":
                        family = [worker, *worker.children(recursive=True)]
                        largest[0] = max(largest[0], sum(each.memory_full_info().pss for each in family))
                except psutil.Error:
                    continue

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield largest
    finally:
        stop.set()
        thread.join()


def main(size: int = 60, rounds: int = 2) -> None:
    """Grade the class in turns and print the table."""
    with tempfile.TemporaryDirectory(prefix="class-") as temporary:
        template = Path(temporary).resolve() / "template"
        make_class(template, size)
        seconds: dict[str, list[float]] = {"stock": [], "ours": []}
        memory = 0
        for turn in range(rounds):
            roots = {each: shutil.copytree(template, template.with_name(f"{each}{turn}")) for each in seconds}
            with (roots["stock"] / "nbgrader_config.py").open("a", encoding="utf-8") as config:
                config.write(STOCK)
            seconds["stock"].append(command(roots["stock"], "nbgrader", "autograde", NAME))
            with watching_memory() as largest:
                seconds["ours"].append(command(roots["ours"], "autograder", "grade", NAME))
            memory = max(memory, largest[0])
            stock, ours = scores(roots["stock"]), scores(roots["ours"])
            for student in sorted(ours):
                if stock.get(student) != ours[student]:
                    print(f"{student}: stock gives {stock.get(student)}, we give {ours[student]}", file=sys.stderr)
        median = {each: statistics.median(times) for each, times in seconds.items()}
        ratio = statistics.median(a / b for a, b in zip(seconds["stock"], seconds["ours"], strict=True))
        print(f"{size} submissions, {rounds} rounds, medians; a worker uses up to {memory / MIB:.0f} MiB\n")
        print("| | seconds | submissions a minute | times stock |\n| --- | --- | --- | --- |")
        print(f"| `nbgrader autograde`, stock | {median['stock']:.0f} | {60 * size / median['stock']:.0f} | 1.0 |")
        print(f"| `autograder grade` | {median['ours']:.0f} | {60 * size / median['ours']:.0f} | {ratio:.1f} |")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
