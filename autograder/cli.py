"""The command `autograder`. Commands import what they need when they run: `check` starts no notebook machinery."""

import json
import secrets
from pathlib import Path
from typing import Annotated

import click
import typer

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
            typer.echo(f"{click.format_filename(path)}\n{verdict.to_text()}")
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
def build(
    lessons: Annotated[list[str] | None, typer.Argument(help="Lessons to build; all if none is named.")] = None,
    root: Root = Path("."),
    execute: Annotated[bool, typer.Option(help="Run the lessons where their code has changed.")] = True,
    force: Annotated[bool, typer.Option("--force", help="Run them anyhow, and overwrite edited lessons.")] = False,
) -> None:
    """Build the notebooks of the lessons from their sources (`make lessons`)."""
    from autograder.lessons.build import build as build_lessons
    from autograder.lessons.source import LessonError

    try:
        for path in build_lessons(root, lessons or None, execute, force):
            typer.echo(f"wrote {path}")
    except LessonError as error:
        typer.echo(f"autograder: {error}", err=True)
        raise typer.Exit(1) from None


@app.command()
def audit(
    root: Root = Path("."), as_json: Annotated[bool, typer.Option("--json", help="One JSON array.")] = False
) -> None:
    """Say what is missing, doubled or stale in exercises and lessons, and what mends it. Exit status 1: some is."""
    from dataclasses import asdict

    from autograder.audit import audit as find_problems

    problems = find_problems(root)
    if as_json:
        typer.echo(json.dumps([asdict(problem) for problem in problems], indent=2, default=str))
    else:
        for problem in problems:
            typer.echo(str(problem))
        typer.echo(f"{len(problems)} problem{'s' * (len(problems) != 1)}")
    raise typer.Exit(1 if problems else 0)


def main() -> None:
    """Run the command line."""
    app()
