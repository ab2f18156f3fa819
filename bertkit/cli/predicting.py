"""`bertkit predict` and `bertkit nsp`: asking a fine-tuned model, and asking whether one sentence follows another."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from bertkit.cli.asking import guess_table
from bertkit.cli.console import emit
from bertkit.cli.finetuning import FINETUNED, FineTuned, fine_tuned_kind
from bertkit.cli.options import AsJson


def predict(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="A text, the first of a pair, or a question.")],
    second: Annotated[
        str | None, typer.Argument(metavar="[TEXT2]", help="The second of a pair, or the passage that has the answer.")
    ] = None,
    model: FineTuned = FINETUNED,
    as_json: AsJson = False,
) -> None:
    """Ask a fine-tuned model: for the label of a text or a pair, the tags of its words, or the answer to a question."""
    from bertkit.inference.fill_mask import Guess
    from bertkit.inference.predict import answer, classify, marked, tag
    from bertkit.model.bert import BertForSequenceClassification, BertForTokenClassification
    from bertkit.model.pretrained import load_pretrained

    network, tokenizer = load_pretrained(model, fine_tuned_kind(model))
    if isinstance(network, BertForSequenceClassification):
        labels = classify(network, tokenizer, text, second)
        if as_json:
            emit(text=text, second=second, labels=[asdict(label) for label in labels])
            return
        typer.echo(guess_table([Guess(label.name, label.probability) for label in labels]))
    elif isinstance(network, BertForTokenClassification):
        if second is not None:
            raise ValueError(f"the model in {model} tags the words of one text; leave {second!r} out")
        words = tag(network, tokenizer, text)
        if as_json:
            emit(text=text, words=[asdict(word) for word in words], marked=marked(text, words))
            return
        typer.echo(marked(text, words))
    else:
        if second is None:
            raise ValueError(f'the model in {model} answers questions: bertkit predict "QUESTION" "PASSAGE"')
        found = answer(network, tokenizer, text, second)
        if as_json:
            emit(question=text, passage=second, answer=asdict(found))
            return
        typer.echo(f"{second[: found.start]}[{found.text}]{second[found.end :]}")
        typer.echo(guess_table([Guess(found.text, found.probability)]))


def nsp(
    first: Annotated[str, typer.Argument(metavar="FIRST", help="A sentence.")],
    second: Annotated[str, typer.Argument(metavar="SECOND", help="Another one: does it follow?")],
    model: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder of a pre-trained checkpoint.", show_default="the course's own"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Ask a pre-trained model whether the second sentence follows the first."""
    from bertkit.inference.fill_mask import Guess
    from bertkit.inference.predict import next_sentence
    from bertkit.model.architectures import architecture
    from bertkit.model.bert import BertForPreTraining
    from bertkit.model.pretrained import load_pretrained, shipped

    path = model or shipped()
    if (kind := architecture(path)) is not BertForPreTraining:
        raise ValueError(
            f"{path} holds a {kind.__name__}, which has no head for next-sentence prediction; train one that has: "
            "bertkit pretrain --next-sentence random"
        )
    network, tokenizer = load_pretrained(path, BertForPreTraining)
    probability = next_sentence(network, tokenizer, first, second)
    if as_json:
        emit(first=first, second=second, follows=probability)
        return
    typer.echo(guess_table([Guess("follows", probability), Guess("random", 1 - probability)]))
