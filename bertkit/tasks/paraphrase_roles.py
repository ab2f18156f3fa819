"""Paraphrase where roles decide: do two sentences of nearly the same words say the same?

The sentences of a pair are always worded differently, and pairs that do not say the same share as many words as those
that do: who did it to whom is turned round, or one thing is another one.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from bertkit.story_world import STORYBOOK
from bertkit.story_world.grammar import Grammar
from bertkit.story_world.template import Template, parse
from bertkit.tasks.drawing import draw_task
from bertkit.tasks.examples import PairExample, Task
from bertkit.tasks.holdout import split_grammar
from bertkit.tasks.telling import Scene, draw_rows, own_words, scene, scene_of

LABELS = ("different", "same")


@dataclass(frozen=True)
class Meaning:
    """Wordings of one meaning, all with the same slots. `alike` says that hero and friend may change places."""

    wordings: tuple[str, ...]
    alike: bool = False


MEANINGS = (
    Meaning(
        (
            "{hero} found the {toy} of {friend} {place.at} .",
            "the {toy} , which {friend} had lost , was found by {hero} {place.at} .",
            "{place.at} {hero} came across the {toy} of {friend} .",
        )
    ),
    Meaning(
        (
            "{hero} gave {friend} {a treat} .",
            "{friend} was given {a treat} by {hero} .",
            "{friend} got {a treat} from {hero} .",
        )
    ),
    Meaning(
        (
            "{hero} was waiting {place.at} for {friend} .",
            "{friend} kept {hero} waiting {place.at} .",
            "{place.at} {hero} stood and waited for {friend} .",
        )
    ),
    Meaning(
        (
            "{hero} won the race , and {friend} came in second .",
            "{friend} was second in the race , for {hero} won .",
        )
    ),
    Meaning(
        (
            "{hero} sat on the left and {friend} on the right .",
            "{hero} sat on the left of {friend} .",
            "{friend} sat on the right of {hero} .",
        )
    ),
    Meaning(
        (
            "{hero} came home before {friend} .",
            "{friend} came home after {hero} .",
            "first {hero} came home , and then {friend} .",
        )
    ),
    Meaning(
        (
            "the {seller.person} sold {hero} and {friend} {seller.ware} .",
            "{hero} and {friend} bought {seller.ware} from the {seller.person} .",
            "from the {seller.person} {friend} and {hero} bought {seller.ware} .",
        ),
        alike=True,
    ),
    Meaning(
        (
            "{hero} and {friend} found {a bird} {place.at} .",
            "{place.at} there was {a bird} , and {friend} and {hero} found it .",
            "{friend} came across {a bird} {place.at} , together with {hero} .",
        ),
        alike=True,
    ),
    Meaning(
        (
            "{hero} held the lamp , and {friend} fetched the {tool.name} to {tool.job} .",
            "to {tool.job} {friend} fetched the {tool.name} , and {hero} held the lamp .",
        )
    ),
    Meaning(
        (
            "{hero} wore {a colour} scarf , but {friend} had no scarf on .",
            "{friend} was without a scarf , but {hero} had {a colour} one .",
        )
    ),
)
"""Where hero and friend are alike, only another thing makes a difference."""

SHARE_TURNED_ROUND = 0.6
"""How many of the pairs that do not say the same differ in who is who, where that can be; the others in a thing."""


def paraphrase_roles(train: int, test: int, seed: int) -> Task[PairExample]:
    """Pairs of sentences that say the same or do not; a third of the names, places and things is held out.

    Args:
        train: number of labelled examples to learn from.
        test: number of examples in each of the two test sets.
        seed: which examples, and which words are held out.

    Raises:
        ValueError: for sizes below 1, and sizes beyond what the grammar can say.
    """
    texts = [text for meaning in MEANINGS for text in meaning.wordings]
    split = split_grammar(
        seed,
        "paraphrase-roles",
        lists=("treat", "colour", "bird"),
        links=("seller", "tool"),
        latents=("cast", "places"),
        keep=own_words(texts),
        grammar=STORYBOOK,
    )
    grammars = {False: split.seen, True: split.unseen}
    templates = {unseen: {text: parse(text, grammar) for text in texts} for unseen, grammar in grammars.items()}

    def draw(rng: Random, label: str, unseen: bool) -> PairExample | None:
        meaning = rng.choice(MEANINGS)
        first, second = (templates[unseen][text] for text in rng.sample(meaning.wordings, 2))
        here = scene(rng, grammars[unseen])
        rows = draw_rows(rng, first)
        by_source = dict(zip(first.sources, rows, strict=True))
        there = here
        if label == "different" and not meaning.alike and rng.random() < SHARE_TURNED_ROUND:
            there = scene_of(here.friend, here.hero, here.toy, here.place, here.mood)
        elif label == "different":
            there, by_source = another_thing(rng, here, by_source, second, grammars[unseen])
        if label == "different" and (there, by_source) == (here, dict(zip(first.sources, rows, strict=True))):
            return None
        same_order = [by_source[source] for source in second.sources]
        return PairExample(first.realise(here.said, rows), second.realise(there.said, same_order), label)

    groups = [(label,) for label in LABELS]
    return draw_task("paraphrase-roles", "pair", LABELS, draw, split.held_out, train, test, seed, groups)


def another_thing(
    rng: Random, here: Scene, rows: dict[str, int], template: Template, grammar: Grammar
) -> tuple[Scene, dict[str, int]]:
    """The same, but for one thing that the template says: another place, or another row of a list or link.

    Where the template says neither, nothing changes.
    """
    sources: list[str] = sorted(rows)
    if any(fill.latent == "place.at" for fill in template.fills):
        sources.append("place")
    if not sources:
        return here, rows
    changed = rng.choice(sources)
    if changed == "place":
        topic = next(places for places in grammar.places.values() if here.place in places.values)
        other = rng.choice([place for place in topic.values if place != here.place])
        return scene_of(here.hero, here.friend, here.toy, other, here.mood), rows
    choice = template.choices[template.sources.index(changed)]
    others = [row for row in range(len(choice.values)) if row != rows[changed]]
    return here, {**rows, changed: rng.choice(others)}
