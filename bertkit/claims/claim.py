"""A statement of the course: how it is measured, what has to come out, and what came out."""

import hashlib
import inspect
import json
import platform
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from scipy.stats import t as student

from bertkit.atomic import write_atomically
from bertkit.model.pretrained import shipped

RECORDED = Path(__file__).parent / "recorded"
CONFIDENCE = 0.95

Figures = Mapping[str, Mapping[str, float]]
"""What one run measured: figures[row][column]. Shares are from 0 to 1."""


@dataclass(frozen=True)
class Interval:
    """A mean over seeds, and how far the 95 % interval of the mean reaches to either side (Student's t)."""

    mean: float
    half: float
    """0 where there is a single run: then nothing is known of it."""
    runs: int

    @property
    def low(self) -> float:
        """Where the interval begins."""
        return self.mean - self.half

    @property
    def high(self) -> float:
        """Where it ends."""
        return self.mean + self.half


def interval(values: Sequence[float]) -> Interval:
    """Mean and interval of some runs. Raises `ValueError` where there are none.

    >>> interval([1.0, 2.0, 3.0]).mean, round(interval([1.0, 2.0, 3.0]).half, 2)
    (2.0, 2.48)
    """
    if not values:
        raise ValueError("there are no runs to average over")
    count = len(values)
    half = 0.0
    if count > 1:
        half = float(student.ppf((1 + CONFIDENCE) / 2, count - 1)) * statistics.stdev(values) / count**0.5
    return Interval(statistics.fmean(values), half, count)


@dataclass(frozen=True)
class Run:
    """One seed's figures."""

    figures: Figures
    seconds: float
    """Of processor time, which other work on the machine does not lengthen."""


Criterion = Callable[["Record"], bool]


@dataclass(frozen=True)
class Claim:
    """A statement, written down before it is measured."""

    number: str
    """That of the course's list."""
    says: str
    design: str
    """What is run, in a sentence or two."""
    columns: Mapping[str, str]
    """Names of the figures, in order, and their units: "nats", "%" for shares, or "" for a number."""
    measure: Callable[[int, bool], Figures]
    """From a seed to figures; with True a smaller run, which the tests do."""
    criteria: Mapping[str, Criterion]
    """In words, and whether the record meets it."""
    of_shipped: bool = False
    """Whether the checkpoint that comes with the course is looked at."""

    @property
    def path(self) -> Path:
        """Where its record is."""
        return RECORDED / f"statement-{self.number}.json"

    def digest(self, small: bool) -> str:
        """Changes with the experiment's module and the checkpoint: figures of others are not taken for its own."""
        module = inspect.getsource(sys.modules[self.measure.__module__])
        checkpoint = (shipped() / "SHA256SUMS").read_text(encoding="utf-8") if self.of_shipped else ""
        return hashlib.sha256(f"{module}\0{checkpoint}\0{small}".encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Record:
    """What came out, over seeds."""

    number: str
    says: str
    design: str
    columns: Mapping[str, str]
    digest: str
    processor: str
    runs: Mapping[str, Run] = field(default_factory=dict)
    """By seed."""
    met: Mapping[str, bool] = field(default_factory=dict)
    """Each criterion in words, and whether it was met."""

    def values(self, row: str, column: str) -> list[float]:
        """One figure of all seeds, in their order. Raises `KeyError` where a run has none of that name."""
        return [run.figures[row][column] for run in self.runs.values()]

    def interval(self, row: str, column: str) -> Interval:
        """Its mean and interval."""
        return interval(self.values(row, column))

    @property
    def rows(self) -> list[str]:
        """Names of the rows, in order."""
        return list(next(iter(self.runs.values())).figures) if self.runs else []

    @property
    def seconds(self) -> Interval:
        """How much processor time a run took."""
        return interval([run.seconds for run in self.runs.values()])

    @property
    def command(self) -> str:
        """What makes it again."""
        return f"bertkit claims {self.number}"


def measured(
    claim: Claim,
    seeds: Sequence[int],
    path: Path,
    small: bool = False,
    done: Callable[[int, Run], None] = lambda seed, run: None,
) -> Record:
    """Run a claim over seeds, saving after each; those that an earlier run with the same code has left are kept.

    Args:
        claim: what to run.
        seeds: which.
        path: file of the record.
        small: whether to take the smaller experiment.
        done: called after each seed.

    Raises:
        ValueError: for no seeds.
    """
    if not seeds:
        raise ValueError("there are no seeds to run with; pass at least one")
    digest = claim.digest(small)
    kept = read(path) if path.exists() else None
    runs = dict(kept.runs) if kept is not None and kept.digest == digest else {}
    runs = {seed: run for seed, run in runs.items() if int(seed) in seeds}
    record = None
    for seed in seeds:
        if str(seed) not in runs:
            begun = time.process_time()
            figures = claim.measure(seed, small)
            runs[str(seed)] = Run(figures, round(time.process_time() - begun, 1))
            done(seed, runs[str(seed)])
        ordered = {str(each): runs[str(each)] for each in seeds if str(each) in runs}
        record = judged(claim, digest, ordered)
        write_atomically(path, json.dumps(asdict(record), indent=1) + "\n")
    assert record is not None
    return record


def runs_in(path: Path) -> int:
    """How many runs a record holds, by whatever code; 0 where there is none."""
    return len(read(path).runs) if path.exists() else 0


def judged(claim: Claim, digest: str, runs: Mapping[str, Run]) -> Record:
    """A record with its criteria looked at."""
    record = Record(claim.number, claim.says, claim.design, dict(claim.columns), digest, processor(), runs)
    met = {words: bool(criterion(record)) for words, criterion in claim.criteria.items()}
    return Record(**{**vars(record), "met": met})


def read(path: Path) -> Record:
    """The record in a file. Raises `ValueError` naming a file that is missing or none."""
    try:
        content: dict[str, Any] = dict(json.loads(path.read_text(encoding="utf-8")))
        runs = {str(seed): Run(run["figures"], float(run["seconds"])) for seed, run in content.pop("runs").items()}
        return Record(**content, runs=runs)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{path} is no record of a statement ({error}); `bertkit claims` writes one") from error


def recorded(number: str) -> Record:
    """What was measured of a statement when the course was made.

    Raises:
        ValueError: where nothing was.
    """
    return read(RECORDED / f"statement-{number}.json")


def processor() -> str:
    """The processor's name, as far as the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()
