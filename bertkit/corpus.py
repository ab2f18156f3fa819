"""A corpus ready for training: a tokenizer, examples to train on, and unseen ones to be judged by."""

from collections.abc import Sequence
from dataclasses import dataclass

from tokenizers import Tokenizer

from bertkit.batches import Examples, make_examples
from bertkit.randomness import python_random
from bertkit.story_world import STORYBOOK, StoryWorld
from bertkit.tokenizer import SpecialIds, special_ids, train_tokenizer

VALIDATION_SEED_OFFSET = 1_000_003
"""Validation stories come from a seed of their own, far from those that people type."""


@dataclass(frozen=True)
class Corpus:
    """Text as a model meets it."""

    tokenizer: Tokenizer
    training: Examples
    validation: Examples

    @property
    def vocab_size(self) -> int:
        """V, special tokens included."""
        return self.tokenizer.get_vocab_size()

    @property
    def ids(self) -> SpecialIds:
        """Ids of the special tokens."""
        return special_ids(self.tokenizer)

    def tokens(self, ids: list[int]) -> list[str]:
        """Ids as the pieces that they stand for."""
        return [str(self.tokenizer.id_to_token(index)) for index in ids]


def story_corpus(
    stories: int = 8000,
    topics: tuple[str, ...] = (),
    vocab_size: int = 2500,
    max_length: int = 48,
    longest_run: int = 3,
    seed: int = 0,
) -> Corpus:
    """Tell stories and make a corpus of them.

    Args:
        stories: number of stories to train on; a twentieth of that, others, to validate on.
        topics: what they may be about; anything if empty. Fewer topics have fewer words and are learned sooner.
        vocab_size: upper limit of the WordPiece vocabulary.
        max_length: longest example, in tokens.
        longest_run: most sentences in one example.
        seed: which stories.

    Raises:
        ValueError: for an unknown topic, or numbers that leave no text.
    """
    world = StoryWorld(STORYBOOK.about(*topics) if topics else STORYBOOK)
    told = [story.sentences for story in world.stories(seed, stories)]
    unseen = [story.sentences for story in world.stories(seed + VALIDATION_SEED_OFFSET, max(1, stories // 20))]
    return _corpus(told, unseen, vocab_size, max_length, longest_run, seed)


def text_corpus(
    documents: Sequence[Sequence[str]],
    vocab_size: int = 2500,
    max_length: int = 48,
    longest_run: int = 3,
    seed: int = 0,
) -> Corpus:
    """Make a corpus of documents, each a list of sentences; a twentieth of them is kept to validate on.

    Args:
        documents: at least two.
        vocab_size: upper limit of the WordPiece vocabulary.
        max_length: longest example, in tokens.
        longest_run: most sentences in one example.
        seed: decides which documents are kept.

    Raises:
        ValueError: for fewer than two documents, or numbers that leave no text.
    """
    if len(documents) < 2:
        raise ValueError(
            f"{len(documents)} document(s) to train on; at least 2 are needed, one of them to judge the model by"
        )
    kept = set(python_random(seed, "validation").sample(range(len(documents)), max(1, len(documents) // 20)))
    told = [document for number, document in enumerate(documents) if number not in kept]
    unseen = [documents[number] for number in sorted(kept)]
    return _corpus(told, unseen, vocab_size, max_length, longest_run, seed)


def _corpus(
    told: Sequence[Sequence[str]],
    unseen: Sequence[Sequence[str]],
    vocab_size: int,
    max_length: int,
    longest_run: int,
    seed: int,
) -> Corpus:
    tokenizer = train_tokenizer((sentence for document in told for sentence in document), vocab_size)
    training, validation = (
        make_examples(documents, tokenizer, max_length, longest_run, seed) for documents in (told, unseen)
    )
    return Corpus(tokenizer, training, validation)
