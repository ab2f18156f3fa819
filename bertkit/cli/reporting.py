"""What `bertkit pretrain` tells people, or programs, of a run."""

import math
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bertkit.cli.console import emit, progress, say

if TYPE_CHECKING:
    from bertkit.evaluation.pretraining import Scores
    from bertkit.training.learning import Learning
    from bertkit.training.pretrain import PretrainingStep


@dataclass
class Console:
    """What a run tells people, or programs."""

    as_json: bool
    quiet: bool
    """Whether another process does the telling."""
    latest: str = ""
    """The last evaluation, in short."""

    def start(self, learning: "Learning") -> None:
        """Say what is trained on what, and which losses there are to beat."""
        from bertkit.evaluation.metrics import unigram_entropy
        from bertkit.training.learning import evaluation_figures
        from bertkit.training.precision import bfloat16_speed

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
                **floor_figures(learning.floor),
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
        if scores.copied:
            typer.echo(f"copied                      {described_copying(scores, learning.floor)}")
        if learning.settings.precision == "bfloat16" and (ratio := bfloat16_speed()) < 1:
            typer.echo(
                f"on this processor bfloat16 products run at {ratio:.1f} times the speed of float32: "
                "--precision float32 is the faster one",
                err=True,
            )

    def progress(self, learning: "Learning") -> AbstractContextManager[Callable[["PretrainingStep"], None]]:
        """What is to be called with every step: prints it as JSON, or moves a progress bar."""
        if self.quiet:
            return nullcontext(lambda step: None)
        if self.as_json:
            return nullcontext(lambda step: emit(event="step", **asdict(step)))
        return progress(learning.settings.steps, learning.training.step, lambda: self.latest)

    def evaluation(self, learning: "Learning", step: int, scores: "Scores") -> None:
        """Say how good the model is half-way."""
        from bertkit.training.learning import evaluation_figures

        self.note(scores, learning.floor)
        if self.as_json:
            emit(event="evaluation", number=step, **evaluation_figures(scores))
        else:
            say(f"step {step:>6}, on unseen text  {described_scores(scores, learning.floor)}")
            if scores.copied:
                say(f"             copied          {described_copying(scores, learning.floor)}")

    def note(self, scores: "Scores", floor: "Scores | None") -> None:
        """Show these losses beside the progress bar."""
        beat = "" if floor is None else f", floor {floor.mlm_loss + (floor.nsp_loss or 0.0):.2f}"
        self.latest = f", unseen {scores.mlm_loss + (scores.nsp_loss or 0.0):.2f}{beat}"

    def interrupted(self, taken: int, steps: int, output: Path) -> None:
        """Say how far it came, that it is saved, and how to go on."""
        report_interruption(taken, steps, output, self.as_json)
        if not self.as_json:
            typer.echo(f"go on with: bertkit pretrain --resume --output {output}")

    def end(self, learning: "Learning", output: Path) -> None:
        """Say how good it became, where it is, and what to do with it."""
        from bertkit.training.learning import evaluation_figures

        scores = learning.score()
        if self.as_json:
            emit(event="end", **evaluation_figures(scores), output=str(output))
            return
        typer.echo(f"at the end, on unseen text  {described_scores(scores, learning.floor)}")
        if scores.copied:
            typer.echo(f"copied                      {described_copying(scores, learning.floor)}")
        typer.echo(f'saved in {output}; try: bertkit fill-mask "this teddy [MASK] is so cute ." --model {output}')


def floor_figures(floor: "Scores | None") -> dict[str, float | None]:
    """What nobody can beat, as figures to be written; none where it is not known."""
    return {} if floor is None else {f"floor_{name}": value for name, value in floor.figures.items()}


def report_interruption(taken: int, steps: int, output: Path, as_json: bool) -> None:
    """Say how far a training came, and that it is saved."""
    if as_json:
        emit(event="interrupted", step=taken, output=str(output))
    else:
        typer.echo(f"stopped by Ctrl-C after step {taken} of {steps}; the model is saved in {output}")


def described_scores(scores: "Scores", floor: "Scores | None") -> str:
    """Scores in words, each beside what nobody can beat where that is known."""

    figures = scores.figures
    limits = {} if floor is None else floor.figures

    def said(name: str) -> str:
        loss, accuracy = f"{name}_loss", f"{name}_accuracy"
        floor = f" (floor {limits[loss]:.2f})" if loss in limits else ""
        limit = f" (limit {limits[accuracy]:.0%})" if accuracy in limits else ""
        return f"{figures[loss]:.2f} nats{floor}, {figures[accuracy]:.0%} right{limit}"

    masked = f"[MASK] {said('mlm')}"
    return masked if scores.nsp_loss is None else f"{masked}; next sentence {said('nsp')}"


def described_copying(scores: "Scores", floor: "Scores | None") -> str:
    """What a model copies, in words: the share right of hidden words that stand elsewhere in the input."""
    from bertkit.evaluation.copying import KINDS

    limits = {} if floor is None else floor.copied
    return ", ".join(
        f"{KINDS[kind]} {share:.0%}" + (f" (limit {limits[kind]:.0%})" if kind in limits else "")
        for kind, share in scores.copied.items()
    )
