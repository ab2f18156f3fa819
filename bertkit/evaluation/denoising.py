"""The floor of the loss that training minimises: at selected positions of corrupted text, bounded from both sides.

Under BERT's 80/10/10 some selected tokens stand in sight, and of the visible ones some are wrong. Nobody is told which.
So the exact posterior of the hidden tokens is no answer, and the best possible loss is bounded:

- from below by a reader who is *told more* (`lower_bound`): at every position, the fates of all the others;
- from above by one who reads what a model reads (`upper_bound`), and weighs which visible tokens may be random.

With nothing but `[MASK]`, both are `hidden_token_floor`. On the course's stories they lie less than a thousandth of a
nat apart: who knows the grammar nearly always sees which token is random.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log, nan, sqrt

import torch
from torch import Tensor

from bertkit.data.batches import TokenizedExamples, truncated_lengths
from bertkit.data.corpus import Corpus, PreparedCorpus
from bertkit.data.labels import IGNORE_INDEX
from bertkit.data.reading import PretrainingExample, Reader
from bertkit.evaluation.floors import best_reader, text_reader
from bertkit.evaluation.noisy_channel import Channel, Random, Readings, Search
from bertkit.evaluation.pretraining import masked
from bertkit.objectives.mlm import SELECTION_PROBABILITY, Corrupt, MaskedLanguageModelling, Recipe, corrupt_by
from bertkit.story_world.posterior import PairText, Text, Token, WindowReader, WindowText

SMOOTHING = 1e-5
"""What a reader who thinks of some hypotheses alone gives to all tokens alike: in case that it has missed the truth."""


@dataclass(frozen=True)
class Question:
    """One corrupted text, and the answers.

    Args:
        text: who knows which texts there are.
        shown: the ordinary tokens, as a model sees them; None for `[MASK]`.
        answers: the token that stood there, of each selected position.
        random: which of the visible tokens were drawn at random.
        is_next: of a pair whether B follows A.

    Raises:
        ValueError: for an answer or a random token that has no place in the text.
    """

    text: Text
    shown: Sequence[Token]
    answers: Mapping[int, Token]
    random: Random = frozenset()
    is_next: bool | None = None

    def __post_init__(self) -> None:
        hidden = {place for place, token in enumerate(self.shown) if token is None}
        if outside := [place for place in self.answers if not 0 <= place < len(self.shown)]:
            raise ValueError(f"position {outside[0]} is asked for, in a text of {len(self.shown)} tokens")
        if unasked := hidden - self.answers.keys():
            raise ValueError(f"position {min(unasked)} is hidden and has no answer; what is hidden was selected")
        if elsewhere := self.random - (self.answers.keys() - hidden):
            raise ValueError(f"position {min(elsewhere)} is said to be random and is not both selected and visible")


@dataclass(frozen=True)
class Mean:
    """A mean over predictions. totals, counts: of each example, which is a cluster of predictions."""

    totals: Sequence[float]
    counts: Sequence[int]

    def __post_init__(self) -> None:
        if not sum(self.counts):
            raise ValueError("no position was selected in any of the examples; pass more of them")

    @property
    def value(self) -> float:
        """Sum of all, by the number of predictions."""
        return sum(self.totals) / sum(self.counts)

    @property
    def standard_error(self) -> float:
        """Of the ratio of two sums over examples; nan of a single example."""
        if len(self.counts) < 2:
            return nan
        rest = sum((t - self.value * count) ** 2 for t, count in zip(self.totals, self.counts, strict=True))
        return sqrt(rest * len(self.counts) / (len(self.counts) - 1)) / sum(self.counts)

    def minus(self, other: "Mean") -> "Mean":
        """By how much it is above another mean over the same predictions: what both vary in does not count as noise.

        Raises:
            ValueError: where they are not over the same.
        """
        if list(self.counts) != list(other.counts):
            raise ValueError("the two means are not over the same predictions; ask both readers the same questions")
        return Mean([one - two for one, two in zip(self.totals, other.totals, strict=True)], self.counts)


@dataclass(frozen=True)
class Bound:
    """How a reader does at corrupted text: a bound of what the best one can.

    loss: mean -log probability of the truth at selected positions, in nats. accuracy: share of them where the most
    probable token was the truth. next_sentence: the loss at "does B follow A", in nats; None where there are no pairs.
    """

    loss: Mean
    accuracy: Mean
    next_sentence: Mean | None


def lower_bound(questions: Iterable[Question], channel: Channel) -> Bound:
    """The loss of a reader who is told more: at every position, which of the other visible tokens are random.

    Nobody who reads only what a model reads has a lower expected loss. Let X be the token at a selected position, Y
    what a model sees and Z what this reader is told besides: the best expected loss is the entropy of X given all that
    is known, and H(X | Y, Z) ≤ H(X | Y), for who is told Z may ignore it. (All is given that the position is selected:
    that is no news, because the loss is taken nowhere else.)

    The expectation has the order; over a few examples, chance can put a model, or `upper_bound`, a little lower.

    Args:
        questions: corrupted texts, with the fates of their tokens.
        channel: by which they were corrupted.

    Raises:
        ValueError: if nothing is selected, or a text is one that no story has.
    """
    return _bound(questions, channel, lambda readings, question: [question.random], smoothing=0.0)


def upper_bound(
    questions: Iterable[Question], channel: Channel, search: Search | None = None, smoothing: float = SMOOTHING
) -> Bound:
    """The loss of a reader who sees what a model sees, and weighs hypotheses on which visible tokens are random.

    What it predicts depends on what is visible alone, so that the best expected loss is at most its own. With
    `Search(least=0, spare=n, beam=a large number)` on texts of n tokens, and no smoothing, it is the best one.

    Args:
        questions: corrupted texts.
        channel: by which they were corrupted.
        search: which hypotheses it thinks of; as the defaults of `Search` say if None.
        smoothing: weight of the uniform distribution in each of its predictions, so that no surprise is endless.

    Raises:
        ValueError: as `lower_bound`; and for a smoothing outside 0 to 1.
    """
    if not 0 <= smoothing <= 1:
        raise ValueError(f"smoothing is {smoothing}; it is a share of a distribution, from 0 to 1")
    search = search or Search()
    return _bound(questions, channel, lambda readings, question: search.hypotheses(readings), smoothing)


def _bound(
    questions: Iterable[Question],
    channel: Channel,
    hypotheses_of: Callable[[Readings, Question], Sequence[Random]],
    smoothing: float,
) -> Bound:
    counts: list[int] = []
    losses: list[float] = []
    named: list[float] = []
    following: list[float] = []
    for question in questions:
        readings = Readings(question.text, question.shown, channel)
        hypotheses = hypotheses_of(readings, question)
        surprise, right = 0.0, 0
        for place, answer in question.answers.items():
            believed = readings.believed(place, hypotheses)
            share = (1 - smoothing) * believed.get(answer, 0.0) + smoothing / channel.vocab_size
            if not share:
                raise ValueError(
                    f"position {place}: the answer {answer!r} is one that the reader takes for impossible; ask about "
                    "stories that it knows, and let one who thinks of some hypotheses alone smooth what it predicts"
                )
            surprise -= log(share)
            right += answer == max(believed, key=believed.__getitem__)
        counts.append(len(question.answers))
        losses.append(surprise)
        named.append(right)
        if question.is_next is not None:
            is_next = readings.is_next(hypotheses)
            assert is_next is not None
            share = (1 - smoothing) * (is_next if question.is_next else 1 - is_next) + smoothing / 2
            following.append(-log(share))
    return Bound(
        Mean(losses, counts), Mean(named, counts), Mean(following, [1] * len(following)) if following else None
    )


def questions_on_texts(
    corpus: Corpus,
    recipe: Recipe,
    examples: int | None = None,
    seed: int = 0,
    probability: float = SELECTION_PROBABILITY,
) -> tuple[list[Question], Channel]:
    """A corpus's unseen stories, corrupted as `evaluation.pretraining.evaluate` does by the same recipe and seed.

    Args:
        corpus: of `story_corpus`.
        recipe: shares of the fates of a selected token.
        examples: how many of the unseen ones, from the first on; all of them if None.
        seed: decides the masks.
        probability: share of positions that are selected.

    Returns:
        (questions, channel), as `lower_bound` and `upper_bound` want them.
    """
    unseen = replace(corpus.validation, sequences=corpus.validation.sequences[:examples])
    longest = max(
        (len(part.sequences[number]) for part in (corpus.training, corpus.validation) for number in part.cut),
        default=None,
    )
    reader = text_reader(corpus)
    texts = [WindowText(reader, open_end=len(sequence) == longest) for sequence in unseen.sequences]
    channel = Channel(recipe, corpus.vocab_size, probability)
    return list(_questions(unseen, texts, channel, corpus.ids.mask, seed)), channel


def questions_on_examples(
    corpus: PreparedCorpus,
    reader: Reader,
    examples: Sequence[PretrainingExample],
    recipe: Recipe,
    seed: int = 0,
    probability: float = SELECTION_PROBABILITY,
) -> tuple[list[Question], Channel]:
    """As `questions_on_texts`, for examples that a reader has cut: single texts or pairs.

    Raises:
        ValueError: if the corpus was not told by the story world.
    """
    best = best_reader(corpus, reader)
    texts: list[Text] = []
    for example in examples:
        one, other = example.kept(reader.max_length)
        if isinstance(best, WindowReader):
            texts.append(WindowText(best, one == reader.max_length - 2))
        else:
            texts.append(PairText(best, one, open_ends(one, other, reader.max_length - 3)))
    channel = Channel(recipe, corpus.vocab_size, probability)
    return list(_questions(reader.in_memory(examples), texts, channel, corpus.ids.mask, seed)), channel


def open_ends(first: int, second: int, room: int) -> tuple[bool, bool]:
    """Whether either side of a pair may go on, by all that a model sees: the lengths that are left of them.

    >>> open_ends(5, 4, 12), open_ends(9, 3, 12), open_ends(6, 6, 12)
    ((False, False), (True, False), (True, True))
    """
    kept = (first, second)
    return truncated_lengths(first + 1, second, room) == kept, truncated_lengths(first, second + 1, room) == kept


def _questions(
    examples: TokenizedExamples, texts: Sequence[Text], channel: Channel, mask_token_id: int, seed: int
) -> Iterator[Question]:
    """The examples as `masked` corrupts them, with the fates of the tokens.

    They are corrupted once more with the same draws and other tokens: where the outcome is another, they were kept.
    """
    objective = MaskedLanguageModelling(
        mask_token_id, channel.vocab_size, channel.probability, corrupt=corrupt_by(channel.recipe)
    )
    other = replace(objective, corrupt=_of_other_tokens(objective.corrupt))
    number = 0
    for (shown, labels, _), (otherwise, _, _) in zip(
        masked(examples, objective, seed), masked(examples, other, seed), strict=True
    ):
        ids, others = shown["input_ids"], otherwise["input_ids"]
        drawn = (labels != IGNORE_INDEX) & (ids == others) & (ids != mask_token_id)
        for row, answers, random in zip(ids.tolist(), labels.tolist(), drawn.tolist(), strict=True):
            ends = len(examples.sequences[number]) - 1
            between = ends if examples.second_starts is None else examples.second_starts[number] - 1
            places = [place for place in range(1, ends) if place != between]  # without [CLS] and [SEP]
            yield Question(
                texts[number],
                [None if row[place] == mask_token_id else row[place] for place in places],
                {at: answers[place] for at, place in enumerate(places) if answers[place] != IGNORE_INDEX},
                frozenset(at for at, place in enumerate(places) if random[place]),
                None if examples.is_next is None else examples.is_next[number],
            )
            number += 1


def _of_other_tokens(corrupt: Corrupt) -> Corrupt:
    """The same corruption of a text in which every token is another one."""

    def corrupt_others(
        input_ids: Tensor, selected: Tensor, mask_token_id: int, vocab_size: int, generator: torch.Generator
    ) -> Tensor:
        return corrupt((input_ids + 1) % vocab_size, selected, mask_token_id, vocab_size, generator)

    return corrupt_others
