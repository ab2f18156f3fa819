"""A corpus ready for training: a tokenizer, examples to train on, and unseen ones to be judged by."""

import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from bertkit.atomic import write_atomically
from bertkit.data.batches import TokenizedExamples, make_examples
from bertkit.data.text import read_documents
from bertkit.data.token_store import Document, TokenStore, open_store, write_store
from bertkit.data.tokenizer import SpecialIds, load_tokenizer, special_ids, train_tokenizer
from bertkit.story_world import Story, StoryWorld, world_about

CORPUS_FILE, CORPUS_PARTS = "corpus.json", ("tokenizer.json", "training", "validation")
TOKENIZER_SENTENCES = 500_000
"""The vocabulary is learned from so many sentences at most: they are held in memory, the text is not."""
VALIDATION_PLACES, MIN_DOCUMENTS = (1, 2), 4
"""Of every twenty documents these are kept to validate on: two, for a random second comes from another document."""
FAMILIAR_TOYS, FAMILIAR_PLACES = 4, 1
"""Where rare names are to be cut, the vocabulary is learned from stories of so many toys, and places a topic: then the
tokenizer cuts a tenth of what names a toy, a place or somebody. Of a smaller vocabulary it would cut more other words
than names, and texts would be a third longer. All of the cast stays whole: one `[MASK]` can stand for any of them."""
MIN_VALIDATION = 20
"""Stories to validate on, at least."""

VALIDATION_SEED_OFFSET = 1_000_003
"""Validation stories come from a seed of their own, far from those that people type."""


@dataclass(frozen=True)
class Corpus:
    """Text as a model meets it."""

    tokenizer: Tokenizer
    training: TokenizedExamples
    validation: TokenizedExamples
    topics: tuple[str, ...] = ()
    """What the stories are about; anything if empty."""
    longest_run: int = 3
    """Most sentences in one example."""

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
    world = world_about(topics)
    told = [story.sentences for story in world.stories(seed, stories)]
    unseen = [story.sentences for story in world.stories(seed + VALIDATION_SEED_OFFSET, max(1, stories // 20))]
    tokenizer = train_tokenizer((sentence for story in told for sentence in story), vocab_size)
    training, validation = (
        make_examples(stories, tokenizer, max_length, longest_run, seed) for stories in (told, unseen)
    )
    return Corpus(tokenizer, training, validation, tuple(topics), longest_run)


@dataclass(frozen=True)
class PreparedCorpus:
    """Text on disk, tokenized, as `Reader` reads it."""

    tokenizer: Tokenizer
    training: TokenStore
    validation: TokenStore
    source: Mapping[str, Any]
    """What it was made of: the arguments of `prepare_stories` or `prepare_text`."""

    @property
    def vocab_size(self) -> int:
        """V, special tokens included."""
        return self.tokenizer.get_vocab_size()

    @property
    def ids(self) -> SpecialIds:
        """Ids of the special tokens."""
        return special_ids(self.tokenizer)


GROUPINGS = ("topic", "place")
"""What stories can have in common: their topic; or their plot, and the place where it happens."""


def story_documents(world: StoryWorld, seed: int, count: int, grouping: str = "topic") -> Iterator[Document]:
    """Stories as documents, told one at a time.

    Args:
        world: tells them.
        seed: which stories.
        count: how many.
        grouping: what a document's topic is: the story's "topic"; or "place", its plot and its place together, where
            a story that has no other of its plot and place is left out, since no second of a pair could come from one.

    Raises:
        ValueError: for another grouping.
    """
    if grouping not in GROUPINGS:
        raise ValueError(f"grouping is {grouping!r}; choose one of {', '.join(GROUPINGS)}")
    if grouping == "topic":
        return (Document(story.sentences, story.topic) for story in world.stories(seed, count))
    alike = Counter(scene_of(story) for story in world.stories(seed, count))
    scenes = ((story.sentences, scene_of(story)) for story in world.stories(seed, count))
    return (Document(sentences, scene) for sentences, scene in scenes if alike[scene] > 1)


def scene_of(story: Story) -> str:
    """A story's plot and the place where it happens."""
    return f"{story.latents.plot}, {story.latents.place.name}"


def prepare_stories(
    folder: Path,
    stories: int,
    topics: Sequence[str] = (),
    vocab_size: int = 2500,
    seed: int = 0,
    cut_rare_names: bool = False,
    tokenizer: Tokenizer | None = None,
    grouping: str = "topic",
) -> PreparedCorpus:
    """Tell stories into a folder.

    Args:
        folder: where to; made, and replaced where it holds a corpus.
        stories: number of stories to train on; a twentieth of that, others, to validate on.
        topics: what they may be about; anything if empty.
        vocab_size: upper limit of the WordPiece vocabulary.
        seed: which stories.
        cut_rare_names: whether the vocabulary is learned from stories in which the rarer toys and places do not come,
            so that the tokenizer cuts their names, as the one of BERT cuts names that were rare in what it was
            learned from.
        tokenizer: one that is there, for example that of the model that goes on learning; learned here if None.
        grouping: what seconds "of the same topic" have in common with the first; see `story_documents`.

    Raises:
        ValueError: for an unknown topic, numbers that leave no text, or a folder that holds something else.
    """
    world = world_about(topics)

    def learned() -> Tokenizer:
        if not cut_rare_names:
            return _learned(story_documents(world, seed, stories), vocab_size)
        familiar = StoryWorld(world.grammar.without_rare_things(FAMILIAR_TOYS, FAMILIAR_PLACES))
        documents = (Document(story.sentences) for story in familiar.stories(seed, stories))
        return _learned(documents, vocab_size, also_spelled=sorted(world.words))

    source = {
        "stories": stories,
        "topics": list(topics),
        "vocab_size": vocab_size,
        "seed": seed,
        "cut_rare_names": cut_rare_names,
        "grouping": grouping,
    }
    unseen = max(MIN_VALIDATION, stories // 20)
    return _prepare(
        folder,
        lambda: story_documents(world, seed, stories, grouping),
        lambda: story_documents(world, seed + VALIDATION_SEED_OFFSET, unseen, grouping),
        learned if tokenizer is None else lambda: tokenizer,
        source,
    )


def prepare_text(
    folder: Path,
    text: Path,
    vocab_size: int = 2500,
    split_sentences: bool = True,
    tokenizer: Tokenizer | None = None,
) -> PreparedCorpus:
    """Tokenize a text file, or a folder of them, into a folder. Two documents of every twenty are kept to validate on.

    Args:
        folder: where to; made, and replaced where it holds a corpus.
        text: see `read_documents`, also for `split_sentences`.
        vocab_size: upper limit of the WordPiece vocabulary.
        tokenizer: one that is there; learned here if None.

    Raises:
        ValueError: for a file that cannot be read, fewer than four documents, numbers that leave no text, or a
            folder that holds something else.
    """

    def kept(validation: bool) -> Iterator[Document]:
        for number, sentences in enumerate(read_documents(text, split_sentences)):
            if (number % 20 in VALIDATION_PLACES) is validation:
                yield Document(sentences)

    if len(list(islice(read_documents(text, split_sentences), MIN_DOCUMENTS))) < MIN_DOCUMENTS:
        raise ValueError(
            f"{text} has fewer than {MIN_DOCUMENTS} documents; some are kept to judge the model by, so put blank lines "
            "between documents, or leave all of them out: then every line is a document"
        )
    source = {"text": str(text), "vocab_size": vocab_size, "split_sentences": split_sentences}
    try:
        return _prepare(
            folder,
            lambda: kept(False),
            lambda: kept(True),
            (lambda: _learned(kept(False), vocab_size)) if tokenizer is None else lambda: tokenizer,
            source,
        )
    except ValueError as error:
        raise ValueError(f"{text}: {error}") from error


def _learned(documents: Iterable[Document], vocab_size: int, also_spelled: Iterable[str] = ()) -> Tokenizer:
    sentences = (sentence for document in documents for sentence in document.sentences)
    return train_tokenizer(islice(sentences, TOKENIZER_SENTENCES), vocab_size, also_spelled=also_spelled)


def _prepare(
    folder: Path,
    training: Callable[[], Iterable[Document]],
    validation: Callable[[], Iterable[Document]],
    tokenizer_of: Callable[[], Tokenizer],
    source: Mapping[str, Any],
) -> PreparedCorpus:
    there = {entry.name for entry in folder.iterdir()} if folder.exists() else set()
    left_by_a_kill = {name for name in there if name.startswith(f".{CORPUS_FILE}.")}
    if there - left_by_a_kill - {*CORPUS_PARTS, CORPUS_FILE}:
        raise ValueError(f"{folder} holds something other than a corpus; choose another folder")
    shutil.rmtree(folder, ignore_errors=True)
    tokenizer = tokenizer_of()
    write_store(folder / "training", training(), tokenizer)
    write_store(folder / "validation", validation(), tokenizer)
    tokenizer.save(str(folder / "tokenizer.json"))
    # Last, so that a preparation that died half-way is not taken for a corpus.
    write_atomically(folder / CORPUS_FILE, json.dumps(source, indent=1) + "\n")
    return open_corpus(folder)


def open_corpus(folder: Path) -> PreparedCorpus:
    """Open what `prepare_stories` or `prepare_text` left in a folder.

    Raises:
        ValueError: naming the file that is missing or damaged.
    """
    try:
        source = dict(json.loads((folder / CORPUS_FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise ValueError(f"{folder} holds no whole corpus ({error}); prepare the text again") from error
    tokenizer = load_tokenizer(folder / "tokenizer.json")
    return PreparedCorpus(tokenizer, open_store(folder / "training"), open_store(folder / "validation"), source)
