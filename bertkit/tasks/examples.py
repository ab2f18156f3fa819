"""What a labelled task consists of: examples of one of the four families, to learn from and to be judged by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Literal, TypeAlias, TypeVar

Family = Literal["sentence", "pair", "token", "span"]
"""What a task asks about: a text, two texts, every word of a text, or the place of an answer in a text."""


@dataclass(frozen=True)
class SentenceExample:
    """A text (one sentence or several) and its label."""

    text: str
    label: str


@dataclass(frozen=True)
class PairExample:
    """Two texts and the label of the pair. The order counts: a premise stands first."""

    first: str
    second: str
    label: str


@dataclass(frozen=True)
class TokenExample:
    """The words of a text and one tag a word. Raises ValueError where there are not as many tags as words."""

    words: tuple[str, ...]
    tags: tuple[str, ...]

    def __post_init__(self) -> None:
        if len(self.words) != len(self.tags):
            raise ValueError(f"{len(self.words)} words but {len(self.tags)} tags: {' '.join(self.words)!r}")


@dataclass(frozen=True)
class SpanExample:
    """A question, a passage, and where in the passage the answer stands.

    answer_start, answer_end: character offsets in `passage`, the end exclusive, so that
    `passage[answer_start:answer_end]` is the answer (SQuAD, arXiv 1606.05250, gives the start and the text).
    Raises ValueError where they do not enclose at least one character of the passage.
    """

    question: str
    passage: str
    answer_start: int
    answer_end: int

    def __post_init__(self) -> None:
        if not 0 <= self.answer_start < self.answer_end <= len(self.passage):
            raise ValueError(
                f"an answer from character {self.answer_start} to {self.answer_end} does not lie in a passage of "
                f"{len(self.passage)} characters: {self.passage!r}"
            )

    @property
    def answer(self) -> str:
        """The words of the answer, as the passage has them."""
        return self.passage[self.answer_start : self.answer_end]


Example: TypeAlias = SentenceExample | PairExample | TokenExample | SpanExample

AnyExample = TypeVar("AnyExample", SentenceExample, PairExample, TokenExample, SpanExample)


@dataclass(frozen=True)
class Task(Generic[AnyExample]):
    """A task ready for fine-tuning.

    labels: the labels or tags in the order of their numbers; empty for the span family.
    train: labelled examples to learn from.
    test: others of the same kind.
    test_unseen: examples whose deciding words occur nowhere in `train`, though the stories have them. Empty where
        nothing was held out, as with people's own data.
    held_out: these deciding words, sorted.
    """

    name: str
    family: Family
    labels: tuple[str, ...]
    train: tuple[AnyExample, ...]
    test: tuple[AnyExample, ...]
    test_unseen: tuple[AnyExample, ...] = ()
    held_out: tuple[str, ...] = ()


def words_of(example: Example) -> list[str]:
    """All words of an example in a row, split at spaces, labels left out."""
    match example:
        case SentenceExample(text=text):
            return text.split()
        case PairExample(first=first, second=second):
            return [*first.split(), *second.split()]
        case TokenExample(words=words):
            return list(words)
        case SpanExample(question=question, passage=passage):
            return [*question.split(), *passage.split()]
