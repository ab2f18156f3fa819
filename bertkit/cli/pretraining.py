"""`bertkit pretrain`: the run folder, the progress bar and the losses to beat around the training loop."""

import math
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bertkit.cli.console import ctrl_c, emit, progress, say
from bertkit.cli.options import DEFAULT_FOLDER, AsJson, Seed, Threads, count, positive, set_threads, share, whole

if TYPE_CHECKING:
    from bertkit.batches import Examples
    from bertkit.corpus import PreparedCorpus
    from bertkit.evaluation import Scores
    from bertkit.models import BertForMaskedLM, BertForPreTraining
    from bertkit.objectives.mlm import MaskedLanguageModelling
    from bertkit.pretrain import PretrainingSettings, Step, Training
    from bertkit.reading import Reader
    from bertkit.runs import Run

INTERRUPTED = 130
VALIDATION_EXAMPLES = 1000
"""Unseen examples that a model is judged by; fewer where there is less text."""
OF_THIS_CALL = frozenset({"output", "resume", "threads", "as_json", "save_every", "log_every", "tensorboard"})
"""Options that say nothing about the weights and may change when a run goes on."""


def pretrain(
    context: typer.Context,
    text: Annotated[
        Path | None,
        typer.Option(
            metavar="PATH",
            help="Text to read: a file, or a folder of .txt files, with blank lines between documents; without blank "
            "lines every line is a document. Stories of the story world if not given.",
        ),
    ] = None,
    split_sentences: Annotated[
        bool, typer.Option(help="Part each line of --text into sentences, or take every line as one sentence.")
    ] = True,
    output: Annotated[
        Path, typer.Option(metavar="DIR", help="Where to save; an earlier checkpoint there is replaced.")
    ] = DEFAULT_FOLDER,
    steps: Annotated[int, count("Optimiser steps.")] = 1000,
    size: Annotated[str, typer.Option(metavar="NAME", help="Size of the model: nano, tiny, mini or small.")] = "nano",
    batch_size: Annotated[int, count("Examples a step, over all processes together.")] = 32,
    learning_rate: Annotated[float, typer.Option(parser=positive, metavar="RATE", help="Peak of the schedule.")] = 2e-3,
    warmup_steps: Annotated[
        int | None,
        typer.Option(parser=whole, metavar="N", help="Steps until the peak.", show_default="a tenth of --steps"),
    ] = None,
    accumulation: Annotated[int, count("Parts of a batch that are in memory one after the other.")] = 1,
    precision: Annotated[
        str, typer.Option(metavar="NAME", help="Of the matrix products: float32, or bfloat16 (bf16).")
    ] = "float32",
    next_sentence: Annotated[
        str,
        typer.Option(
            metavar="KIND",
            help="What stands in a pair that is not real: a random second text (as in BERT), one of the same-topic, "
            "the two swapped; or none for no pairs at all.",
        ),
    ] = "random",
    mask_probability: Annotated[
        float, typer.Option(parser=share, metavar="SHARE", help="Share of the tokens to predict in training.")
    ] = 0.15,
    max_length: Annotated[int, count("Longest example, in tokens.")] = 64,
    longest_run: Annotated[int, count("Most sentences on one side of an example.")] = 3,
    seed: Seed = 0,
    vocab_size: Annotated[int, count("Upper limit of the vocabulary.")] = 2500,
    stories: Annotated[int, count("Stories to train on.")] = 8000,
    topics: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A topic the stories may be about; repeat for more.", show_default="all"),
    ] = None,
    evaluate_every: Annotated[int, count("Steps from one evaluation on unseen text to the next.")] = 500,
    save_every: Annotated[int, count("Steps from one save to the next.")] = 200,
    log_every: Annotated[int, count("Steps from one line of training/metrics.jsonl to the next.")] = 1,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the run in --output from its last save.")
    ] = False,
    tensorboard: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write the metrics for TensorBoard too.")
    ] = None,
    threads: Threads = None,
    as_json: AsJson = False,
) -> None:
    """Train BERT's two objectives, evaluate on text that it has not seen, and save.

    Ctrl-C ends the training early and saves; --resume goes on as if nothing had happened. Under torchrun
    (torchrun --nproc-per-node 2 -m bertkit pretrain …) several processes share the work.
    """
    from bertkit.checkpoint import check_destination, save_pretrained
    from bertkit.models import SIZES
    from bertkit.pretrain import PretrainingSettings
    from bertkit.processes import first_alone, joined_processes, place_among_processes
    from bertkit.runs import Run

    options = {name: value for name, value in context.params.items() if name not in OF_THIS_CALL}
    options |= {"text": None if text is None else str(text), "topics": list(topics or ())}
    run = Run(output)
    check_destination(output)
    with joined_processes():
        if resume:
            options = resumed(run, options, context)
            if run.finished:
                raise ValueError(f"the run in {output} is finished; leave --resume out to begin another one")
        if options["size"] not in SIZES:
            raise ValueError(f"there is no size {options['size']!r}; choose one of {', '.join(SIZES)}")
        if options["text"] is not None and options["topics"]:
            raise ValueError(
                f"--topics {options['topics'][0]} is for stories; leave it out, or leave out --text {options['text']}"
            )
        warmup = options["warmup_steps"]
        settings = PretrainingSettings(
            steps=options["steps"],
            batch_size=options["batch_size"],
            learning_rate=options["learning_rate"],
            warmup_steps=options["steps"] // 10 if warmup is None else warmup,
            accumulation=options["accumulation"],
            precision={"bf16": "bfloat16", "fp32": "float32"}.get(options["precision"], options["precision"]),
            seed=options["seed"],
        )
        set_threads(threads)
        with run.kept_once_saved():
            with first_alone() as is_first:
                if is_first:
                    if not resume:
                        run.begin(options)
                    prepare(run, options)
            learning = set_up(run, options, settings)
            if resume and run.state.exists():
                learning.training.load(run.state)
            console = Console(as_json, quiet=place_among_processes()[0] > 0)
            console.start(learning)
            taken = train(learning, run, Every(save_every, evaluate_every, log_every), tensorboard, console)
            with first_alone() as is_first:
                if is_first:
                    save_pretrained(output, learning.model, learning.corpus.tokenizer)
                    if taken == settings.steps:
                        console.end(learning, output)
                        run.finish()
                    else:
                        console.interrupted(taken, settings.steps, output)
        if taken < settings.steps:
            raise typer.Exit(INTERRUPTED)


@dataclass(frozen=True)
class Learning:
    """A model, what it reads, and what it is judged by."""

    model: "BertForMaskedLM | BertForPreTraining"
    corpus: "PreparedCorpus"
    reader: "Reader"
    unseen: "Examples"
    objective: "MaskedLanguageModelling"
    settings: "PretrainingSettings"
    training: "Training"
    floor: "Scores | None"
    """What nobody can beat on `unseen`; None where it is not known."""

    def score(self) -> "Scores":
        """Losses and accuracies on unseen text, every selected token behind [MASK], the same masks at every call."""
        from bertkit.evaluation import score
        from bertkit.floors import hidden_only

        return score(self.model, self.unseen, hidden_only(self.corpus.ids.mask, self.corpus.vocab_size))


def resumed(run: "Run", options: Mapping[str, Any], context: typer.Context) -> dict[str, Any]:
    """The options that the run was begun with.

    Raises `ValueError` where an option on the command line says something else.
    """
    begun = run.options
    for name, value in options.items():
        given = str(context.get_parameter_source(name)).endswith("COMMANDLINE")
        if given and begun.get(name) != value:
            raise ValueError(
                f"--{name.replace('_', '-')} is {value!r}, but the run was begun with {begun.get(name)!r}; leave it out"
            )
    return begun


def prepare(run: "Run", options: Mapping[str, Any]) -> None:
    """Tokenize the text into the run's folder, unless an earlier start has done so."""
    from bertkit.corpus import CORPUS_FILE, prepare_stories, prepare_text

    if (run.data / CORPUS_FILE).exists():
        return
    if options["text"] is None:
        prepare_stories(run.data, options["stories"], options["topics"], options["vocab_size"], options["seed"])
    else:
        prepare_text(run.data, Path(options["text"]), options["vocab_size"], options["split_sentences"])


def set_up(run: "Run", options: Mapping[str, Any], settings: "PretrainingSettings") -> Learning:
    """Build all that training needs, at step 0."""
    from bertkit.corpus import open_corpus
    from bertkit.floors import hidden_only, of_stories, story_floor
    from bertkit.models import SIZES, BertForMaskedLM, BertForPreTraining
    from bertkit.objectives.mlm import MaskedLanguageModelling
    from bertkit.pretrain import Training
    from bertkit.randomness import generator
    from bertkit.reading import Reader

    corpus = open_corpus(run.data)
    max_length, longest_run = options["max_length"], options["longest_run"]
    seconds = {"same-topic": "same topic"}.get(options["next_sentence"], options["next_sentence"])
    reader, unseen = (
        Reader(store, corpus.ids, max_length, longest_run, seconds) for store in (corpus.training, corpus.validation)
    )
    config = SIZES[options["size"]].config(corpus.vocab_size, max_position_embeddings=max(64, max_length))
    kind = BertForMaskedLM if seconds == "none" else BertForPreTraining
    model = kind(config, generator(settings.seed, "weights"))
    examples = unseen.first_examples(VALIDATION_EXAMPLES, settings.seed)
    judging = hidden_only(corpus.ids.mask, corpus.vocab_size)
    return Learning(
        model,
        corpus,
        reader,
        unseen.in_memory(examples),
        MaskedLanguageModelling(corpus.ids.mask, corpus.vocab_size, options["mask_probability"]),
        settings,
        Training(model, settings),
        floor=story_floor(corpus, unseen, examples, judging) if of_stories(corpus) else None,
    )


@dataclass(frozen=True)
class Every:
    """Numbers of steps from one time to the next."""

    save: int
    evaluation: int
    log: int


def train(learning: Learning, run: "Run", every: Every, tensorboard: Path | None, console: "Console") -> int:
    """Run the loop to its end or to the first Ctrl-C, saving on the way; returns the number of the last step."""
    from bertkit.pretrain import pretrain as steps
    from bertkit.processes import first_alone, mean_over_processes
    from bertkit.runs import Metrics

    settings, training = learning.settings, learning.training
    with ExitStack() as stack:
        is_first = not console.quiet
        metrics = stack.enter_context(Metrics(run.metrics, training.step, tensorboard)) if is_first else None
        pressed = stack.enter_context(ctrl_c())
        report = stack.enter_context(console.progress(learning))
        for step in steps(learning.model, learning.reader, learning.objective, settings, training):
            report(step)
            if metrics and step.number % every.log == 0:
                metrics.write(step.number, loss=step.loss, learning_rate=step.learning_rate, tokens=step.tokens)
            # One process may have seen the key before the others: they stop together.
            stopping = step.number == settings.steps or mean_over_processes(float(pressed())) > 0
            # Also at a Ctrl-C, or the run that goes on later would lack this evaluation.
            if metrics and step.number % every.evaluation == 0 and step.number < settings.steps:
                scores = learning.score()
                metrics.write(step.number, **evaluation_figures(scores))
                console.evaluation(step.number, scores, learning.floor)
            if stopping or step.number % every.save == 0:
                with first_alone() as is_first:
                    if is_first:
                        training.save(run.state)
            if stopping:
                return step.number
    return settings.steps


def evaluation_figures(scores: "Scores") -> dict[str, float]:
    """Scores as figures to be written, those of pairs only where there are pairs."""
    return {f"evaluation_{name}": value for name, value in asdict(scores).items() if value is not None}


@dataclass
class Console:
    """What a run tells people, or programs."""

    as_json: bool
    quiet: bool
    """Whether another process does the telling."""
    latest: str = ""
    """The last evaluation, in short."""

    def start(self, learning: Learning) -> None:
        """Say what is trained on what, and which losses there are to beat."""
        from bertkit.metrics import unigram_entropy

        # Before the training, because text in which nothing is selected should be refused now and not at the end.
        scores = learning.score()
        self.note(scores, learning.floor)
        if self.quiet:
            return
        corpus, unseen = learning.corpus, learning.unseen
        figures = {
            "parameters": sum(parameter.numel() for parameter in learning.model.parameters()),
            "vocab_size": corpus.vocab_size,
            "documents": len(corpus.training),
            "tokens": corpus.training.token_count,
        }
        log_v = math.log(corpus.vocab_size)
        special = set(unseen.special_token_ids)
        unigrams = unigram_entropy([token for token in row if token not in special] for row in unseen.sequences)
        if self.as_json:
            emit(
                event="start",
                **figures,
                step=learning.training.step,
                ln_vocab_size=log_v,
                unigram_entropy=unigrams,
                **evaluation_figures(scores),
                **(
                    {f"floor_{name}": value for name, value in asdict(learning.floor).items()} if learning.floor else {}
                ),
            )
            return
        typer.echo(
            "{parameters:,} parameters, {vocab_size:,} tokens in the vocabulary, {documents:,} documents of "
            "{tokens:,} tokens".format(**figures)
        )
        if learning.training.step:
            typer.echo(f"going on after step {learning.training.step} of {learning.settings.steps}")
        typer.echo(f"loss of a uniform guess     {log_v:.2f} nats, ln {corpus.vocab_size}")
        typer.echo(f"loss without any context    {unigrams:.2f} nats, the unigram entropy")
        if learning.floor:
            typer.echo(f"loss that nobody can beat   {learning.floor.mlm_loss:.2f} nats, the exact posterior")
        typer.echo(f"now, on unseen text         {described_scores(scores, learning.floor)}")
        if learning.settings.precision == "bfloat16" and (ratio := bfloat16_speed()) < 1:
            typer.echo(
                f"on this processor bfloat16 products run at {ratio:.1f} times the speed of float32: "
                "--precision float32 is the faster one",
                err=True,
            )

    def progress(self, learning: Learning) -> AbstractContextManager[Callable[["Step"], None]]:
        """What is to be called with every step: prints it as JSON, or moves a progress bar."""
        if self.quiet:
            return nullcontext(lambda step: None)
        if self.as_json:
            return nullcontext(lambda step: emit(event="step", **asdict(step)))
        return progress(learning.settings.steps, learning.training.step, lambda: self.latest)

    def evaluation(self, step: int, scores: "Scores", floor: "Scores | None") -> None:
        """Say how good the model is half-way."""
        self.note(scores, floor)
        if self.as_json:
            emit(event="evaluation", number=step, **evaluation_figures(scores))
        else:
            say(f"step {step:>6}, on unseen text  {described_scores(scores, floor)}")

    def note(self, scores: "Scores", floor: "Scores | None") -> None:
        """Show these losses beside the progress bar."""
        beat = "" if floor is None else f", floor {floor.mlm_loss + (floor.nsp_loss or 0.0):.2f}"
        self.latest = f", unseen {scores.mlm_loss + (scores.nsp_loss or 0.0):.2f}{beat}"

    def interrupted(self, taken: int, steps: int, output: Path) -> None:
        """Say how far it came, that it is saved, and how to go on."""
        if self.as_json:
            emit(event="interrupted", step=taken, output=str(output))
        else:
            typer.echo(
                f"stopped by Ctrl-C after step {taken} of {steps}; the model is saved in {output}\n"
                f"go on with: bertkit pretrain --resume --output {output}"
            )

    def end(self, learning: Learning, output: Path) -> None:
        """Say how good it became, where it is, and what to do with it."""
        scores = learning.score()
        if self.as_json:
            emit(event="end", **evaluation_figures(scores), output=str(output))
            return
        typer.echo(f"at the end, on unseen text  {described_scores(scores, learning.floor)}")
        typer.echo(f'saved in {output}; try: bertkit fill-mask "this teddy [MASK] is so cute ." --model {output}')


def described_scores(scores: "Scores", floor: "Scores | None") -> str:
    """Scores in words, each beside what nobody can beat where that is known."""

    figures = asdict(scores)
    limits = {} if floor is None else {name: value for name, value in asdict(floor).items() if value is not None}

    def said(name: str) -> str:
        loss, accuracy = f"{name}_loss", f"{name}_accuracy"
        floor = f" (floor {limits[loss]:.2f})" if loss in limits else ""
        limit = f" (limit {limits[accuracy]:.0%})" if accuracy in limits else ""
        return f"{figures[loss]:.2f} nats{floor}, {figures[accuracy]:.0%} right{limit}"

    masked = f"[MASK] {said('mlm')}"
    return masked if scores.nsp_loss is None else f"{masked}; next sentence {said('nsp')}"


def bfloat16_speed() -> float:
    """How fast a matrix product in bfloat16 is here, in multiples of one in float32; takes some milliseconds."""
    from time import perf_counter

    import torch

    def seconds(dtype: torch.dtype) -> float:
        rows, columns = torch.ones(1024, 256, dtype=dtype), torch.ones(256, 1024, dtype=dtype)
        times = []
        for _ in range(7):
            start = perf_counter()
            rows @ columns
            times.append(perf_counter() - start)
        return min(times)

    return seconds(torch.float32) / seconds(torch.bfloat16)
