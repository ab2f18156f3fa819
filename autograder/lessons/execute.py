"""Running the worked notebook of a lesson, and keeping of its outputs what a reader without a kernel can use."""

import re
from pathlib import Path

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbconvert.filters import strip_ansi
from nbformat import NotebookNode
from tqdm import tqdm

from autograder.lessons.notebooks import RAISES, WIDGET_VIEW, is_widget_view, tags_of
from autograder.lessons.source import LessonError

CELL_SECONDS = 600

PROGRESS_BAR = re.compile(r"(?:.*: )?\s*(?:\d+%\|.*\| *)?\S*\d\S*(?: \S+)? \[\d+:\d\d.*\]")
"""One state of tqdm's text bar, known by its clock: `train:  40%|####      | 4/10 [00:02<00:03,  1.9it/s]`."""
ADDRESS = re.compile(r" at 0x[0-9a-f]{6,}")


def execute(notebook: NotebookNode, folder: Path, lesson: str) -> None:
    """Run all cells of `notebook` in `folder` and put their outputs in, with a progress bar.

    Raises `LessonError` naming lesson, cell and error where a cell raises without being tagged for it, takes longer
    than `CELL_SECONDS`, writes to stderr or shows an object's address, and where the reference does not get the full
    points of its own exercise.
    """
    client = NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        kernel_name="python3",
        record_timing=False,
        # How often a kernel flushes a stream is chance.
        coalesce_streams=True,
        resources={"metadata": {"path": str(folder)}},
    )
    with client.setup_kernel():
        for index, cell in enumerate(tqdm(notebook.cells, desc=lesson, unit="cell")):
            where = f"{lesson}, cell {index + 1} ({cell.source.strip().partition(chr(10))[0]})"
            try:
                client.execute_cell(cell, index)
            except CellExecutionError as error:
                raise LessonError(
                    f"{where} raises {error.ename}: {error.evalue}\n{strip_ansi(error.traceback)}"
                ) from error
            except CellTimeoutError as error:
                raise LessonError(f"{where} takes longer than {CELL_SECONDS} s; make it smaller") from error
            except DeadKernelError as error:
                raise LessonError(f"{where}: the kernel died; is there enough memory?") from error
            if cell.cell_type == "code":
                cell.outputs = kept_outputs(where, cell)
                _check_grade(where, cell)


def kept_outputs(where: str, cell: NotebookNode) -> list[NotebookNode]:
    """The outputs of an executed cell without progress bars, and of widgets the static page that they offer.

    Raises `LessonError` where a learner would see a warning on stderr, unless the cell is tagged `raises-exception`,
    and where an output has an address in it, which differs at every run.
    """
    kept = []
    for output in cell.outputs:
        if is_widget_view(output):
            if "text/html" not in output.data:
                continue
            del output.data[WIDGET_VIEW]
        if output.output_type == "stream" and output.name == "stderr":
            output.text = without_progress_bars(output.text)
            if not output.text.strip():
                continue
            if RAISES not in tags_of(cell):
                raise LessonError(f"{where} writes to stderr; learners should see no warnings: {output.text.strip()}")
        text = output.get("text") or output.get("data", {}).get("text/plain", "")
        if address := ADDRESS.search(text):
            line = next(line for line in text.splitlines() if address.group() in line)
            raise LessonError(f"{where} shows an object's address; show less, or end it with `;`: {line.strip()}")
        kept.append(output)
    return kept


def without_progress_bars(text: str) -> str:
    """What was written to stderr besides the states of tqdm's text bars, which have the time in them."""
    lines = (line for line in re.split(r"\r|\n", text) if not PROGRESS_BAR.fullmatch(strip_ansi(line).rstrip()))
    return "\n".join(line for line in lines if strip_ansi(line).strip())


def _check_grade(where: str, cell: NotebookNode) -> None:
    nbgrader = cell.metadata.get("nbgrader", {})
    if not nbgrader.get("grade"):
        return
    results = [output.data["text/plain"] for output in cell.outputs if output.output_type == "execute_result"]
    if results != [str(float(nbgrader["points"]))]:
        raise LessonError(
            f"{where}: bertkit's own version gets {' and '.join(results) or 'no'} of {nbgrader['points']:g} points: "
            + strip_ansi(" ".join(_texts(cell)))
        )


def _texts(cell: NotebookNode) -> list[str]:
    """The outputs of a cell as plain text."""
    return [
        output.get("text") or output.get("evalue") or output.get("data", {}).get("text/plain", "")
        for output in cell.outputs
    ]
