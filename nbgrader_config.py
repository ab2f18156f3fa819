"""nbgrader's configuration: the folder this file is in is the course."""

import os
import shutil
import sys

from nbgrader import preprocessors as nbgrader

from autograder.nbgrader_plugin import autograde, release_steps

c = get_config()  # noqa: F821

# nbgrader starts `alembic` by name when it makes a gradebook, and that is found only in an activated environment.
if shutil.which("alembic") is None:
    os.environ["PATH"] = os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", "")])

c.CourseDirectory.course_id = "bert-training"
c.CourseDirectory.root = os.path.dirname(os.path.abspath(__file__))
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "lessons"
# The authored source beside a solution notebook goes neither to learners nor beside a submission that is graded.
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback", "*.py", "*.nbgrader.lock"]

# A clone comes with its lessons: without this, nbgrader leaves them alone and writes nothing into the gradebook.
c.GenerateAssignment.force = True
c.GenerateAssignment.exporter_class = release_steps.LessonExporter
c.GenerateAssignment.preprocessors = [
    nbgrader.IncludeHeaderFooter,
    nbgrader.InstantiateTests,
    nbgrader.LockCells,
    release_steps.ClearAnswers,
    release_steps.ClearUnfinished,
    nbgrader.CheckCellMetadata,
    nbgrader.ComputeChecksums,
    nbgrader.SaveCells,
    nbgrader.ClearHiddenTests,
    nbgrader.ClearMarkScheme,
    nbgrader.ComputeChecksums,
    nbgrader.CheckCellMetadata,
    release_steps.StampSources,
]

# The metadata of cells need no check here: they are the release's own, which was checked when it was made.
c.Autograde.exporter_class = autograde.SubmissionExporter
c.Autograde.sanitize_preprocessors = [
    autograde.RebuildSubmission,
    nbgrader.OverwriteCells,
]
c.Autograde.autograde_preprocessors = [
    autograde.TrustedExecution,
    nbgrader.SaveAutoGrades,
    nbgrader.AssignLatePenalties,
]
