"""Intent: what somebody wants with what they say, from a greeting to a cry for help."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random

from bertkit.story_world import STORYBOOK
from bertkit.story_world.grammar import evenly
from bertkit.story_world.template import parse
from bertkit.tasks.drawing import draw_task, pick
from bertkit.tasks.examples import SentenceExample, Task
from bertkit.tasks.holdout import hold_out
from bertkit.tasks.telling import draw_rows, scene

PHRASES = {
    "greet": "greeting",
    "say goodbye": "parting",
    "thank": "thanks",
    "warn": "warning",
    "apologise": "apology",
    "comfort": "comfort",
    "congratulate": "cheer",
    "ask for help": "plea",
}
"""The word list of the stories that holds the phrases of an intent."""

LABELS = tuple(PHRASES)

FRAMES = (
    (4.0, "{phrase} , {friend} , said {hero} ."),
    (1.0, "{phrase} , said {hero} ."),
)
"""The same for every intent, and in the stories for every intent as well: the phrase alone decides."""


def intent(train: int, test: int, seed: int) -> Task[SentenceExample]:
    """Things said in stories, with what is meant by them; a third of the phrases of each intent is held out.

    Args:
        train: number of labelled examples to learn from.
        test: number of examples in each of the two test sets.
        seed: which examples, and which phrases are held out.

    Raises:
        ValueError: for sizes below 1, and sizes beyond what the grammar can say.
    """
    everything = [phrase for name in PHRASES.values() for phrase in STORYBOOK.lists[name].values]
    uses = Counter(word for phrase in everything for word in phrase.split(" "))
    phrases: dict[tuple[str, bool], list[str]] = {}
    held_out: set[str] = set()
    for label, name in PHRASES.items():
        known = STORYBOOK.lists[name].values
        # A phrase that shares a word with another, like the good of good night, would be half known.
        apart = [phrase for phrase in known if all(uses[word] == 1 for word in phrase.split(" "))]
        chosen, words = hold_out(apart, seed, "intent", label)
        held_out |= words
        phrases[label, True] = sorted(chosen)
        phrases[label, False] = [phrase for phrase in known if phrase not in chosen]
    templates = {
        side: [
            (weight, parse(frame, replace(STORYBOOK, lists={"phrase": evenly(", ".join(entries))})))
            for weight, frame in FRAMES
        ]
        for side, entries in phrases.items()
    }

    def draw(rng: Random, label: str, unseen: bool) -> SentenceExample:
        template = pick(rng, templates[label, unseen])
        sentence = template.realise(scene(rng, STORYBOOK).said, draw_rows(rng, template))
        return SentenceExample(sentence, label)

    return draw_task("intent", "sentence", LABELS, draw, frozenset(held_out), train, test, seed, LABELS)
