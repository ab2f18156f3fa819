"""`bertkit fill-mask`: asking a pre-trained model for words."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bertkit.cli.console import can_print, emit
from bertkit.cli.options import AsJson, count

if TYPE_CHECKING:
    from bertkit.inference.fill_mask import Guess

BAR_WIDTH = 20


def fill_mask(
    texts: Annotated[list[str], typer.Argument(metavar="TEXT...", help="Each with one [MASK] or more.")],
    model: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder of the checkpoint.", show_default="the course's own")
    ] = None,
    top_k: Annotated[int, count("Guesses a mask.")] = 5,
    as_json: AsJson = False,
) -> None:
    """Say which words a trained model expects behind each [MASK], with their probabilities."""
    from bertkit.inference.fill_mask import fill_mask as guesses_at_masks
    from bertkit.model.bert import BertForMaskedLM
    from bertkit.model.pretrained import load_pretrained, shipped

    network, tokenizer = load_pretrained(model or shipped(), BertForMaskedLM)
    answers = [guesses_at_masks(network, tokenizer, text, top_k) for text in texts]
    for text, masks in zip(texts, answers, strict=True):
        if as_json:
            emit(text=text, masks=[[asdict(guess) for guess in guesses] for guesses in masks])
            continue
        typer.echo(text)
        for number, guesses in enumerate(masks, start=1):
            if len(masks) > 1:
                typer.echo(f"  [MASK] {number} of {len(masks)}")
            typer.echo(guess_table(guesses))


def guess_table(guesses: "list[Guess]") -> str:
    """One line a guess: token, probability, bar."""
    block = "█" if can_print("█") else "#"
    width = max(len(guess.token) for guess in guesses)
    return "\n".join(
        f"  {guess.token:<{width}}  {guess.probability:6.1%}  {block * round(BAR_WIDTH * guess.probability)}".rstrip()
        for guess in guesses
    )
