"""Sentences in which one phrase decides the label, in frames that all labels share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random

from bertkit.story_world import STORYBOOK
from bertkit.story_world.grammar import evenly
from bertkit.story_world.template import parse
from bertkit.tasks.drawing import draw_task, pick
from bertkit.tasks.examples import SentenceExample, Task
from bertkit.tasks.holdout import hold_out
from bertkit.tasks.telling import draw_rows, scene


def framed_task(
    name: str,
    slot: str,
    frames: Sequence[tuple[float, str]],
    known: Mapping[str, Sequence[str]],
    may_be_held_out: Mapping[str, Sequence[str]],
    train: int,
    test: int,
    seed: int,
) -> Task[SentenceExample]:
    """A task whose label is that of the phrase in the frame; a third of each label's phrases is held out.

    Args:
        name: of the task.
        slot: what the frames call the phrase.
        frames: weights and templates, the same for every label, so that nothing but the phrase tells them apart.
        known: the phrases of each label.
        may_be_held_out: those among them of which some are chosen for `test_unseen`.
        train: number of labelled examples to learn from.
        test: number of examples in each of the two test sets.
        seed: which examples, and which phrases are held out.

    Raises:
        ValueError: for sizes below 1, and sizes beyond what the grammar can say.
    """
    phrases: dict[tuple[str, bool], list[str]] = {}
    held_out: set[str] = set()
    for label in known:
        chosen, words = hold_out(may_be_held_out[label], seed, name, label)
        held_out |= words
        phrases[label, True] = sorted(chosen)
        phrases[label, False] = [phrase for phrase in known[label] if phrase not in chosen]
    templates = {
        side: [
            (weight, parse(frame, replace(STORYBOOK, lists={slot: evenly(", ".join(entries))})))
            for weight, frame in frames
        ]
        for side, entries in phrases.items()
    }

    def draw(rng: Random, label: str, unseen: bool) -> SentenceExample:
        template = pick(rng, templates[label, unseen])
        sentence = template.realise(scene(rng, STORYBOOK).said, draw_rows(rng, template))
        return SentenceExample(sentence, label)

    labels = tuple(known)
    return draw_task(
        name, "sentence", labels, draw, frozenset(held_out), train, test, seed, [(label,) for label in labels]
    )
