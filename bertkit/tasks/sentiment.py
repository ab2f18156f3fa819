"""Sentiment: is a toy praised or run down? One adjective decides, as in `this teddy bear is so cute .`"""

from __future__ import annotations

from dataclasses import replace
from random import Random

from bertkit.story_world import STORYBOOK
from bertkit.story_world.grammar import evenly
from bertkit.story_world.template import parse
from bertkit.tasks.drawing import draw_task, pick
from bertkit.tasks.examples import SentenceExample, Task
from bertkit.tasks.holdout import hold_out
from bertkit.tasks.telling import draw_rows, scene

LABELS = ("negative", "positive")

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
    adjectives: dict[tuple[str, bool], list[str]] = {}
    held_out: set[str] = set()
    for label, names in OPINIONS.items():
        known = sorted({word for name in names for word in STORYBOOK.lists[name].values} - NEUTRAL)
        chosen, _ = hold_out(known, seed, "sentiment", label)
        held_out |= chosen
        adjectives[label, True] = sorted(chosen)
        adjectives[label, False] = [word for word in known if word not in chosen]
    templates = {
        side: [
            (weight, parse(frame, replace(STORYBOOK, lists={"opinion": evenly(", ".join(words))})))
            for weight, frame in FRAMES
        ]
        for side, words in adjectives.items()
    }

    def draw(rng: Random, label: str, unseen: bool) -> SentenceExample:
        template = pick(rng, templates[label, unseen])
        sentence = template.realise(scene(rng, STORYBOOK).said, draw_rows(rng, template))
        return SentenceExample(sentence, label)

    return draw_task("sentiment", "sentence", LABELS, draw, frozenset(held_out), train, test, seed, LABELS)
