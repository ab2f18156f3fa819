"""Part-of-speech tagging: the universal tag of every word of a story sentence."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from random import Random

from bertkit.randomness import python_random
from bertkit.story_world import StoryWorld
from bertkit.tasks.drawing import draw_task
from bertkit.tasks.examples import Task, TokenExample
from bertkit.tasks.holdout import LEAST_COUNT, SHARE, story_counts
from bertkit.tasks.telling import Piece, pieces
from bertkit.tasks.word_classes import BY_TAG, IN_CONTEXT, SLOT_TAGS, TAGS

LABELS = TAGS

USUAL = {word: tag for tag, words in BY_TAG.items() for word in words.split()}


def parts_of_speech(train: int, test: int, seed: int) -> Task[TokenExample]:
    """Sentences of stories with the part of speech of every word; a third of the words that fill slots is held out.

    The tags are set by rules over the templates (`word_classes`), not by hand sentence by sentence.
    In `test_unseen` every sentence has a held-out word; its other words may be known.

    Args:
        train: number of labelled examples to learn from.
        test: number of examples in each of the two test sets.
        seed: which examples, and which words are held out.

    Raises:
        ValueError: for sizes below 1, and sizes beyond what the grammar can say.
    """
    candidates = sorted(word for word in filling_words() if story_counts()[word] >= LEAST_COUNT)
    held_out = python_random(seed, "tasks", "held out", "pos").sample(candidates, round(SHARE * len(candidates)))

    def draw(rng: Random, _: str, unseen: bool) -> TokenExample:
        return rng.choice(tagged_story(world(), rng))

    return draw_task("pos", "token", LABELS, draw, frozenset(held_out), train, test, seed, [("",)])


def tagged_story(world: StoryWorld, rng: Random) -> list[TokenExample]:
    """Tell a story and tag its sentences."""
    story = world.sample(rng)
    said = world.said(story.latents)
    steps = zip(world.steps[story.latents.plot], story.choices, strict=True)
    return [tagged(pieces(step.values[choice.template], said, choice.rows)) for step, choice in steps]


def tagged(sentence: Sequence[Piece]) -> TokenExample:
    """Words and tags of a sentence. What stands in a slot is tagged on its own, as a phrase."""
    frame = [f"{{{piece.slot}}}" if piece.slot else piece.words for piece in sentence]
    words: list[str] = []
    tags: list[str] = []
    for position, piece in enumerate(sentence):
        spoken = piece.words.split(" ")
        words += spoken
        if not piece.slot:
            tags.append(tag_of(frame, position))
            continue
        article = ["DET"] * (spoken[0] in ("a", "an"))
        if len(spoken) == len(article) + 1 and piece.slot in SLOT_TAGS:
            tags += [*article, SLOT_TAGS[piece.slot]]
        else:
            tags += [tag_of(spoken, index) for index in range(len(spoken))]
    return TokenExample(tuple(words), tuple(tags))


def tag_of(tokens: Sequence[str], position: int) -> str:
    """The tag of a token among its neighbours."""
    word = tokens[position]
    if not word.isalpha():
        return "PUNCT"
    for tag, patterns in IN_CONTEXT.get(word, ()):
        if any(fits(pattern.split(" "), tokens, position) for pattern in patterns.split("|")):
            return tag
    return USUAL.get(word, "NOUN")


def fits(pattern: Sequence[str], tokens: Sequence[str], position: int) -> bool:
    """Does the pattern lie over the tokens, its `*` on `position`? See `word_classes.IN_CONTEXT`."""
    first = position - pattern.index("*")
    if first < 0 or first + len(pattern) > len(tokens):
        return False
    for wanted, token in zip(pattern, tokens[first:], strict=False):
        if wanted in ("*", "_", token) or (wanted == "{}" and token[0] == "{"):
            continue
        if wanted.isupper() and USUAL.get(token) == wanted:
            continue
        return False
    return True


@cache
def world() -> StoryWorld:
    """The world of all stories."""
    return StoryWorld()


@cache
def filling_words() -> frozenset[str]:
    """The words that lists and links put into templates and that no template has of its own."""
    grammar = world().grammar
    entries = [entry for words in grammar.lists.values() for entry in words.values]
    entries += [cell for table in grammar.links.values() for row in table.rows.values for cell in row]
    fixed = {
        token
        for steps in world().steps.values()
        for templates in steps
        for template in templates.values
        for token in template.layout.split(" ")
    }
    return frozenset(entry for entry in entries if " " not in entry) - fixed
