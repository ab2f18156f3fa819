"""`bertkit claims`: the statements of the course, measured at full size."""

from pathlib import Path
from typing import Annotated

import typer

from bertkit.cli.options import count, set_threads

LEAST = 3
"""Runs of a statement, where nothing else is said: fewer say nothing of spread."""


def claims(
    numbers: Annotated[
        list[str] | None, typer.Argument(metavar="[NUMBER]...", help="Statements to measure.", show_default="all")
    ] = None,
    seeds: Annotated[
        int | None,
        count("Runs of each, with seeds from 0 on.", show_default=f"as many as are recorded, {LEAST} at least"),
    ] = None,
    small: Annotated[bool, typer.Option("--small", help="Run the smaller experiments, which say less.")] = False,
    output: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where to write.", show_default="the course's own records")
    ] = None,
) -> None:
    """Measure what the lessons claim, over several seeds, and write it down.

    A run that was stopped goes on with the next seed. Exit status 1: a statement does not hold.
    """
    from bertkit.claims.catalogue import CLAIMS, find
    from bertkit.claims.claim import RECORDED, measured, runs_in
    from bertkit.claims.table import to_text

    set_threads(1)  # the same figures however many cores there are, and seconds that can be compared
    chosen = [find(number) for number in numbers] if numbers else list(CLAIMS)
    if small and output is None:
        raise ValueError("--small would replace the course's records by figures that say less; add --output DIR")
    holds = True
    for claim in chosen:
        path = (output or RECORDED) / claim.path.name
        record = measured(
            claim,
            range(seeds or max(LEAST, runs_in(path))),
            path,
            small,
            lambda seed, run: typer.echo(f"seed {seed}: {run.seconds:.0f} s", err=True),
        )
        typer.echo(to_text(record) + "\n")
        holds &= all(record.met.values())
    raise typer.Exit(0 if holds else 1)
