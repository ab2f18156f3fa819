"""Intent: what somebody wants with what they say, from a greeting to a cry for help."""

from __future__ import annotations

from collections import Counter

from bertkit.story_world import STORYBOOK
from bertkit.tasks.examples import SentenceExample, Task
from bertkit.tasks.framed import framed_task

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
    known = {label: STORYBOOK.lists[name].values for label, name in PHRASES.items()}
    uses = Counter(word for phrases in known.values() for phrase in phrases for word in phrase.split(" "))
    # A phrase that shares a word with another, like the good of good night, would be half known.
    apart = {
        label: [phrase for phrase in phrases if all(uses[word] == 1 for word in phrase.split(" "))]
        for label, phrases in known.items()
    }
    return framed_task("intent", "phrase", FRAMES, known, apart, train, test, seed)
