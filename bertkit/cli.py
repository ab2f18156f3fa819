"""Train a BERT on stories or on your own text, and ask it what stands behind [MASK]."""

import json
import math
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from bertkit.corpus import Corpus
    from bertkit.fill_mask import Guess
    from bertkit.models import BertForMaskedLM
    from bertkit.pretrain import PretrainingSettings, Step

# Commands import torch when they run: `--help` should not wait for it.
app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)

BAD_INPUT, INTERRUPTED = 2, 130
DEFAULT_FOLDER = Path("runs/pretrain")
BAR_WIDTH = 20


def whole(text: str) -> int:
    """A whole number."""
    try:
        return int(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a whole number") from None


def at_least_1(text: str) -> int:
    """A whole number that is not below 1."""
    if (number := whole(text)) < 1:
        raise typer.BadParameter(f"{text!r} is too small; it has to be at least 1")
    return number


def positive(text: str) -> float:
    """A positive, finite number."""
    try:
        number = float(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a number") from None
    if not 0 < number < math.inf:
        raise typer.BadParameter(f"{text!r} is out of range; it has to be positive and finite")
    return number


def count(help: str) -> Any:
    """An option that takes a whole number of 1 or more."""
    return typer.Option(parser=at_least_1, metavar="N", help=help)


AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")]


@app.command()
def pretrain(
    text: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Text to read: one sentence a line, blank lines between documents; without blank lines every line "
            "is a document. Stories of the story world if not given.",
        ),
    ] = None,
    output: Annotated[
        Path, typer.Option(metavar="DIR", help="Where to save; an earlier checkpoint there is replaced.")
    ] = DEFAULT_FOLDER,
    steps: Annotated[int, count("Optimiser steps.")] = 1000,
    size: Annotated[str, typer.Option(metavar="NAME", help="Size of the model: nano, tiny, mini or small.")] = "nano",
    batch_size: Annotated[int, count("Examples a step.")] = 32,
    learning_rate: Annotated[float, typer.Option(parser=positive, metavar="RATE", help="Peak of the schedule.")] = 2e-3,
    warmup_steps: Annotated[
        int | None,
        typer.Option(parser=whole, metavar="N", help="Steps until the peak.", show_default="a tenth of --steps"),
    ] = None,
    seed: Annotated[int, typer.Option(parser=whole, metavar="N", help="Same seed, same machine: same weights.")] = 0,
    vocab_size: Annotated[int, count("Upper limit of the vocabulary.")] = 2500,
    stories: Annotated[int, count("Stories to train on.")] = 8000,
    topics: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A topic the stories may be about; repeat for more.", show_default="all"),
    ] = None,
    threads: Annotated[int | None, count("CPU threads; with 1 a small model shares a busy machine best.")] = None,
    as_json: AsJson = False,
) -> None:
    """Train a masked language model, evaluate it on text that it has not seen, and save it.

    Ctrl-C ends the training early and saves the model as it is then.
    """
    import torch

    from bertkit.checkpoint import check_destination, save_pretrained
    from bertkit.models import SIZES, BertForMaskedLM
    from bertkit.pretrain import PretrainingSettings
    from bertkit.randomness import generator

    if size not in SIZES:
        raise ValueError(f"there is no size {size!r}; choose one of {', '.join(SIZES)}")
    if text is not None and topics:
        raise ValueError(f"--topics {topics[0]} is for stories; leave it out, or leave out --text {text}")
    settings = PretrainingSettings(
        steps=steps,
        batch_size=batch_size,
        learning_rate=learning_rate,
        warmup_steps=steps // 10 if warmup_steps is None else warmup_steps,
        seed=seed,
    )
    check_destination(output)
    if threads is not None:
        torch.set_num_threads(threads)
    corpus = read_corpus(text, stories, tuple(topics or ()), vocab_size, seed)
    model = BertForMaskedLM(SIZES[size].config(corpus.vocab_size), generator(seed, "weights"))
    report_start(model, corpus, as_json)
    taken = train(model, corpus, settings, as_json)
    save_pretrained(output, model, corpus.tokenizer)
    if taken < steps:
        report_interrupt(taken, steps, output, as_json)
        raise typer.Exit(INTERRUPTED)
    report_end(model, corpus, output, as_json)


@app.command("fill-mask")
def fill_mask(
    texts: Annotated[list[str], typer.Argument(metavar="TEXT...", help="Each with one [MASK] or more.")],
    model: Annotated[Path, typer.Option(metavar="DIR", help="Folder of the checkpoint.")] = DEFAULT_FOLDER,
    top_k: Annotated[int, count("Guesses a mask.")] = 5,
    as_json: AsJson = False,
) -> None:
    """Say which words a trained model expects behind each [MASK], with their probabilities."""
    from bertkit.checkpoint import load_pretrained
    from bertkit.fill_mask import fill_mask as guesses_at_masks

    network, tokenizer = load_pretrained(model)
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


def can_print(text: str) -> bool:
    """Whether the terminal's encoding has these characters."""
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def read_corpus(text: Path | None, stories: int, topics: tuple[str, ...], vocab_size: int, seed: int) -> "Corpus":
    """Documents of a file, or stories, as a corpus."""
    from bertkit.corpus import story_corpus, text_corpus
    from bertkit.text import read_documents

    if text is None:
        return story_corpus(stories, topics, vocab_size, seed=seed)
    documents = read_documents(text)
    try:
        return text_corpus(documents, vocab_size, seed=seed)
    except ValueError as error:
        raise ValueError(f"{text}: {error}") from error


def train(model: "BertForMaskedLM", corpus: "Corpus", settings: "PretrainingSettings", as_json: bool) -> int:
    """Run the training loop to its end or to the first Ctrl-C; return the number of the last step."""
    from bertkit.objectives.mlm import MaskedLanguageModelling
    from bertkit.pretrain import pretrain as training

    objective = MaskedLanguageModelling(corpus.ids.mask, corpus.vocab_size)
    with ctrl_c() as pressed, progress(settings.steps, as_json) as report:
        for step in training(model, corpus.training, objective, settings):
            report(step)
            if pressed():
                return step.number
    return settings.steps


@contextmanager
def ctrl_c() -> Iterator[Callable[[], bool]]:
    """Let a Ctrl-C wait for the end of a step, so that the weights are never half-way; a second one does not wait."""
    pressed = False

    def remember(number: int, frame: FrameType | None) -> None:
        nonlocal pressed
        pressed = True
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = signal.signal(signal.SIGINT, remember)
    try:
        yield lambda: pressed
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def progress(steps: int, as_json: bool) -> "Iterator[Callable[[Step], None]]":
    """What is to be called with every step: prints it as JSON, or moves a progress bar."""
    if as_json:
        yield lambda step: emit(event="step", **asdict(step))
        return
    from tqdm import tqdm

    losses: deque[float] = deque(maxlen=20)
    tokens = 0
    # A log file gets a line every ten seconds, a terminal a moving bar.
    pause = 0.2 if sys.stderr.isatty() else 10.0
    with tqdm(total=steps, unit=" steps", mininterval=pause, dynamic_ncols=True) as bar:

        def show(step: "Step") -> None:
            nonlocal tokens
            losses.append(step.loss)
            tokens += step.tokens
            rate = tokens / max(bar.format_dict["elapsed"], 1e-9)
            bar.set_postfix_str(f"loss {sum(losses) / len(losses):.2f}, {rate:,.0f} tokens/s", refresh=False)
            bar.update(step.number - bar.n)

        yield show


def evaluation(model: "BertForMaskedLM", corpus: "Corpus") -> tuple[float, float]:
    """Loss and accuracy on unseen text, with masks that are the same at every call."""
    from bertkit.objectives.mlm import MaskedLanguageModelling
    from bertkit.pretrain import evaluate

    return evaluate(model, corpus.validation, MaskedLanguageModelling(corpus.ids.mask, corpus.vocab_size))


def report_start(model: "BertForMaskedLM", corpus: "Corpus", as_json: bool) -> None:
    """Say what is trained on what, and which losses there are to beat."""
    from bertkit.metrics import unigram_entropy

    examples = corpus.training.sequences
    figures = {
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "vocab_size": corpus.vocab_size,
        "examples": len(examples),
        "tokens": sum(map(len, examples)),
    }
    log_v = math.log(corpus.vocab_size)
    unigrams = unigram_entropy(sequence[1:-1] for sequence in examples)
    # Before the training, because text in which nothing is selected should be refused now and not at the end.
    loss, _ = evaluation(model, corpus)
    if as_json:
        emit(event="start", **figures, ln_vocab_size=log_v, unigram_entropy=unigrams, evaluation_loss=loss)
        return
    typer.echo(
        "{parameters:,} parameters, {vocab_size:,} tokens in the vocabulary, {examples:,} examples of {tokens:,} "
        "tokens".format(**figures)
    )
    typer.echo(f"loss of a uniform guess       {log_v:.2f} nats, ln {corpus.vocab_size}")
    typer.echo(f"loss without any context      {unigrams:.2f} nats, the unigram entropy")
    typer.echo(f"evaluation loss at the start  {loss:.2f} nats")


def report_interrupt(taken: int, steps: int, output: Path, as_json: bool) -> None:
    """Say how far it came, and that it is saved."""
    if as_json:
        emit(event="interrupted", step=taken, output=str(output))
        return
    typer.echo(f"stopped by Ctrl-C after step {taken} of {steps}; the model is saved in {output}")


def report_end(model: "BertForMaskedLM", corpus: "Corpus", output: Path, as_json: bool) -> None:
    """Say how good it became, where it is, and what to do with it."""
    from bertkit.metrics import perplexity

    loss, accuracy = evaluation(model, corpus)
    if as_json:
        emit(event="end", evaluation_loss=loss, evaluation_accuracy=accuracy, output=str(output))
        return
    typer.echo(
        f"evaluation loss at the end    {loss:.2f} nats, perplexity {perplexity(loss):.1f}, {accuracy:.0%} right"
    )
    typer.echo(f'saved in {output}; try: bertkit fill-mask "this teddy [MASK] is so cute ." --model {output}')


def emit(**values: Any) -> None:
    """Print one JSON object on a line of its own, at once."""
    typer.echo(json.dumps(values, allow_nan=False))
    sys.stdout.flush()


def main() -> None:
    """Run the command line; whatever is wrong with the input is one line on stderr and exit status 2."""
    try:
        status = app(standalone_mode=False)
    except typer.TyperException as error:
        if message := error.format_message():  # without one, the help has just been shown
            fail(f"{message.rstrip('.')}; see bertkit --help")
        sys.exit(BAD_INPUT)
    except (OSError, ValueError) as error:
        fail(str(error))
    sys.exit(status if isinstance(status, int) else 0)


def fail(message: str) -> NoReturn:
    """End with one line on stderr."""
    print(f"bertkit: {' '.join(message.split())}", file=sys.stderr)
    sys.exit(BAD_INPUT)
