"""Sentiment: is a toy praised or run down? One adjective decides, as in `this teddy bear is so cute .`"""

from __future__ import annotations

from bertkit.story_world import STORYBOOK
from bertkit.tasks.examples import SentenceExample, Task
from bertkit.tasks.framed import framed_task

OPINIONS = {"negative": ("scorn",), "positive": ("praise", "approval")}
"""The word lists of the stories that hold the adjectives of a label."""

NEUTRAL = frozenset(("unusual", "special"))
"""Praise in the stories, but a reader of the sentence alone could take it either way."""

FRAMES = (
    (5.0, "this {toy} is so {opinion} ."),
    (2.0, "this {toy} is so {opinion} , said {friend} ."),
    (1.0, "what {a opinion} {toy} , said {friend} ."),
    (1.0, "{friend} had never seen such {a opinion} {toy} ."),
    (1.0, "is there anything as {opinion} as this {toy} ? asked {friend} ."),
)
"""The same for both labels, so that nothing but the adjective tells them apart."""


def sentiment(train: int, test: int, seed: int) -> Task[SentenceExample]:
    """Sentences that praise a toy or run it down; a third of the adjectives of each label is held out.

    Args:
        train: number of labelled examples to learn from.
        test: number of examples in each of the two test sets.
        seed: which examples, and which adjectives are held out.

    Raises:
        ValueError: for sizes below 1, and sizes beyond what the grammar can say.
    """
    known = {
        label: sorted({word for name in names for word in STORYBOOK.lists[name].values} - NEUTRAL)
        for label, names in OPINIONS.items()
    }
    return framed_task("sentiment", "opinion", FRAMES, known, known, train, test, seed)
