"""The command `autograder`. Commands import what they need when they run: `check` starts no notebook machinery."""

import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from autograder.certificate.confirmed import Confirmation

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)

COULD_NOT_JUDGE = 2

Root = Annotated[Path, typer.Option("--root", help="Folder of the course.", show_default="the current folder")]


@app.command()
def check(
    exercise: Annotated[str, typer.Argument(metavar="ID", help="For example mlm.corrupt; `autograder list` has all.")],
    files: Annotated[list[str], typer.Argument(metavar="FILE.py...", help="Files that define the exercise's name.")],
    seed: Annotated[int | None, typer.Option(help="Draw the same cases again.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a file, a line each.")] = False,
) -> None:
    """Judge what each FILE defines against exercise ID, with the full hidden tests.

    Exit status 0: all passed; 1: one or more not passed; 2: could not be judged.
    """
    from autograder.exercises import UnknownExerciseError
    from autograder.files import judge_files
    from autograder.wording import printable

    all_passed = True
    try:
        verdicts = judge_files(exercise, list(map(Path, files)), secrets.randbits(32) if seed is None else seed)
    except (UnknownExerciseError, FileNotFoundError) as error:
        typer.echo(f"autograder: {error}", err=True)
        raise typer.Exit(COULD_NOT_JUDGE) from None
    for path, verdict in zip(files, verdicts, strict=True):
        all_passed &= verdict.passed
        if as_json:
            typer.echo(json.dumps(verdict.as_json(path)))
        else:
            typer.echo(f"{printable(path)}\n{verdict.to_text()}")
    raise typer.Exit(0 if all_passed else 1)


@app.command("list")
def list_exercises(as_json: Annotated[bool, typer.Option("--json", help="One JSON array.")] = False) -> None:
    """List all exercises in course order."""
    from autograder.exercises import CATALOGUE

    if as_json:
        rows = [
            {"id": each.id, "title": each.title, "points": each.points, "minutes": each.minutes} for each in CATALOGUE
        ]
        typer.echo(json.dumps(rows, indent=2))
        return
    width = max(len(each.id) for each in CATALOGUE)
    for each in CATALOGUE:
        typer.echo(
            f"{each.id:<{width}}  {each.points:>4g} points  {each.minutes:>3} min  {each.difficulty}  {each.title}"
        )


@app.command()
def progress(
    root: Annotated[
        Path | None, typer.Option("--root", help="Folder of the course.", show_default="the one you are in")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Show which exercises you have passed, when and where, and which is next.

    It goes by the answers kept in `my_work`. Exit status 2: this is no folder of the course.
    """
    from autograder.kept.progress import progress as progress_in
    from bertkit.work_folder import lesson_folder

    lesson = lesson_folder()
    try:
        found = progress_in(root or (lesson.parents[1] if lesson else Path(".")))
    except FileNotFoundError as error:
        typer.echo(f"autograder: {error}", err=True)
        raise typer.Exit(COULD_NOT_JUDGE) from None
    typer.echo(json.dumps(found.as_json(), indent=2) if as_json else found.to_text())


@app.command()
def certificate(
    notebooks: Annotated[list[Path], typer.Argument(metavar="NOTEBOOK...", help="Lessons that you have worked in.")],
    root: Annotated[
        Path | None, typer.Option("--root", help="Folder of the course.", show_default="the one this command is in")
    ] = None,
    output: Annotated[Path | None, typer.Option(metavar="FILE.html|FILE.json", help="Write it down, too.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Judged at once; one a core.", show_default=False)] = None,
    without_sandbox: Annotated[
        bool, typer.Option("--without-sandbox", help="Run what the notebooks hold as you; for notebooks of your own.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Judge the answers in NOTEBOOKS again, and say of every exercise whether it holds.

    In the clone with the full tests and in the sandbox that grading has; in what a class receives with what is there.
    Exit status 0: all hold; 1: some do not; 2: something could not be judged, and is named.
    """
    from autograder.visible.outcome import whole_course_is_here

    in_sandbox = whole_course_is_here() and not without_sandbox
    if in_sandbox:
        from autograder.grading.processes import prepare

        prepare()  # before the imports below, which take as long as its own
    from tqdm import tqdm

    from autograder.certificate.confirmed import NOT_JUDGED, OutputError, check_output, write

    try:
        if output is not None:
            check_output(output)
        with tqdm(total=len(set(notebooks)), unit="notebook", disable=as_json or None) as bar:
            if in_sandbox:
                found = _in_sandbox(root, notebooks, workers, bar.update)
            else:
                from autograder.certificate import unconfined

                found = unconfined.confirm(notebooks, bar.update)
        if output is not None and found.rows:
            write(output, found)
    except (OutputError, OSError) as error:
        typer.echo(f"autograder: {error}", err=True)
        raise typer.Exit(NOT_JUDGED) from None
    except KeyboardInterrupt:
        typer.echo("autograder: stopped, and nothing was written", err=True)
        raise typer.Exit(NOT_JUDGED) from None
    typer.echo(json.dumps(found.as_json(), indent=2) if as_json else found.to_text())
    if output is not None:
        typer.echo(f"wrote {output}" if found.rows else f"{output} is not written: nothing was judged", err=True)
    raise typer.Exit(found.exit_status)


def _in_sandbox(
    root: Path | None, notebooks: list[Path], workers: int | None, advance: Callable[[], object]
) -> "Confirmation":
    """Judge notebooks in the sandbox, or say in one line why that cannot be."""
    from autograder.certificate import sandboxed
    from autograder.grading.sandbox import RefusedError
    from autograder.grading.withheld import PACKAGES
    from autograder.lessons.source import LessonError

    try:
        return sandboxed.confirm((root or PACKAGES).resolve(), notebooks, workers or os.cpu_count() or 1, advance)
    except LessonError as error:
        typer.echo(f"autograder: {error}", err=True)
    except RefusedError as error:
        typer.echo(f"autograder: {error}. Notebooks of your own you can judge with --without-sandbox", err=True)
    raise typer.Exit(COULD_NOT_JUDGE)


@app.command()
def build(
    lessons: Annotated[list[str] | None, typer.Argument(help="Lessons to build; all if none is named.")] = None,
    root: Root = Path("."),
    execute: Annotated[bool, typer.Option(help="Run the lessons where their code has changed.")] = True,
    force: Annotated[bool, typer.Option("--force", help="Run them anyhow, and overwrite edited lessons.")] = False,
) -> None:
    """Build the notebooks of the lessons from their sources (`make lessons`)."""
    from autograder.build import build as build_lessons
    from autograder.lessons.source import LessonError

    try:
        for path in build_lessons(root, lessons or None, execute, force):
            typer.echo(f"wrote {path}")
    except LessonError as error:
        typer.echo(f"autograder: {error}", err=True)
        raise typer.Exit(1) from None


@app.command()
def audit(
    exercise: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="For one exercise alone.", show_default="all there is")
    ] = None,
    root: Root = Path("."),
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array.")] = False,
    power: Annotated[bool, typer.Option("--power", help="Show what the statistical tests find instead.")] = False,
    seed: Annotated[int | None, typer.Option(help="Of the cases that --power counts in.")] = None,
) -> None:
    """Say what is missing, doubled or stale in exercises and lessons, and what mends it. Exit status 1: some is.

    With --power, show which deviations of draws the hidden tests find, and how surely.
    """
    from dataclasses import asdict

    if power:
        from autograder import power as of_tests

        table = of_tests.power(seed=secrets.randbits(32) if seed is None else seed)
        typer.echo(json.dumps(of_tests.as_json(table), indent=2) if as_json else of_tests.to_text(table))
        return
    from autograder.audit import audit as find_problems
    from autograder.exercises import UnknownExerciseError, find

    try:
        problems = find_problems(root, only=find(exercise).id if exercise else None)
    except UnknownExerciseError as error:
        typer.echo(f"autograder: {error}", err=True)
        raise typer.Exit(COULD_NOT_JUDGE) from None
    if as_json:
        typer.echo(json.dumps([asdict(problem) for problem in problems], indent=2, default=str))
    else:
        for problem in problems:
            typer.echo(str(problem))
        typer.echo(f"{len(problems)} problem{'s' * (len(problems) != 1)}")
    raise typer.Exit(1 if problems else 0)


@app.command()
def new(
    exercise: Annotated[str, typer.Argument(metavar="ID", help="Lesson and name, for example heads.my_pooler.")],
    defines: Annotated[
        str, typer.Option(help="module:name[,module:name] of the library.", show_default="what has the id's name")
    ] = "",
    stands_on: Annotated[
        str, typer.Option(help="The same, of helpers.", show_default="what these use of their modules")
    ] = "",
    root: Root = Path("."),
) -> None:
    """Write the skeleton of exercise ID, ready to fill in; nothing is overwritten. Exit status 1: none is written."""
    from autograder.skeleton.registers import RegisterError
    from autograder.skeleton.start import SkeletonError, start

    try:
        started = start(root, exercise, *(paths.split(",") if paths else () for paths in (defines, stands_on)))
    except (SkeletonError, RegisterError, OSError) as error:
        typer.echo(f"autograder: {error}", err=True)
        raise typer.Exit(1) from None
    typer.echo(started.to_text())


@app.command()
def grade(
    assignment: Annotated[str, typer.Argument(help="For example 02_masked_language_model.")],
    root: Root = Path("."),
    workers: Annotated[int | None, typer.Option(min=1, help="Submissions at once.", show_default="cores")] = None,
    scheduler: Annotated[str | None, typer.Option(metavar="ADDRESS", help="Grade on a Dask cluster.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object at the end.")] = False,
) -> None:
    """Grade everything that was handed in for ASSIGNMENT, many submissions at once, and fill the gradebook.

    Can be interrupted; the next run goes on. Exit status 0: everything is graded; 1: something is not, and is named;
    2: nothing could be graded.
    """
    from dataclasses import asdict
    from functools import partial

    from tqdm import tqdm

    from autograder.grading.processes import local_processes, prepare

    if scheduler is None:
        prepare()  # before the imports below, which take as long as its own
    from autograder import classroom
    from autograder.classroom import BusyError
    from autograder.grading import executors
    from autograder.grading.assignment import AssignmentError
    from autograder.grading.executors import ClusterError
    from autograder.grading.sandbox import RefusedError
    from autograder.lessons.source import LessonError
    from autograder.nbgrader_plugin.gradebook import GradebookError
    from autograder.wording import quoted

    count = workers or (os.cpu_count() or 1)
    make_executor = partial(local_processes, count) if scheduler is None else partial(executors.dask_cluster, scheduler)
    students = classroom.handed_in(root, assignment)
    try:
        with tqdm(total=len(students), desc=assignment, unit="submission", disable=as_json or None) as bar:
            run = classroom.grade_class(root.resolve(), assignment, make_executor, 2 * count, bar.update)
    except (AssignmentError, GradebookError, RefusedError, LessonError, ClusterError, BusyError) as error:
        typer.echo(f"autograder: {error}", err=True)
        raise typer.Exit(COULD_NOT_JUDGE) from None
    except KeyboardInterrupt:
        typer.echo(f"autograder: stopped; `autograder grade {assignment}` goes on from here", err=True)
        raise typer.Exit(1) from None
    if as_json:
        typer.echo(json.dumps(asdict(run), indent=2))
    else:
        typer.echo(f"{len(run.graded)} graded, {len(run.kept)} unchanged since they were graded")
        for student, files in run.empty.items():
            typer.echo(f"{quoted(student)}: handed in no {assignment}.ipynb, but {quoted(files)}", err=True)
        for student, reason in run.failed.items():
            typer.echo(f"{quoted(student)}: NOT GRADED, and no zero given: {quoted(reason, 1000)}", err=True)
    raise typer.Exit(1 if run.failed or run.empty else 0)


@app.command()
def collect(
    source: Annotated[Path, typer.Argument(metavar="ZIP-OR-FOLDER", help="What Moodle or Canvas gave you.")],
    assignment: Annotated[str, typer.Argument(help="For example 02_masked_language_model.")],
    root: Root = Path("."),
    update: Annotated[bool, typer.Option("--update", help="Replace submissions that differ, keeping the old.")] = False,
) -> None:
    """Put what students handed in where nbgrader looks for it, one notebook each; nothing is overwritten.

    Exit status 1: something was not collected, and is named.
    """
    from autograder.class_files.collect import collect as collect_download
    from autograder.class_files.download import DownloadError
    from autograder.class_files.students import remember_students
    from autograder.nbgrader_plugin.gradebook import open_gradebook

    try:
        result = collect_download(source, assignment, root.resolve(), update)
    except (DownloadError, OSError) as error:
        typer.echo(f"autograder: {error}", err=True)
        raise typer.Exit(COULD_NOT_JUDGE) from None
    with open_gradebook(root.resolve()) as gradebook:
        remember_students(gradebook, result)
    for line in [*result.notes, *map(str, result.problems)]:
        typer.echo(line, err=True)
    if result.ignored:
        typer.echo(f"ignored: {', '.join(result.ignored)}", err=True)
    late = [submission.student for submission in result.collected if submission.late]
    if late:
        typer.echo(f"late, says the LMS: {', '.join(late)}")
    counts = {
        "collected": len(result.collected),
        "already there": len(result.already_there),
        "replaced": len(result.replaced),
        "not collected": len(result.problems),
    }
    typer.echo(", ".join(f"{count} {what}" for what, count in counts.items()))
    raise typer.Exit(1 if result.problems else 0)


@app.command()
def report(
    assignment: Annotated[str, typer.Argument(help="For example 02_masked_language_model.")],
    root: Root = Path("."),
    output: Annotated[Path | None, typer.Option(help="The file to write.", show_default="graded/….html")] = None,
) -> None:
    """Write one HTML page on what the class got right and wrong, and who needs a human."""
    from autograder.lessons.source import LessonError
    from autograder.report import ReportError, write_report

    try:
        path = write_report(root.resolve(), assignment, output)
    except (ReportError, LessonError, OSError) as error:
        typer.echo(f"autograder: {error}", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"wrote {path}")


@app.command()
def bundle(
    output: Annotated[Path, typer.Option(help="The file to write.")] = Path("bert-training.zip"),
    root: Root = Path("."),
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file.")] = False,
    diagnosis: Annotated[
        bool, typer.Option("--diagnosis", help="With the full tests, so that `check` there names mistakes.")
    ] = False,
) -> None:
    """Write what a class receives: lessons, bertkit and visible checks, without hidden tests and solutions.

    With --diagnosis the hidden tests go in. Grading draws its own cases from a secret key either way.
    """
    from autograder.class_files.bundle import BundleError, make_bundle

    try:
        names = make_bundle(root, output, force, diagnosis)
    except (BundleError, OSError) as error:
        typer.echo(f"autograder: {error}", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"wrote {output}, {len(names)} files")


def main() -> None:
    """Run the command line. Where a command lacks what a class does not receive, one line says so."""
    try:
        app()
    except ModuleNotFoundError as error:
        from autograder.visible.outcome import NOT_RECEIVED, whole_course_is_here

        if whole_course_is_here() or not (error.name or "").startswith("autograder."):
            raise
        typer.echo(f"autograder: {NOT_RECEIVED}", err=True)
        raise SystemExit(COULD_NOT_JUDGE) from None
