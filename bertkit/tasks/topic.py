"""Topic: what a piece of a story is about, as in document classification."""

from __future__ import annotations

from functools import cache
from random import Random

from bertkit.randomness import python_random
from bertkit.story_world import STORYBOOK, StoryWorld
from bertkit.tasks.drawing import draw_task
from bertkit.tasks.examples import SentenceExample, Task
from bertkit.tasks.holdout import LEAST_COUNT, SHARE, story_counts

LABELS = tuple(STORYBOOK.places)
SENTENCES = 2
"""How many sentences in a row an example has."""


def topic(train: int, test: int, seed: int) -> Task[SentenceExample]:
    """Two sentences in a row of a story, and its topic.

    What decides are the words that only one topic's stories have. A third of them is held out of the training set;
    in `test_unseen` no other word of that kind is left.

    Args:
        train: number of labelled examples to learn from.
        test: number of examples in each of the two test sets.
        seed: which examples, and which words are held out.

    Raises:
        ValueError: for sizes below 1, and sizes beyond what the grammar can say.
    """
    telling = topic_words()
    held_out: set[str] = set()
    for label in LABELS:
        frequent = sorted(word for word in telling[label] if story_counts()[word] >= LEAST_COUNT)
        rng = python_random(seed, "tasks", "held out", "topic", label)
        held_out.update(rng.sample(frequent, round(SHARE * len(frequent))))

    def draw(rng: Random, label: str, unseen: bool) -> SentenceExample | None:
        sentences = worlds()[label].sample(rng).sentences
        first = rng.randrange(len(sentences) - SENTENCES + 1)
        text = " ".join(sentences[first : first + SENTENCES])
        decisive = telling[label].intersection(text.split(" "))
        if not decisive or (unseen and not decisive <= held_out):
            return None
        return SentenceExample(text, label)

    return draw_task(
        "topic", "sentence", LABELS, draw, frozenset(held_out), train, test, seed, [(label,) for label in LABELS]
    )


@cache
def worlds() -> dict[str, StoryWorld]:
    """A world for each topic."""
    return {label: StoryWorld(STORYBOOK.about(label)) for label in LABELS}


@cache
def topic_words() -> dict[str, frozenset[str]]:
    """For each topic the words that no other topic's stories have."""
    found: dict[str, frozenset[str]] = {}
    for label in LABELS:
        others = frozenset().union(*(world.words for other, world in worlds().items() if other != label))
        found[label] = worlds()[label].words - others
    return found
