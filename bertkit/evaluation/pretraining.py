"""How good a model is at its pre-training objectives, by masks that never change."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Protocol

import torch
from torch import Tensor, nn

from bertkit.data.batches import Batch, TokenizedExamples
from bertkit.data.checks import both, check_number
from bertkit.data.labels import IGNORE_INDEX
from bertkit.evaluation.metrics import masked_accuracy
from bertkit.model.freeze import evaluation_mode
from bertkit.objectives.nsp import NextSentencePrediction
from bertkit.randomness import generator

BATCH_SIZE = 64


MaskedAccuracy = Callable[[Tensor, Tensor], tuple[int, int]]
"""A function with the signature of `masked_accuracy`."""


@dataclass(frozen=True)
class Scores:
    """Means over all predicted positions, and over all pairs."""

    mlm_loss: float
    """In nats."""
    mlm_accuracy: float
    nsp_loss: float | None = None
    """In nats; None where there are no pairs."""
    nsp_accuracy: float | None = None
    copied: dict[str, float] = field(default_factory=dict)
    """Shares of hidden words right whose other mention is visible, by kind; see `bertkit.evaluation.copying`."""

    @property
    def figures(self) -> dict[str, float]:
        """All of them by name, those of pairs only where there are pairs, and `copied_KIND` for every kind."""
        flat = {name: value for name, value in asdict(self).items() if name != "copied" and value is not None}
        return flat | {f"copied_{kind}": share for kind, share in self.copied.items()}


class Objective(Protocol):
    """What is asked about a batch: `MaskedLanguageModelling`, or next-token prediction."""

    def question(self, batch: Batch, generator: torch.Generator) -> dict[str, Tensor]:
        """The arguments of a model, `labels` (B, T) and of pairs `is_next` (B,) among them."""
        ...


def masked(
    examples: TokenizedExamples, objective: Objective, seed: int = 0, batch_size: int = BATCH_SIZE
) -> Iterator[tuple[dict[str, Tensor], Tensor, Tensor | None]]:
    """All examples once, hidden by masks that `seed` freezes: (arguments for the model, labels, is_next)."""
    for number, batch in enumerate(examples.in_order(batch_size)):
        drawing = generator(seed, "evaluation", number * batch_size)
        shown = objective.question(batch, drawing)
        labels, is_next = shown.pop("labels"), shown.pop("is_next", None)
        yield shown, labels, is_next


@dataclass
class Tally:
    """Sums over batches, so that a mean over positions is none over batches."""

    count: MaskedAccuracy
    loss: float = 0.0
    correct: int = 0
    total: int = 0

    def add(self, logits: Tensor, labels: Tensor) -> None:
        """Count a batch in. Shapes: (N, classes) and (N,)"""
        self.loss += float(nn.functional.cross_entropy(logits, labels, reduction="sum"))
        correct, total = both("masked_accuracy", self.count(logits, labels), "right ones and all")
        check_number("masked_accuracy", correct)
        check_number("masked_accuracy", total)
        self.correct += correct
        self.total += total

    def means(self) -> tuple[float, float]:
        """(loss in nats, accuracy)"""
        return self.loss / self.total, self.correct / self.total


@torch.no_grad()
def score(
    model: nn.Module,
    examples: TokenizedExamples,
    objective: Objective,
    seed: int = 0,
    batch_size: int = BATCH_SIZE,
    masked_accuracy: MaskedAccuracy = masked_accuracy,
) -> Scores:
    """Losses and accuracies over all `examples` once, with masks that `seed` freezes.

    Args:
        model: `model(input_ids=…, attention_mask=…)` returns logits (B, T, V), or a pair of these and of NSP logits
            (B, 2); its mode is left as it was.
        examples: single texts, or pairs.
        objective: hides and labels.
        seed: decides the masks.
        batch_size: examples at a time; masks depend on it.
        masked_accuracy: counts what is right, of words and of pairs.

    Raises:
        ValueError: if no position was selected.
    """
    mlm_tally, nsp_tally = Tally(masked_accuracy), Tally(masked_accuracy)
    with evaluation_mode(model):
        for shown, labels, is_next in masked(examples, objective, seed, batch_size):
            output = model(**shown)
            logits, nsp_logits = output if isinstance(output, tuple) else (output, None)
            labelled = labels != IGNORE_INDEX
            mlm_tally.add(logits[labelled], labels[labelled])
            if nsp_logits is not None and is_next is not None:
                nsp_tally.add(nsp_logits, (~is_next).long())
    if not mlm_tally.total:
        raise ValueError("no position was selected for prediction; pass more text or a higher probability")
    return Scores(*mlm_tally.means(), *(nsp_tally.means() if nsp_tally.total else ()))


@torch.no_grad()
def score_pairs(
    model: nn.Module,
    examples: TokenizedExamples,
    batch_size: int = BATCH_SIZE,
    count: MaskedAccuracy = masked_accuracy,
) -> tuple[float, float]:
    """How well a model tells whether the second text follows the first, with nothing hidden.

    Args:
        model: `model(input_ids=…, attention_mask=…, token_type_ids=…)` returns a pair, the second NSP logits (B, 2);
            its mode is left as it was.
        examples: pairs.
        batch_size: examples at a time.
        count: counts what is right.

    Returns:
        (mean loss in nats, share of right answers)

    Raises:
        ValueError: for single texts.
    """
    tally = Tally(count)
    with evaluation_mode(model):
        for batch in examples.in_order(batch_size):
            question = NextSentencePrediction().question(batch, generator(0))
            question.pop("labels")
            is_next = question.pop("is_next")
            _, logits = model(**question)
            tally.add(logits, (~is_next).long())
    return tally.means()


def evaluate(
    model: nn.Module,
    examples: TokenizedExamples,
    objective: Objective,
    seed: int = 0,
    batch_size: int = BATCH_SIZE,
    masked_accuracy: MaskedAccuracy = masked_accuracy,
) -> tuple[float, float]:
    """`score` of a masked language model: (mean loss in nats, share of right predictions)."""
    scores = score(model, examples, objective, seed, batch_size, masked_accuracy)
    return scores.mlm_loss, scores.mlm_accuracy
