"""Named entities: the people, the toys and the places of a story sentence, one BIO tag a word."""

from __future__ import annotations

from functools import cache
from random import Random

from bertkit.story_world import STORYBOOK, Latents, StoryWorld
from bertkit.tasks.drawing import draw_task
from bertkit.tasks.examples import Task, TokenExample
from bertkit.tasks.holdout import split_grammar
from bertkit.tasks.telling import Piece, pieces

LABELS = ("O", "B-PERSON", "B-TOY", "I-TOY", "B-PLACE", "I-PLACE")
"""BIO tags (Ramshaw and Marcus 1995, arXiv cmp-lg/9505040). All people's names are of one word."""

SLOTS = {
    "hero": "PERSON",
    "friend": "PERSON",
    "toy": "TOY",
    "toy.short": "TOY",
    "place": "PLACE",
    "place.at": "PLACE",
}
"""Which slots name an entity. Pronouns do not, and neither do kinship words: they are no names."""

NAMES_IN_LISTS = frozenset(("joe", "kate", "max"))
"""The word lists name some people too, as in `uncle joe`."""


def entities(train: int, test: int, seed: int) -> Task[TokenExample]:
    """Sentences of stories with every name, toy and place marked; a third of each is held out.

    The tags follow from the slots that the words filled. The article and the preposition before a place do not
    belong to it. A sentence that has a place's word outside its slot is left out: a reader would mark it as well.

    Args:
        train: number of labelled examples to learn from.
        test: number of examples in each of the two test sets.
        seed: which examples, and which entities are held out.

    Raises:
        ValueError: for sizes below 1, and sizes beyond what the grammar can say.
    """
    split = split_grammar(seed, "entities", latents=("cast", "toys", "places"))
    worlds = {False: StoryWorld(split.seen), True: StoryWorld(split.unseen)}

    def draw(rng: Random, _: str, unseen: bool) -> TokenExample | None:
        found = tagged_story(worlds[unseen], rng)
        return rng.choice(found) if found else None

    return draw_task("entities", "token", LABELS, draw, split.held_out, train, test, seed, [("",)])


def tagged_story(world: StoryWorld, rng: Random) -> list[TokenExample]:
    """Tell a story and tag those of its sentences that name someone or something and are not in doubt."""
    story = world.sample(rng)
    said = world.said(story.latents)
    steps = zip(world.steps[story.latents.plot], story.choices, strict=True)
    told = (tagged(pieces(step.values[choice.template], said, choice.rows), story.latents) for step, choice in steps)
    return [example for example in told if example is not None and set(example.tags) != {"O"}]


def tagged(sentence: list[Piece], latents: Latents) -> TokenExample | None:
    """Words and tags of a sentence, or None where a place's word stands outside its slot."""
    lengths = {"toy": len(latents.toy.name.split(" ")), "toy.short": 1, "hero": 1, "friend": 1}
    lengths["place"] = lengths["place.at"] = len(latents.place.name.removeprefix("the ").split(" "))
    words: list[str] = []
    tags: list[str] = []
    elsewhere: list[str] = []
    for piece in sentence:
        spoken = piece.words.split(" ")
        words += spoken
        if piece.slot in SLOTS:
            # What names the entity stands last in its slot: before it there are only articles and prepositions.
            kind, length = SLOTS[piece.slot], lengths[piece.slot]
            tags += ["O"] * (len(spoken) - length) + [f"B-{kind}"] + [f"I-{kind}"] * (length - 1)
            elsewhere.append("|")
        else:
            tags += ["B-PERSON" if word in NAMES_IN_LISTS else "O" for word in spoken]
            elsewhere += spoken
    if any(f" {place} " in f" {' '.join(elsewhere)} " for place in place_names()):
        return None
    return TokenExample(tuple(words), tuple(tags))


@cache
def place_names() -> frozenset[str]:
    """The places of all stories, without their articles."""
    return frozenset(place.name.removeprefix("the ") for kind in STORYBOOK.places.values() for place in kind.values)
