"""Entailment by facts: does what is known of the world make a hypothesis true, or false, or leave it open?

Who goes moo is a cow, and who sold the rolls was the baker. Each of these facts is a pair of words that no other
sentence teaches, so a few thousand labels are too few for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random

from bertkit.story_world import STORYBOOK
from bertkit.story_world.grammar import Grammar, link
from bertkit.story_world.template import parse
from bertkit.tasks.drawing import draw_task
from bertkit.tasks.examples import PairExample, Task
from bertkit.tasks.holdout import split_grammar
from bertkit.tasks.telling import Scene, draw_rows, own_words, scene, scene_of

LABELS = ("entailment", "neutral", "contradiction")


@dataclass(frozen=True)
class Fact:
    """Something that a premise says and a hypothesis says again in other words.

    source: what the two must agree on: a word list or link, or one of "place" and "hero".
    column: of a link, the column that the hypothesis says: another value there contradicts the premise.
    """

    source: str
    column: int
    premises: tuple[str, ...]
    hypotheses: tuple[str, ...]


FACTS = (
    Fact(
        "cry",
        0,
        (
            "{hero} heard a noise at night , and it went {cry.sound} .",
            "{hero} said that something went {cry.sound} .",
        ),
        ("the noise came from {a cry.animal} .", "there was {a cry.animal} outside ."),
    ),
    Fact(
        "likeness",
        0,
        ("the kite of {hero} looked like {likeness.thing} .", "{hero} had a kite like {likeness.thing} ."),
        ("the kite was {likeness.colour} .", "they had {a likeness.colour} kite ."),
    ),
    Fact(
        "lair",
        0,
        ("away it went , home to its {lair.home} , said {hero} .", "{hero} saw it hide in its {lair.home} ."),
        ("it was {a lair.animal} .", "what they saw was {a lair.animal} ."),
    ),
    Fact(
        "taste",
        1,
        ("{hero} and {friend} licked a spoon of {taste.food} .", "{hero} gave {friend} some {taste.food} ."),
        ("it was very {taste.flavour} .", "it tasted {taste.flavour} ."),
    ),
    Fact(
        "costumed",
        0,
        ("{hero} had {a costumed.thing} .", "with {a costumed.thing} {hero} ran up the stairs ."),
        ("{hero} was {a costumed.person} .", "that day {hero} was {a costumed.person} ."),
    ),
    Fact(
        "seller",
        0,
        ("{hero} and {friend} bought {seller.ware} .", "at the market {hero} bought {seller.ware} ."),
        ("the {seller.person} sold it .", "it was the {seller.person} who sold it ."),
    ),
    Fact(
        "form",
        1,
        ("{friend} saw how {hero} drew {a form.shape} .", "{hero} drew {a form.shape} for {friend} ."),
        ("the picture looked like {form.thing} .", "what they saw looked like {form.thing} ."),
    ),
    Fact(
        "colour",
        0,
        ("{friend} gave it {a colour} scarf .", "{hero} put {a colour} scarf round its neck ."),
        ("its scarf was {colour} .", "it had {a colour} scarf on ."),
    ),
    Fact(
        "place",
        0,
        ("{place.at} {hero} found the {toy} .", "the {toy} sat {place.at} and watched ."),
        ("the {toy} was {place.at} .", "the {toy} was found {place.at} ."),
    ),
    Fact(
        "hero",
        0,
        ("{hero} lost the {toy} , and {friend} found it .", "the {toy} of {hero} was found by {friend} ."),
        ("it was {friend} who found it .", "{friend} found the {toy} ."),
    ),
)
"""Premise and hypothesis of a fact are told in every pairing. Under each label the facts take turns, and each has
premises with a name, so that none runs out of them: neither side of a pair gives the label away."""

LINKS = tuple(fact.source for fact in FACTS if fact.source in STORYBOOK.links)

TASTES = ("sour", "sweet", "bitter", "salty")
"""The flavours that rule each other out; who could say that vinegar is sharp but not sour?"""

GRAMMAR = replace(
    STORYBOOK,
    links={
        **STORYBOOK.links,
        "taste": link(
            "food flavour", *(" / ".join(row) for row in STORYBOOK.links["taste"].rows.values if row[1] in TASTES)
        ),
    },
)


def entailment_facts(train: int, test: int, seed: int) -> Task[PairExample]:
    """Pairs of a premise and a hypothesis; a third of the things, places and names that decide is held out.

    Entailment: the hypothesis says what the premise says. Contradiction: it says the same with another value.
    Neutral: it tells of something else that the premise leaves open. What has to be known is what the stories tell
    time and again, such as that who goes moo is a cow. The task `entailment` asks for less.

    Args:
        train: number of labelled examples to learn from.
        test: number of examples in each of the two test sets.
        seed: which examples, and which words are held out.

    Raises:
        ValueError: for sizes below 1, and sizes beyond what the grammar can say.
    """
    split = split_grammar(
        seed,
        "entailment-facts",
        lists=("colour",),
        links=LINKS,
        latents=("cast", "places"),
        keep=own_words(text for fact in FACTS for text in (*fact.premises, *fact.hypotheses)),
        grammar=GRAMMAR,
    )
    grammars = {False: split.seen, True: split.unseen}

    def draw(rng: Random, kind: tuple[str, Fact], unseen: bool) -> PairExample | None:
        label, fact = kind
        grammar = grammars[unseen]
        here = scene(rng, grammar)
        asked = rng.choice([other for other in FACTS if other is not fact]) if label == "neutral" else fact
        values = drawn_values(rng, grammar)
        premise = said(rng, rng.choice(fact.premises), here, values, grammar)
        if label == "contradiction":
            here, values = contradicted(rng, fact, here, values, grammar)
        return PairExample(premise, said(rng, rng.choice(asked.hypotheses), here, values, grammar), label)

    groups = [[(label, fact) for fact in FACTS] for label in LABELS]
    return draw_task("entailment-facts", "pair", LABELS, draw, split.held_out, train, test, seed, groups)


Values = Mapping[str, int]
"""Which row of each list and link is the case."""


def drawn_values(rng: Random, grammar: Grammar) -> Values:
    """A row for every list and link that a fact is about, drawn evenly: rare things are as true as frequent ones."""
    sizes = {name: len(table.rows.values) for name, table in grammar.links.items()}
    sizes |= {name: len(words.values) for name, words in grammar.lists.items()}
    return {fact.source: rng.randrange(sizes[fact.source]) for fact in FACTS if fact.source in sizes}


def said(rng: Random, text: str, here: Scene, values: Values, grammar: Grammar) -> str:
    """A template with the scene and these rows; lists that no fact is about are drawn."""
    template = parse(text, grammar)
    drawn = draw_rows(rng, template)
    rows = [values.get(source, row) for source, row in zip(template.sources, drawn, strict=True)]
    return template.realise(here.said, rows)


def contradicted(rng: Random, fact: Fact, here: Scene, values: Values, grammar: Grammar) -> tuple[Scene, Values]:
    """The same scene and rows but for the fact, which has another value."""
    if fact.source == "hero":
        return scene_of(here.friend, here.hero, here.toy, here.place, here.mood), values
    if fact.source == "place":
        topic = next(places for places in grammar.places.values() if here.place in places.values)
        other = rng.choice([place for place in topic.values if place != here.place])
        return scene_of(here.hero, here.friend, here.toy, other, here.mood), values
    if fact.source in grammar.lists:
        cells = list(grammar.lists[fact.source].values)
    else:
        cells = [row[fact.column] for row in grammar.links[fact.source].rows.values]
    others = [row for row, cell in enumerate(cells) if cell != cells[values[fact.source]]]
    return here, {**values, fact.source: rng.choice(others)}
