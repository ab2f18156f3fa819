"""`bertkit pretrain`: the run folder, the progress bar and the losses to beat around the training loop."""

from collections.abc import Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bertkit.cli.console import ctrl_c
from bertkit.cli.options import DEFAULT_FOLDER, AsJson, Seed, Threads, count, rate, set_threads, share
from bertkit.cli.reporting import Console

if TYPE_CHECKING:
    from bertkit.training.runs import Run

INTERRUPTED = 130
OF_THIS_CALL = frozenset({"output", "resume", "threads", "as_json", "tensorboard"})
"""Options that say nothing about the run."""
CHANGEABLE = frozenset({"save_every", "log_every"})
"""Options that may change when a run goes on; it keeps to those that it was begun with where none are given."""


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
    size: Annotated[str, typer.Option(metavar="NAME", help="Size: nano, tiny, course, mini or small.")] = "nano",
    batch_size: Annotated[int, count("Examples a step, over all processes together.")] = 32,
    learning_rate: Annotated[float, rate("Peak of the schedule.")] = 2e-3,
    warmup_steps: Annotated[
        int | None,
        typer.Option(min=0, metavar="N", help="Steps until the peak.", show_default="a tenth of --steps"),
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
            "what follows in another story with the same plot at the same-place, the two swapped; or none for no pairs "
            "at all.",
        ),
    ] = "random",
    mask_probability: Annotated[float, share("Share of the tokens to predict in training.")] = 0.15,
    repeated_words: Annotated[
        float,
        share(
            "Share of the examples that are asked for the words that they say more than once, with one mention left "
            "visible: for learning to copy, which an ordinary choice of tokens teaches late or never."
        ),
    ] = 0.0,
    begin_with: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="DIR",
            help="Begin with the weights and the tokenizer of this checkpoint.",
            show_default="random weights",
        ),
    ] = None,
    add_layers: Annotated[
        int, typer.Option(min=0, metavar="N", help="Fresh layers on top of those of the checkpoint in --from.")
    ] = 0,
    max_length: Annotated[int, count("Longest example, in tokens.")] = 64,
    longest_run: Annotated[int, count("Most sentences on one side of an example.")] = 3,
    seed: Seed = 0,
    vocab_size: Annotated[int, count("Upper limit of the vocabulary.")] = 2500,
    cut_rare_names: Annotated[
        bool,
        typer.Option(
            "--cut-rare-names",
            help="Learn the vocabulary from stories without the rarer toys and places, so that their names are words "
            "in pieces.",
        ),
    ] = False,
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
    from bertkit.model.bert import SIZES
    from bertkit.model.folder import check_destination
    from bertkit.model.pretrained import save_pretrained
    from bertkit.training.learning import Intervals, prepare, set_up, train
    from bertkit.training.pretrain import PretrainingSettings
    from bertkit.training.processes import first_alone, joined_processes, place_among_processes
    from bertkit.training.runs import Run

    options = {name: value for name, value in context.params.items() if name not in OF_THIS_CALL}
    options |= {
        "text": None if text is None else str(text),
        "begin_with": None if begin_with is None else str(begin_with),
        "topics": list(topics or ()),
    }
    run = Run(output)
    with joined_processes():
        with first_alone() as is_first:
            if is_first:
                check_destination(output)
        if resume:
            options = resumed(run, options, context)
            if run.finished:
                raise ValueError(f"the run in {output} is finished; leave --resume out to begin another one")
        check_beginning(options, context)
        if options["size"] not in SIZES:
            raise ValueError(f"there is no size {options['size']!r}; choose one of {', '.join(SIZES)}")
        if options["text"] is not None and options["topics"]:
            raise ValueError(
                f"--topics {options['topics'][0]} is for stories; leave it out, or leave out --text {options['text']}"
            )
        if options["mask_probability"] == 0:
            raise ValueError(
                "--mask-probability is 0, so that nothing is hidden and there is nothing to learn; raise it"
            )
        settings = PretrainingSettings(
            steps=options["steps"],
            batch_size=options["batch_size"],
            learning_rate=options["learning_rate"],
            warmup_steps=options["warmup_steps"],
            accumulation=options["accumulation"],
            precision={"bf16": "bfloat16", "fp32": "float32"}.get(options["precision"], options["precision"]),
            seed=options["seed"],
        )
        intervals = Intervals(options["save_every"], options["evaluate_every"], options["log_every"])
        set_threads(threads)
        with ExitStack() as stack:
            with first_alone() as is_first:
                if is_first:
                    stack.enter_context(run.alone())
            stack.enter_context(run.kept_once_saved())
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
            with ctrl_c() as pressed, console.progress(learning) as stepped:
                taken = train(
                    learning, run, intervals, stepped, partial(console.evaluation, learning), pressed, tensorboard
                )
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


def check_beginning(options: Mapping[str, Any], context: typer.Context) -> None:
    """Raise `ValueError` for options that do not go with `--from`, or only with it, or only with stories."""
    if options["begin_with"] is None:
        if options["add_layers"]:
            raise ValueError(
                f"--add-layers {options['add_layers']} is for a model that is there; name its folder with --from, or "
                "choose a --size"
            )
    else:
        for name in ("size", "vocab_size", "cut_rare_names"):
            if str(context.get_parameter_source(name)).endswith("COMMANDLINE"):
                raise ValueError(
                    f"--{name.replace('_', '-')} is what the checkpoint in --from {options['begin_with']} says; leave "
                    "it out"
                )
    if options["text"] is not None and options["cut_rare_names"]:
        raise ValueError(f"--cut-rare-names is for stories; leave it out, or leave out --text {options['text']}")


def resumed(run: "Run", options: Mapping[str, Any], context: typer.Context) -> dict[str, Any]:
    """The options that the run was begun with, but for those that may change and are given.

    Raises `ValueError` where an option on the command line says something else.
    """
    recorded = run.options
    # A run of an earlier version has no record of options that came later: it was begun with what they say by default.
    begun = {**options, **recorded}
    for name, value in options.items():
        given = str(context.get_parameter_source(name)).endswith("COMMANDLINE")
        if given and name in CHANGEABLE:
            begun[name] = value
        elif given and recorded.get(name) != value:
            raise ValueError(
                f"--{name.replace('_', '-')} is {value!r}, but the run was begun with {recorded.get(name)!r}; leave it "
                "out"
            )
    return begun
