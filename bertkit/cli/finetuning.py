"""`bertkit finetune` and `bertkit evaluate`: a task, a progress bar and the scores around the training loop."""

import shlex
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bertkit.cli.console import ctrl_c, emit, progress
from bertkit.cli.options import AsJson, Seed, Threads, count, rate, set_threads, share
from bertkit.cli.pretraining import INTERRUPTED
from bertkit.cli.reporting import described_copying, described_scores, floor_figures, report_interruption

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from bertkit.finetuning.labelled import FineTunedModel, LabelledRows
    from bertkit.finetuning.loop import FinetuningSettings, FinetuningStep
    from bertkit.model.bert import BertForMaskedLM, BertForPreTraining
    from bertkit.tasks import Task

FINETUNED = Path("runs/finetune")
STORY_EXAMPLES, STORY_TEST = 256, 500
"""Of a task of the story world: labelled examples if nobody says how many, and examples of each test set."""
TASK_SEED = 0
"""Which words of a story task are held out: the same for every command, so that unseen words are unseen."""

TaskName = Annotated[
    str | None,
    typer.Option(
        "--task",
        metavar="NAME",
        help="A task of the story world: sentiment, intent, topic, entailment, paraphrase, entities, pos or questions. "
        "Harder forms of three of them: entailment-facts, paraphrase-roles and questions-names, in which a fact of the "
        "world decides, who did it to whom, or a name alone.",
        show_default=False,
    ),
]
Data = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Your own examples instead. Of the family sentence: label TAB text; pair: label TAB first TAB second; "
        "token: a word and its tag a line (.conllu for CoNLL-U); span: JSON as of SQuAD 1.1.",
        show_default=False,
    ),
]
FamilyName = Annotated[
    str | None,
    typer.Option(
        "--family", metavar="NAME", help="What --data holds: sentence, pair, token or span.", show_default=False
    ),
]
FineTuned = Annotated[Path, typer.Option(metavar="DIR", help="Folder of a fine-tuned checkpoint.")]


def finetune(
    task: TaskName = None,
    data: Data = None,
    family: FamilyName = None,
    test: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Examples to judge by, in the format of --data.", show_default=False),
    ] = None,
    examples: Annotated[
        int | None,
        count("Labelled examples to learn from.", show_default=f"{STORY_EXAMPLES} of a story task, all of --data"),
    ] = None,
    model: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Pre-trained checkpoint to start from.", show_default="the course's own"),
    ] = None,
    output: Annotated[
        Path, typer.Option(metavar="DIR", help="Where to save; an earlier checkpoint there is replaced.")
    ] = FINETUNED,
    frozen: Annotated[
        bool, typer.Option("--frozen", help="Leave the encoder as it is and train the head alone.")
    ] = False,
    layer_decay: Annotated[float, share("Rate of each layer as a share of the rate above it.")] = 1.0,
    epochs: Annotated[
        int | None, count("How often every example is seen.", show_default="10, or 30 with --frozen")
    ] = None,
    batch_size: Annotated[int, count("Examples a step.")] = 16,
    learning_rate: Annotated[
        float | None, rate("Peak of the schedule.", show_default="0.001, or 0.01 with --frozen")
    ] = None,
    seed: Seed = 0,
    threads: Threads = None,
    as_json: AsJson = False,
) -> None:
    """Put a pre-trained encoder to work on a task: give it a head, train on labelled examples, score, save.

    Ctrl-C ends the training early and saves the model as it is then.
    """
    from bertkit.finetuning.learning import set_up
    from bertkit.finetuning.loop import END_TO_END, FROZEN
    from bertkit.model.folder import check_destination
    from bertkit.model.pretrained import save_pretrained, shipped

    usual = FROZEN if frozen else END_TO_END
    settings = replace(
        usual,
        epochs=usual.epochs if epochs is None else epochs,
        batch_size=batch_size,
        learning_rate=usual.learning_rate if learning_rate is None else learning_rate,
        layer_decay=layer_decay,
        seed=seed,
    )
    check_destination(output)
    set_threads(threads)
    chosen = chosen_task(task, data, family, test, examples, seed)
    learning = set_up(model or shipped(), chosen, settings)
    network, tokenizer, rows = learning.model, learning.tokenizer, learning.rows
    before = scores_of(network, tokenizer, chosen)
    report_start(chosen, network, rows, learning.fresh, settings, before, as_json)
    taken, total = train(network, rows, settings, as_json), settings.steps(len(rows.rows))
    save_pretrained(output, network, tokenizer)
    if taken < total:
        report_interruption(taken, total, output, as_json)
        raise typer.Exit(INTERRUPTED)
    report_end(chosen, before, scores_of(network, tokenizer, chosen), output, as_json)


def evaluate(
    task: TaskName = None,
    data: Data = None,
    family: FamilyName = None,
    model: FineTuned = FINETUNED,
    threads: Threads = None,
    as_json: AsJson = False,
) -> None:
    """Score a fine-tuned model on a task of the story world, or on your own labelled examples.

    Without a task, score a pre-trained model on stories that nobody has read, beside what nobody can beat.
    """
    from bertkit.model.pretrained import load_pretrained

    if task is None and data is None and (pretrained := pretrained_kind(model)):
        evaluate_pretraining(model, pretrained, as_json)
        return
    kind = fine_tuned_kind(model)
    set_threads(threads)
    if data is not None and family is None:
        family = family_of(kind.__name__)
    chosen = chosen_task(task, data, family, data, None, TASK_SEED)
    network, tokenizer = load_pretrained(model, kind)
    scores = scores_of(network, tokenizer, chosen)
    if as_json:
        emit(task=chosen.name, model=str(model), **scores)
        return
    typer.echo(score_table({"": scores}))


def pretrained_kind(path: Path) -> "type[BertForMaskedLM | BertForPreTraining] | None":
    """The class of the model in a folder, where it is one of pre-training."""
    from bertkit.model.architectures import architecture
    from bertkit.model.bert import BertForMaskedLM, BertForPreTraining

    kind = architecture(path)
    return next((known for known in (BertForMaskedLM, BertForPreTraining) if kind is known), None)


def evaluate_pretraining(path: Path, kind: "type[BertForMaskedLM | BertForPreTraining]", as_json: bool) -> None:
    """Print how good a pre-trained model is at unseen stories."""
    from bertkit.evaluation.stories import score_on_stories
    from bertkit.model.pretrained import load_pretrained

    scores, floor = score_on_stories(*load_pretrained(path, kind))
    if as_json:
        emit(model=str(path), **scores.figures, **floor_figures(floor))
        return
    typer.echo(f"on unseen stories: {described_scores(scores, floor)}")
    typer.echo(f"copied: {described_copying(scores, floor)}")


def fine_tuned_kind(path: Path) -> "type[FineTunedModel]":
    """The class of the fine-tuned model in a folder. Raises `ValueError` where it holds a model without a task."""
    from bertkit.finetuning.labelled import MODEL_FOR_FAMILY
    from bertkit.model.architectures import architecture

    kind = architecture(path)
    for known in MODEL_FOR_FAMILY.values():
        if kind is known:
            return known
    raise ValueError(
        f"{path} holds a {kind.__name__}, which has learned no task; fine-tune it first: "
        f"bertkit finetune --task sentiment --model {path}"
    )


def family_of(kind: str) -> str:
    """The family of examples that a class of model is for, where there is one only."""
    from bertkit.finetuning.labelled import MODEL_FOR_FAMILY

    families = [family for family, known in MODEL_FOR_FAMILY.items() if known.__name__ == kind]
    if len(families) > 1:
        raise ValueError(f"a {kind} reads several kinds of examples; say which with --family {' or '.join(families)}")
    return families[0]


def chosen_task(
    task: str | None, data: Path | None, family: str | None, test: Path | None, examples: int | None, seed: int
) -> "Task[Any]":
    """The task that the options name: of the story world, or of files."""
    from bertkit.tasks import HARDER_TASKS, STORY_TASKS
    from bertkit.tasks.files import file_task

    known = {**STORY_TASKS, **HARDER_TASKS}
    if (task is None) == (data is None):
        raise ValueError(f"pass either --task NAME, one of {', '.join(known)}, or --data FILE with --family")
    if data is not None:
        return file_task(data, family, test, examples, seed)
    assert task is not None
    if task not in known:
        raise ValueError(f"there is no task {task!r}; choose one of {', '.join(known)}")
    for name, value in (("family", family), ("test", test)):
        if value is not None:
            raise ValueError(f"--{name} {value} is for --data; leave it out, the task {task} has its own")
    return known[task](examples or STORY_EXAMPLES, STORY_TEST, TASK_SEED)


def scores_of(model: "FineTunedModel", tokenizer: "Tokenizer", task: "Task[Any]") -> dict[str, float]:
    """Every measure on every test set there is, by a name such as `unseen_accuracy`."""
    from bertkit.finetuning.scoring import score_task

    scores: dict[str, float] = {}
    for prefix, examples in (("", task.test), ("unseen_", task.test_unseen)):
        if examples:
            found = score_task(model, tokenizer, examples)
            scores |= {f"{prefix}{name}": value for name, value in found.items()}
    return scores


def train(model: "FineTunedModel", rows: "LabelledRows", settings: "FinetuningSettings", as_json: bool) -> int:
    """Run the training loop to its end or to the first Ctrl-C; return the number of the last step."""
    from bertkit.finetuning.loop import finetune_task

    def to_json(step: "FinetuningStep") -> None:
        emit(event="step", **asdict(step))

    total = settings.steps(len(rows.rows))
    with ctrl_c() as pressed, nullcontext(to_json) if as_json else progress(total) as report:
        for step in finetune_task(model, rows, settings):
            report(step)
            if pressed():
                return step.number
    return total


def report_start(
    task: "Task[Any]",
    model: "FineTunedModel",
    rows: "LabelledRows",
    fresh: Sequence[str],
    settings: "FinetuningSettings",
    before: Mapping[str, float],
    as_json: bool,
) -> None:
    """Say what learns what from how much."""
    sizes = {name: parameter.numel() for name, parameter in model.named_parameters()}
    figures = {
        "task": task.name,
        "family": task.family,
        "labels": list(task.labels),
        "examples": len(task.train),
        "left_out": rows.left_out,
        "parameters": sum(sizes.values()),
        "learning": sum(size for name, size in sizes.items() if not (settings.frozen and name.startswith("bert."))),
        "fresh": list(fresh),
    }
    if as_json:
        emit(event="start", **figures, **before)
        return
    names = f", {len(task.labels)} labels: {', '.join(task.labels)}" if task.labels else ""
    typer.echo(f"{task.name}: {figures['examples']:,} labelled examples, family {task.family}{names}")
    if rows.left_out:
        typer.echo(f"{rows.left_out} examples are left out: their answers do not fit into the model's longest input")
    typer.echo(
        f"{figures['learning']:,} of {figures['parameters']:,} parameters learn"
        f"{', the encoder is frozen' if settings.frozen else ''}; {sum(sizes[name] for name in fresh):,} start from "
        "random weights"
    )


def report_end(
    task: "Task[Any]", before: Mapping[str, float], after: Mapping[str, float], output: Path, as_json: bool
) -> None:
    """Say how good it became, where it is, and what to do with it."""
    if as_json:
        emit(event="end", **after, output=str(output))
        return
    if after:
        typer.echo(score_table({"before": before, "after": after}))
    else:
        typer.echo(
            "there is nothing to judge the model by; pass --test FILE with examples that it has not learned from"
        )
    typer.echo(f"saved in {output}; try: bertkit predict {quoted((*task.test, *task.train)[0])} --model {output}")


def score_table(columns: Mapping[str, Mapping[str, float]]) -> str:
    """One line a measure, one column for each set of scores."""
    width = max(len(described(name)) for scores in columns.values() for name in scores)
    lines = [" ".join(f"{name:>8}" for name in ("".ljust(width), *columns)).rstrip()] if any(columns) else []
    for name in next(iter(columns.values())):
        lines.append(" ".join((described(name).ljust(width), *(f"{scores[name]:8.1%}" for scores in columns.values()))))
    return "\n".join(lines)


MEASURES = {
    "accuracy": "accuracy",
    "token_accuracy": "accuracy of words",
    "entity_f1": "F1 of entities",
    "exact_match": "exact match",
    "answer_f1": "F1 of answers",
}


def described(score: str) -> str:
    """A score's name as people read it."""
    measure = MEASURES[score.removeprefix("unseen_")]
    return f"{measure}, unseen words" if score.startswith("unseen_") else measure


def quoted(example: Any) -> str:
    """The text of an example as arguments of `bertkit predict`."""
    from bertkit.tasks import PairExample, SentenceExample, SpanExample, TokenExample

    match example:
        case SentenceExample(text=text):
            return shlex.quote(text)
        case PairExample(first=first, second=second):
            return f"{shlex.quote(first)} {shlex.quote(second)}"
        case TokenExample(words=words):
            return shlex.quote(" ".join(words))
        case SpanExample(question=question, passage=passage):
            return f"{shlex.quote(question)} {shlex.quote(passage)}"
    raise AssertionError(f"an example of no family: {example!r}")
