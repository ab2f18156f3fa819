"""One submission as bytes that say all that grading it takes, and the result as bytes: what an executor carries."""

import hashlib
import hmac
import json
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from autograder.confined.limits import Limits
from autograder.exercise import grade_id
from autograder.grading.assignment import BY_GRADE_ID, Assignment, is_setup, is_written_by_learners
from autograder.grading.sandbox import Settings
from autograder.grading.submission import Submission, joined, same_code
from autograder.grading.withheld import PACKAGES

SEED_DIGITS = 16
"""Hexadecimal ones."""


@dataclass(frozen=True)
class JobCell:
    """One cell to run."""

    exercise: str | None
    """Id of the exercise that it answers; None for a setup cell."""
    source: str


@dataclass(frozen=True)
class Job:
    """What to run and to judge."""

    assignment: str
    exercises: tuple[str, ...]
    """Ids, in the order of the assignment."""
    cells: tuple[JobCell, ...]
    """In the order of the notebook."""
    unchanged: tuple[str, ...]
    """Ids of exercises whose stub was left as it was."""
    own_names: tuple[str, ...]
    """Names that the notebook defines in cells that are not graded."""
    unreadable: str | None
    """Why what was handed in is no notebook; then there are setup cells only."""
    seed: str
    """Draws the cases. Nobody who hands something in can know it."""
    settings: Settings

    @property
    def setup(self) -> tuple[str, ...]:
        """Sources of the cells that every submission runs."""
        return tuple(cell.source for cell in self.cells if cell.exercise is None)

    @property
    def answers(self) -> dict[str, str]:
        """What was handed in for each exercise that was attempted, as one text, by the exercise's id."""
        cells = [cell for cell in self.cells if cell.exercise not in (None, *self.unchanged)]
        attempted = dict.fromkeys(cell.exercise for cell in cells if cell.exercise is not None)
        return {each: joined(cell.source for cell in cells if cell.exercise == each) for each in attempted}

    @property
    def key(self) -> str:
        """Hash of all that the result depends on."""
        return hashlib.sha256(self.to_bytes() + code_sha256().encode()).hexdigest()

    def to_bytes(self) -> bytes:
        """As JSON."""
        return json.dumps(asdict(self), sort_keys=True).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Job":
        """The job that `to_bytes` wrote."""
        content: dict[str, Any] = json.loads(data)
        settings = content.pop("settings")
        return cls(
            assignment=content["assignment"],
            exercises=tuple(content["exercises"]),
            cells=tuple(JobCell(**cell) for cell in content["cells"]),
            unchanged=tuple(content["unchanged"]),
            own_names=tuple(content["own_names"]),
            unreadable=content["unreadable"],
            seed=content["seed"],
            settings=Settings(**settings | {"limits": Limits(**settings["limits"])}),
        )


def make_job(assignment: Assignment, submission: Submission, settings: Settings, secret: bytes) -> Job:
    """What grading this submission takes. The same one gives the same job, and so meets the same cases."""
    exercises, stubs = assignment.exercises, assignment.stubs
    unchanged = [
        exercise.id
        for exercise in exercises
        if (answer := submission.answers.get(grade_id(exercise.id))) is not None
        and same_code(answer, stubs[grade_id(exercise.id)])
    ]
    cells = list[JobCell]()
    for cell in assignment.skeleton.cells:
        if is_setup(cell):
            cells.append(JobCell(None, cell.source))
        elif is_written_by_learners(cell) and cell.metadata.nbgrader.grade_id in BY_GRADE_ID:
            name = cell.metadata.nbgrader.grade_id
            cells += [JobCell(BY_GRADE_ID[name].id, source) for source in submission.cells.get(name, ())]
    handed_in = json.dumps([assignment.name, submission.cells, submission.unreadable], sort_keys=True)
    return Job(
        assignment=assignment.name,
        exercises=tuple(exercise.id for exercise in exercises),
        cells=tuple(cells),
        unchanged=tuple(unchanged),
        own_names=tuple(sorted(submission.own_names)),
        unreadable=submission.unreadable,
        seed=hmac.new(secret, handed_in.encode(), "sha256").hexdigest()[:SEED_DIGITS],
        settings=settings,
    )


@lru_cache(maxsize=1)
def code_sha256() -> str:
    """Hash of the code of both packages: results that another version judged are not taken for its own."""
    digest = hashlib.sha256()
    for package in ("autograder", "bertkit"):
        for path in sorted((PACKAGES / package).rglob("*.py")):
            digest.update(str(path.relative_to(PACKAGES)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
