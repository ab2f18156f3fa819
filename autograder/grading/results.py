"""What came of grading one submission, and the folder in which a course keeps it: plain JSON, a file a student."""

import contextlib
import json
import os
import secrets
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from autograder.verdict import Counterexample, Diagnosis, Outcome, PartResult, Verdict
from bertkit.atomic import write_atomically

FOLDER = Path("graded")
"""Beside nbgrader's own folders: `graded/ASSIGNMENT/STUDENT.json`."""


SECRET_BYTES = 32


class DamagedResultError(ValueError):
    """A file of results cannot be read."""


@dataclass(frozen=True)
class SubmissionResult:
    """The judgement of one submission, or why there is none."""

    key: str
    """Hash of all that it depends on: what was handed in, what was asked, and the code that judges."""
    verdicts: tuple[Verdict, ...]
    """One for each exercise of the assignment, in its order; none where the infrastructure failed."""
    notes: tuple[str, ...] = ()
    """What a human should know about the notebook, such as "two cells answer mlm.corrupt; the last was graded"."""
    answers: Mapping[str, str] = field(default_factory=dict)
    """What the student wrote, by exercise id; missing where the stub was left as it was."""
    infrastructure: str | None = None
    """Why there is no judgement, where the student is not to blame; then it is no zero either."""
    seconds: float = 0.0
    """How long it took, all attempts together."""

    @property
    def points(self) -> float:
        """Sum over the exercises."""
        return sum(verdict.points for verdict in self.verdicts)

    def to_json(self) -> str:
        """The text of a file of results."""
        return json.dumps(asdict(self), indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str | bytes) -> "SubmissionResult":
        """The result that `to_json` wrote. Raises `DamagedResultError` for any other text."""
        try:
            content = json.loads(text)
            return cls(
                key=str(content["key"]),
                verdicts=tuple(map(_verdict, content["verdicts"])),
                notes=tuple(map(str, content["notes"])),
                answers={str(name): str(source) for name, source in content["answers"].items()},
                infrastructure=content["infrastructure"],
                seconds=float(content["seconds"]),
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise DamagedResultError(f"these are no results of grading: {error!r}") from error


def _verdict(content: dict[str, Any]) -> Verdict:
    diagnosis, counterexample = content["diagnosis"], content["counterexample"]
    return Verdict(
        exercise=content["exercise"],
        title=content["title"],
        outcome=Outcome(content["outcome"]),
        points=float(content["points"]),
        max_points=float(content["max_points"]),
        parts=tuple(PartResult(**part) for part in content["parts"]),
        diagnosis=Diagnosis(**diagnosis) if diagnosis else None,
        misconception=content["misconception"],
        counterexample=(
            Counterexample(tuple((str(label), str(text)) for label, text in counterexample["rows"]))
            if counterexample
            else None
        ),
    )


class ResultStore:
    """The results of one assignment in a course folder."""

    def __init__(self, root: Path, assignment: str) -> None:
        self.folder = root / FOLDER / assignment

    def path(self, student: str) -> Path:
        """Where a student's result is kept."""
        return self.folder / f"{student}.json"

    def load(self, student: str) -> SubmissionResult | None:
        """A student's result; None where there is none, or one that cannot be read and so has to be made again."""
        try:
            return SubmissionResult.from_json(self.path(student).read_bytes())
        except (FileNotFoundError, DamagedResultError):
            return None

    def load_judged(self, student: str, key: str) -> SubmissionResult | None:
        """A student's judgement for the job with this key; None where it has to be made."""
        result = self.load(student)
        return result if result is not None and result.key == key and result.infrastructure is None else None

    def save(self, student: str, result: SubmissionResult) -> None:
        """Write a student's result, all of it or nothing."""
        write_atomically(self.path(student), result.to_json())
        os.chmod(self.path(student), 0o600)

    def __iter__(self) -> Iterator[tuple[str, SubmissionResult]]:
        """Students and their results, by name."""
        for path in sorted(self.folder.glob("*.json")):
            result = self.load(path.stem)
            if result is not None:
                yield path.stem, result


def course_secret(root: Path) -> bytes:
    """What makes the cases of this course unpredictable; made on first use and kept in `graded/secret`."""
    path = root / FOLDER / "secret"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Made under another name and then linked: whoever comes second takes what the first has made, whole.
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".secret.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(SECRET_BYTES))
        with contextlib.suppress(FileExistsError):
            os.link(temporary, path)
    finally:
        os.unlink(temporary)
    return path.read_bytes()
