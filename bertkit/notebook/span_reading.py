"""What a span head says about a passage: where an answer may start, where it may end, and which pairs are spans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from tokenizers import Tokenizer
from torch import Tensor

from bertkit.inference.span_choice import span_scores
from bertkit.model.bert import BertForQuestionAnswering
from bertkit.tasks.align import with_answer
from bertkit.tasks.examples import SpanExample


class Span(NamedTuple):
    """A pair of positions, both inclusive, and how likely the head finds it."""

    start: int
    end: int
    probability: float
    """That the answer starts here, times that it ends here."""


@dataclass(frozen=True)
class SpanReading:
    """A question, the passage's tokens, and the head's two scores of each.

    Args:
        question: as text.
        tokens: of the passage, T strings.
        start_logits: Shape: (T,)
        end_logits: Shape: (T,)
        answer: first and last token of the right answer, both inclusive; None where it is not known.

    Raises:
        ValueError: naming the question, where there are no tokens, not as many scores as tokens, a score is no finite
            number, or the answer lies outside.
    """

    question: str
    tokens: Sequence[str]
    start_logits: Tensor
    end_logits: Tensor
    answer: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        length = len(self.tokens)
        if not length:
            raise ValueError(f"question {self.question!r}: the passage has no tokens")
        for name in ("start_logits", "end_logits"):
            logits = torch.as_tensor(getattr(self, name)).detach().float()
            if logits.shape != (length,):
                raise ValueError(
                    f"question {self.question!r}: {name} has shape {tuple(logits.shape)} for {length} tokens"
                )
            if not logits.isfinite().all():
                raise ValueError(f"question {self.question!r}: {name} has values that are not finite")
            object.__setattr__(self, name, logits)
        if self.answer is not None and not 0 <= self.answer[0] <= self.answer[1] < length:
            raise ValueError(f"question {self.question!r}: {self.answer} is no span of {length} tokens")

    @property
    def start(self) -> list[float]:
        """The probability that the answer starts at each token."""
        return self.start_logits.softmax(dim=-1).tolist()

    @property
    def end(self) -> list[float]:
        """The probability that it ends at each token."""
        return self.end_logits.softmax(dim=-1).tolist()

    @property
    def each_alone(self) -> Span:
        """The best start and the best end, chosen without regard to one another: perhaps no span at all."""
        start, end = int(self.start_logits.argmax()), int(self.end_logits.argmax())
        return Span(start, end, self.start[start] * self.end[end])

    def together(self, longest: int, count: int = 1) -> list[Span]:
        """The likeliest spans of at most so many tokens, the best first.

        Raises:
            ValueError: for a length below 1.

        >>> reading = SpanReading("who?", ["a", "b", "c"], torch.tensor([0.0, 1.0, 3.0]), torch.tensor([3.0, 2.0, 0.0]))
        >>> reading.each_alone[:2], [span[:2] for span in reading.together(longest=2, count=2)]
        ((2, 0), [(0, 0), (1, 1)])
        """
        if longest < 1:
            raise ValueError(f"the longest span is {longest} tokens; it has to be at least 1")
        scores = self.start_logits[:, None] + self.end_logits
        pairs = torch.ones_like(scores, dtype=torch.bool).triu().tril(longest - 1).nonzero()
        order = scores[pairs[:, 0], pairs[:, 1]].argsort(descending=True, stable=True)[:count]
        start, end = self.start, self.end
        return [Span(first, last, start[first] * end[last]) for first, last in pairs[order].tolist()]

    def text(self, start: int, end: int) -> str:
        """The tokens of a span; empty where it starts after its end."""
        return " ".join(self.tokens[start : end + 1])


def span_readings(
    model: BertForQuestionAnswering, tokenizer: Tokenizer, examples: Sequence[SpanExample]
) -> list[SpanReading]:
    """What a model says about some questions, the passage's tokens alone.

    Args:
        model: used in evaluation mode; its mode is put back.
        tokenizer: the model's own.
        examples: at least one, each short enough to be read at once.

    Raises:
        ValueError: as `span_scores`.
    """
    found = []
    for example, said in zip(examples, span_scores(model, tokenizer, examples), strict=True):
        inside = [place for place, allowed in enumerate(said.window.allowed) if allowed]
        answered = with_answer(said.window, example)
        assert answered is not None  # the window holds the whole passage
        assert answered.start is not None
        assert answered.end is not None
        tokens = [str(tokenizer.id_to_token(said.window.input_ids[place])) for place in inside]
        answer = (answered.start - inside[0], answered.end - inside[0])
        found.append(SpanReading(example.question, tokens, said.start[inside], said.end[inside], answer))
    return found
