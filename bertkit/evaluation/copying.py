"""Whether a model copies: the share of hidden words it names right whose other mention is visible.

In the loss these words are few, so that a figure near the floor can hide that a model cannot copy at all. One word is
hidden at a time, all of its pieces, and all have to be right. On stories there are these kinds, on other text the last
one alone:

`one_name`: a name, where nobody else is named in the input. `two_names`: where others are. `toy`: a toy, all of its
words hidden (`teddy bear`), whose last word at least is said elsewhere. `word`: any word but those that are everywhere
(`bertkit.data.words.tokens_everywhere`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import nn

from bertkit.data.batches import Batch, TokenizedExamples
from bertkit.data.corpus import PreparedCorpus
from bertkit.data.reading import PretrainingExample, Reader
from bertkit.data.words import continuing_pieces, tokens_everywhere, words_of_row
from bertkit.evaluation.floors import best_reader, hidden_windows, of_stories
from bertkit.model.freeze import evaluation_mode
from bertkit.randomness import python_random
from bertkit.story_world import STORYBOOK
from bertkit.story_world.posterior import WindowReader

KINDS = {
    "one_name": "names, one in the input",
    "two_names": "names, several in the input",
    "toy": "toys",
    "word": "repeated words",
}
"""By the name of a figure: what is hidden, in words."""
MOST_QUESTIONS = 200
"""Of each kind: enough for a figure to within some hundredths, and asked within a second."""
BATCH_SIZE = 64

NAMES = frozenset(character.name for character in STORYBOOK.cast.values)
TOYS = tuple(tuple(toy.name.split(" ")) for toy in STORYBOOK.toys.values)

Words = Sequence[str]
Bounds = Sequence[tuple[int, int]]


class Question(NamedTuple):
    """One hidden word: the number of its example, and the positions in its row from `start` to before `stop`."""

    kind: str
    example: int
    start: int
    stop: int


@dataclass(frozen=True)
class CopyingQuestions:
    """A fixed sample of hidden words."""

    examples: TokenizedExamples
    questions: Sequence[Question]
    mask_token_id: int

    @torch.no_grad()
    def copied(self, model: nn.Module) -> dict[str, float]:
        """By kind the share of words that a model names right, every piece of them.

        Args:
            model: as of `bertkit.evaluation.pretraining.score`; its mode is left as it was.
        """
        right: dict[str, list[bool]] = {}
        with evaluation_mode(model):
            for start in range(0, len(self.questions), BATCH_SIZE):
                asked = self.questions[start : start + BATCH_SIZE]
                batch = self.examples.batch([question.example for question in asked])
                output = model(**self.hidden(batch, asked))
                logits = output[0] if isinstance(output, tuple) else output
                for row, question in enumerate(asked):
                    place = slice(question.start, question.stop)
                    named = bool((logits[row, place].argmax(-1) == batch.input_ids[row, place]).all())
                    right.setdefault(question.kind, []).append(named)
        return {kind: sum(answers) / len(answers) for kind, answers in right.items()}

    def hidden(self, batch: Batch, asked: Sequence[Question]) -> dict[str, torch.Tensor]:
        """The arguments of a model, each row with the pieces of its word behind `[MASK]`."""
        ids = batch.input_ids.clone()
        for row, question in enumerate(asked):
            ids[row, question.start : question.stop] = self.mask_token_id
        shown = {"input_ids": ids, "attention_mask": batch.attention_mask}
        return shown if batch.token_type_ids is None else {**shown, "token_type_ids": batch.token_type_ids}


def copying_questions(
    corpus: PreparedCorpus, examples: TokenizedExamples, most: int = MOST_QUESTIONS, seed: int = 0
) -> CopyingQuestions:
    """The first examples' words that can be copied: of each example at most one of a kind.

    Args:
        corpus: whose words there are; its training text says which are everywhere.
        examples: rows to hide words in.
        most: questions of a kind.
        seed: decides which of several words of an example.
    """
    kinds = story_words if of_stories(corpus) else text_words
    found: dict[str, list[Question]] = {kind: [] for kind in KINDS}
    continues = continuing_pieces(corpus.tokenizer)
    everywhere = tokens_everywhere(corpus.training, corpus.vocab_size)
    common = {str(corpus.tokenizer.id_to_token(int(token))) for token in everywhere.nonzero()}
    for number, row in enumerate(examples.sequences):
        special = [token in examples.special_token_ids for token in row]
        bounds = words_of_row(list(row), special, continues)
        words = [spelled(corpus, row[start:stop]) for start, stop in bounds]
        candidates: dict[str, list[Question]] = {}
        for kind, first, last in kinds(words, common):
            question = Question(kind, number, bounds[first][0], bounds[last][1])
            candidates.setdefault(kind, []).append(question)
        for kind, several in candidates.items():
            if len(found[kind]) < most:
                found[kind].append(python_random(seed, "copying", number, kind).choice(several))
    ids = corpus.ids
    return CopyingQuestions(examples, [each for kind in KINDS for each in found[kind]], ids.mask)


def spelled(corpus: PreparedCorpus, pieces: Sequence[int]) -> str:
    """The word of some pieces."""
    tokens = [str(corpus.tokenizer.id_to_token(piece)) for piece in pieces]
    return "".join([tokens[0], *(token.removeprefix("##") for token in tokens[1:])])


Candidates = Iterator[tuple[str, int, int]]
"""(kind, number of the first word, of the last word)"""


def text_words(words: Words, common: set[str]) -> Candidates:
    """The words that are said twice or more, but for those that are everywhere."""
    for number, word in enumerate(words):
        if word not in common and words.count(word) > 1:
            yield "word", number, number


def story_words(words: Words, common: set[str]) -> Candidates:
    """Names and toys too."""
    yield from text_words(words, common)
    kind = "one_name" if len(NAMES.intersection(words)) == 1 else "two_names"
    for number, word in enumerate(words):
        if word in NAMES and words.count(word) > 1:
            yield kind, number, number
        for toy in TOYS:
            last = number + len(toy) - 1
            if tuple(words[number : last + 1]) == toy and words.count(toy[-1]) > 1:
                yield "toy", number, last


def copying_limits(
    corpus: PreparedCorpus, reader: Reader, examples: Sequence[PretrainingExample], asked: CopyingQuestions
) -> dict[str, float]:
    """By kind the share that the best possible reader names right; it knows the grammar, as in `story_floor`.

    It is what the reader does get right, not what it expects to: it does not know that the word is said elsewhere, and
    the questions are those in which it is. Each piece is named by its own most probable token, as a model names it.

    Args:
        corpus: stories.
        reader: how they are read.
        examples: those that `asked` asks about.
        asked: what is hidden.
    """
    best = best_reader(corpus, reader)
    right: dict[str, list[bool]] = {}
    for question in asked.questions:
        positions = range(question.start, question.stop)
        first, second = hidden_windows(reader, examples[question.example], positions)
        if isinstance(best, WindowReader):
            pieces = best.posterior(first.visible, first.open_end)
        else:
            reading = best.read(first.visible, second.visible, (first.open_end, second.open_end))
            pieces = [*reading.first, *reading.second]
        named = [max(each, key=each.__getitem__) for each in pieces]
        right.setdefault(question.kind, []).append(named == [*first.truth, *second.truth])
    return {kind: sum(answers) / len(answers) for kind, answers in right.items()}
