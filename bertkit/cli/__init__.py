"""Train a BERT on stories or on your own text, put it to work on a task, and ask it."""

import sys
from typing import Annotated, Any, NoReturn

import typer

from bertkit import __version__
from bertkit.cli.asking import fill_mask
from bertkit.cli.claims import claims
from bertkit.cli.finetuning import evaluate, finetune
from bertkit.cli.predicting import nsp, predict
from bertkit.cli.pretraining import pretrain

BAD_INPUT = 2

# Commands import torch when they run: `--help` should not wait for it.
app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
for command in (pretrain, fill_mask, nsp, finetune, evaluate, predict, claims):
    app.command()(command)  # under its own name, with hyphens


def print_version(wanted: bool) -> None:
    """Print it and end."""
    if wanted:
        typer.echo(f"bertkit {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and exit.", is_eager=True, callback=print_version)
    ] = False,
) -> None:
    """What stands before the command."""


def main() -> None:
    """Run the command line; whatever is wrong with the input is one line on stderr and exit status 2."""
    try:
        status = app(standalone_mode=False)
    except typer.TyperException as error:
        if message := error.format_message():  # without one, the help has just been shown
            fail(f"{message.rstrip('.')}{value_of(error)}; see bertkit --help")
        sys.exit(BAD_INPUT)
    except (OSError, ValueError) as error:
        fail(str(error))
    sys.exit(status if isinstance(status, int) else 0)


def value_of(error: typer.TyperException) -> str:
    """The value that does not fit an option, in brackets; what the library says of a number leaves it out."""
    # Numbers and their ranges are checked by pydantic for typer, and its error knows the value.
    found: list[dict[str, Any]] = getattr(error.__cause__, "errors", list)()
    return f" (it is {found[0]['input']!r})" if found else ""


def fail(message: str) -> NoReturn:
    """End with one line on stderr."""
    print(f"bertkit: {' '.join(message.split())}", file=sys.stderr)
    sys.exit(BAD_INPUT)
