"""The course's own steps in nbgrader's release of a lesson; `nbgrader_config.py` says where each of them stands."""

import glob
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import ClearSolutions, NbGraderPreprocessor
from nbgrader.utils import is_solution
from traitlets import Bool

from autograder.lessons.notebooks import PERSONAL, course_metadata, is_edited, is_nbgrader_cell, is_widget_view, tags_of
from autograder.lessons.source import LessonError
from autograder.lessons.stub import StubError, without_worked
from autograder.nbgrader_plugin.release import rehearse

Resources = dict[str, Any]


class ClearAnswers(ClearSolutions):  # type: ignore[misc]
    """Release: `ClearSolutions`, which also takes out what only the worked notebook has (`autograder.lessons.stub`)."""

    def preprocess_cell(self, cell: NotebookNode, resources: Resources, index: int) -> tuple[NotebookNode, Resources]:
        """Clear the answers of a cell, and only what is marked where anything is."""
        given = without_worked(cell.source)
        if given == cell.source:
            cleared: tuple[NotebookNode, Resources] = super().preprocess_cell(cell, resources, index)
            return cleared
        if not is_solution(cell):
            raise StubError(f"a cell that answers no exercise has code for the worked notebook only: {cell.source}")
        cell.source = given
        # A value has no solution region, and its whole cell would be cleared for that.
        self._replace_solution_region(cell, resources["language"])
        return cell, resources


class ClearUnfinished(NbGraderPreprocessor):  # type: ignore[misc]
    """Release: in place of `ClearOutput`, keeps the outputs of demonstrations that hold for every learner."""

    def preprocess_cell(self, cell: NotebookNode, resources: Resources, index: int) -> tuple[NotebookNode, Resources]:
        """Clear the outputs of exercises and of cells tagged `personal`.

        Only a cell that has outputs keeps its execution count: nbval takes one without for a cell that was never run,
        and fails it if it has outputs all the same.
        """
        if cell.cell_type == "code":
            cleared = is_nbgrader_cell(cell) or PERSONAL in tags_of(cell)
            cell.outputs = [] if cleared else [output for output in cell.outputs if not is_widget_view(output)]
            if not cell.outputs:
                cell.execution_count = None
        return cell, resources


class StampSources(NbGraderPreprocessor):  # type: ignore[misc]
    """Release: notes the hash of the cells' sources, by which a lesson that somebody worked in is known."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Write the metadata `course` anew."""
        nb.metadata["course"] = course_metadata(resources["nbgrader"]["assignment"], nb)
        return nb, resources


class LessonExporter(NotebookExporter):  # type: ignore[misc]
    """Release: refuses to begin where work would be lost, or where nbgrader would refuse half-way.

    The converter deletes the old release before it calls any hook or preprocessor, and its hooks cannot stop it. What
    it builds before that is its exporter.
    """

    rehearsed = Bool(False, help="Whether this is the rehearsal, or a release without a gradebook.").tag(config=True)

    def __init__(self, **kwargs: Any) -> None:
        """Raise `NbGraderException` saying what is in the way.

        That a lesson was worked in is overruled by nbgrader's --force; that nbgrader itself would refuse is not.
        """
        super().__init__(**kwargs)
        coursedir = getattr(self.parent, "coursedir", None)
        if coursedir is None or self.rehearsed:
            return
        if not self.config.BaseConverter.get("force", False):
            self._refuse_to_delete_work(coursedir)
        for source in glob.glob(coursedir.format_path(coursedir.source_directory, ".", coursedir.assignment_id)):
            try:
                rehearse(coursedir, Path(source).name, self.config)
            except LessonError as error:
                self.log.error("%s", error)
                raise NbGraderException(str(error)) from error

    def _refuse_to_delete_work(self, coursedir: CourseDirectory) -> None:
        # The assignment may be a pattern such as "*".
        folders = glob.glob(coursedir.format_path(coursedir.release_directory, ".", coursedir.assignment_id))
        if would_be_lost := [path for folder in folders for path in work_in(Path(folder))]:
            message = (
                f"{would_be_lost[0]} was not put there by nbgrader, or was worked in since; this would delete it. Move "
                f"it elsewhere, or lose it with `nbgrader generate_assignment --force {coursedir.assignment_id}`"
            )
            self.log.error(message)
            raise NbGraderException(message)


def work_in(folder: Path) -> list[Path]:
    """What somebody would miss of a lesson's folder: the lesson if it was edited, and whatever else is there."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and ".ipynb_checkpoints" not in path.parts)
    lesson = folder / f"{folder.name}.ipynb"
    return [path for path in files if path != lesson or is_edited(path)]
