"""This course's steps in nbgrader's autograding; `nbgrader_config.py` says where each of them stands.

Reading cannot fail, whatever was handed in; the notebook is rebuilt from the released lesson; grade cells get their
outputs from verdicts instead of from a kernel. Gradebook, penalties, formgrader, feedback, export are nbgrader's own.
"""

import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbformat.v4 import new_notebook, new_output
from nbgrader.api import Gradebook
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool, Float, Integer, Unicode

from autograder.confined.limits import MIB, Limits
from autograder.grading.assignment import AssignmentError, exercise_of, is_judged, read_assignment
from autograder.grading.grader import grade_bytes
from autograder.grading.job import Job, make_job
from autograder.grading.results import ResultStore, SubmissionResult, course_secret
from autograder.grading.sandbox import SandboxError, Settings, find_bwrap
from autograder.grading.submission import Submission, read_file, rebuilt
from autograder.lessons.notebooks import RESULT_KEY
from autograder.verdict import Verdict

Resources = dict[str, Any]

TIMESTAMP = "timestamp.txt"


class SubmissionFolders(CourseDirectory):  # type: ignore[misc]
    """nbgrader's idea of the course, for folders that students have filled."""

    @classmethod
    def like(cls, coursedir: CourseDirectory) -> "SubmissionFolders":
        """The same course and the same choice of assignments and students.

        Whatever lies beside a notebook that was handed in stays there: nbgrader would copy it into the feedback, and
        where it is a link, what that leads to.
        """
        settings = {name: getattr(coursedir, name) for name in coursedir.trait_names(config=True)}
        folders = cls(parent=coursedir.parent, log=coursedir.log, **settings)
        folders.ignore = ["*", ".*"]
        return folders

    def get_existing_timestamp(self, dest_path: str) -> datetime | None:
        """When something was handed in; None where nobody has noted it, or the note is no time."""
        try:
            return super().get_existing_timestamp(dest_path)
        except Exception as error:  # what a student wrote there can make nbgrader and its parser fail in many ways
            self.log.warning("the time in %s cannot be read and does not count: %s", dest_path, error)
            return None


class SubmissionExporter(NotebookExporter):  # type: ignore[misc]
    """Reads submissions without trusting them, and keeps what was read from the first pass to the second."""

    submission: Submission | None = None

    def __init__(self, **kwargs: Any) -> None:
        """Raise `NbGraderException` where nothing could be graded anyhow, before nbgrader touches a submission."""
        super().__init__(**kwargs)
        coursedir = getattr(self.parent, "coursedir", None)
        if coursedir is None:
            return
        try:
            if not TrustedExecution(parent=self, config=self.config).settings.unconfined:
                find_bwrap()
            if "*" not in coursedir.assignment_id:
                read_assignment(Path(coursedir.root), coursedir.assignment_id)
        except (AssignmentError, SandboxError) as error:
            self.log.error(str(error))
            raise NbGraderException(str(error)) from error
        self.parent.coursedir = SubmissionFolders.like(coursedir)

    @property
    def coursedir(self) -> CourseDirectory:
        """nbgrader's idea of the course."""
        return self.parent.coursedir

    def from_filename(self, filename: str, resources: Resources | None = None, **kwargs: Any) -> tuple[str, Resources]:
        """Convert a file. What a student wrote is not read here: `RebuildSubmission` does that."""
        if not getattr(self.parent, "_sanitizing", False):
            return super().from_filename(filename, resources=resources, **kwargs)
        resources = dict(resources or {})
        resources["submitted"] = filename
        self._keep_timestamp(Path(filename).parent, resources["nbgrader"])
        return self.from_notebook_node(new_notebook(), resources=resources, **kwargs)

    def _keep_timestamp(self, submitted: Path, about: dict[str, str]) -> None:
        """Put the time of the submission beside its result, by which nbgrader knows a newer one."""
        timestamp = submitted / TIMESTAMP
        if timestamp.is_file() and not timestamp.is_symlink():
            graded = Path(self.parent._format_dest(about["assignment"], about["student"]))
            graded.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(timestamp, graded / TIMESTAMP)


class RebuildSubmission(NbGraderPreprocessor):  # type: ignore[misc]
    """Sanitizing: puts the sources of a student's answers into the released lesson; all else of theirs is left out."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Return the rebuilt notebook, whatever `nb` is. Raises `AssignmentError` where the lesson is not in order."""
        exporter = self.parent
        assignment = read_assignment(Path(exporter.coursedir.root), resources["nbgrader"]["assignment"])
        exporter.submission = read_file(Path(resources["submitted"]), assignment)
        for note in exporter.submission.notes:
            self.log.warning("%s: %s", resources["nbgrader"]["student"], note)
        return rebuilt(assignment, exporter.submission), resources


class TrustedExecution(NbGraderPreprocessor):  # type: ignore[misc]
    """Autograding: in place of `Execute`, judges the answers from outside and writes down what was found."""

    accepted_risk = Unicode(
        None,
        allow_none=True,
        help="Words by which you take the risk of grading without a sandbox; see autograder/THREAT_MODEL.md.",
    ).tag(config=True)
    seconds = Float(Settings.seconds, help="For all cells, and for each exercise.").tag(config=True)
    memory_mib = Integer(Limits.memory // MIB, help="MiB that a submission may use beyond torch.").tag(config=True)

    counterexamples = Bool(
        False, help="Show students a case in which a wrong answer goes wrong, with its inputs and right values."
    ).tag(config=True)

    @property
    def settings(self) -> Settings:
        """How learners' code is run."""
        return Settings(Limits(memory=self.memory_mib * MIB), self.seconds, self.accepted_risk, self.counterexamples)

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Write a verdict into every grade cell.

        Raises `NbGraderException` where the infrastructure failed: nbgrader then names the student and leaves the
        gradebook alone, and a zero is not given.
        """
        exporter, about = self.parent, resources["nbgrader"]
        root = Path(exporter.coursedir.root)
        assignment = read_assignment(root, about["assignment"])
        if exporter.submission is None:
            raise NbGraderException("RebuildSubmission has to stand in c.Autograde.sanitize_preprocessors")
        job = make_job(assignment, exporter.submission, self.settings, course_secret(root))
        result = result_of(job, exporter.submission, ResultStore(root, assignment.name), about["student"])
        if result.infrastructure is not None:
            forget_empty_submission(about)
            raise NbGraderException(f"not graded, and not the student's fault: {result.infrastructure}")
        verdicts = {verdict.exercise: verdict for verdict in result.verdicts}
        for number, cell in enumerate((cell for cell in nb.cells if is_judged(cell)), start=1):
            show(cell, verdicts[exercise_of(cell).id], number)
        nb.metadata["course"][RESULT_KEY] = result.key
        return nb, resources


def forget_empty_submission(about: dict[str, str]) -> None:
    """Take back the entry that nbgrader makes before it grades, unless there are grades in it: it would count as 0."""
    with Gradebook(about["db_url"]) as gradebook:
        submission = gradebook.find_submission(about["assignment"], about["student"])
        grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
        if all(grade.auto_score is None and grade.manual_score is None for grade in grades):
            gradebook.remove_submission(about["assignment"], about["student"])


def result_of(job: Job, submission: Submission, store: ResultStore, student: str) -> SubmissionResult:
    """The result that is kept for this very job, or a fresh one, which is kept then."""
    kept = store.load_judged(student, job.key)
    if kept is not None:
        return kept
    result = replace(SubmissionResult.from_json(grade_bytes(job.to_bytes())), notes=submission.notes)
    store.save(student, result)
    return result


def show(cell: NotebookNode, verdict: Verdict, number: int) -> None:
    """Give a grade cell the outputs that nbgrader reads points from, and that feedback shows."""
    cell.execution_count = number
    cell.outputs = [
        new_output("display_data", {"text/plain": verdict.to_text(), "text/html": verdict.to_html()}),
        new_output("execute_result", {"text/plain": str(float(verdict.points))}, execution_count=number),
    ]
