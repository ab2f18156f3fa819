"""Part-of-speech tags against a list made by hand."""

from __future__ import annotations

import pytest

from bertkit.randomness import python_random
from bertkit.story_world import STORYBOOK, StoryWorld
from bertkit.tasks.parts_of_speech import tag_of, tagged
from bertkit.tasks.telling import Piece, draw_rows, pieces, scene
from bertkit.tasks.word_classes import BY_TAG, IN_CONTEXT, SLOT_TAGS, TAGS

BY_HAND = """
this/DET teddy/NOUN bear/NOUN is/AUX so/ADV cute/ADJ ./PUNCT
the/DET moon/NOUN was/AUX up/ADP ,/PUNCT and/CCONJ mia/PROPN was/AUX ready/ADJ for/ADP bed/NOUN ./PUNCT
mia/PROPN had/AUX brushed/VERB her/PRON teeth/NOUN and/CCONJ put/VERB on/ADP her/PRON pyjamas/NOUN ./PUNCT
could/AUX never/ADV sleep/VERB without/ADP
did/AUX we/PRON not/PART play/VERB
rain/NOUN ran/VERB down/ADP the/DET windows/NOUN
had/VERB nothing/PRON to/PART do/VERB ./PUNCT
they/PRON had/VERB a/DET kite/NOUN like/ADP the/DET sun/NOUN
seeds/NOUN like/VERB to/PART sleep/VERB
he/PRON laid/VERB the/DET patient/NOUN
be/AUX patient/ADJ ,/PUNCT said/VERB dad/NOUN
said/VERB that/SCONJ treasure/NOUN was/AUX never/ADV easy/ADJ
that/DET night/NOUN the/DET moon/NOUN shone/VERB
that/PRON was/AUX fun/NOUN
this/PRON is/AUX my/PRON teddy/NOUN bear/NOUN
as/ADV good/ADJ as/ADP new/ADJ
as/ADP a/DET treat/NOUN there/PRON was/AUX
there/ADV it/PRON lay/VERB
it/PRON was/AUX not/PART there/ADV ./PUNCT
one/NUM by/ADP one/NUM
a/DET bigger/ADJ one/NOUN
oh/INTJ no/INTJ ,/PUNCT the/DET water/NOUN is/AUX coming/VERB
had/VERB no/DET present/NOUN yet/ADV
for/SCONJ it/PRON was/AUX
hold/VERB the/DET teddy/NOUN bear/NOUN for/ADP me/PRON
has/AUX anybody/PRON looked/VERB
it/PRON was/AUX so/ADV orange/ADJ ./PUNCT
do/AUX not/PART worry/VERB
clover/PROPN and/CCONJ lily/PROPN wanted/VERB to/PART bake/VERB
let/VERB us/PRON clear/VERB it/PRON out/ADP
on/ADP monday/PROPN
a/DET rusty/ADJ spoon/NOUN
rusty/PROPN
two/NUM lumps/NOUN of/ADP coal/NOUN
in/ADP the/DET waiting/NOUN room/NOUN
with/ADP a/DET smile/NOUN
what/DET a/DET pity/NOUN
what/PRON is/AUX on/ADP the/DET island/NOUN ?/PUNCT
because/SCONJ it/PRON did/AUX not/PART go/VERB woof/INTJ ./PUNCT
"""
"""Stretches of story sentences with the tags that a reader gives them."""


@pytest.fixture(scope="module")
def tagged_stretches() -> str:
    """All sentences of 2,000 stories with their tags, one a line, each once."""
    world = StoryWorld()
    lines: set[str] = set()
    for story in world.stories(0, 2_000):
        said = world.said(story.latents)
        for step, choice in zip(world.steps[story.latents.plot], story.choices, strict=True):
            example = tagged(pieces(step.values[choice.template], said, choice.rows))
            lines.add(" ".join(f"{word}/{tag}" for word, tag in zip(example.words, example.tags, strict=True)))
    return "\n".join(sorted(f" {line} " for line in lines))


@pytest.mark.parametrize("stretch", BY_HAND.strip().splitlines())
def test_tags_are_those_of_a_reader(tagged_stretches: str, stretch: str) -> None:
    assert f" {stretch} " in tagged_stretches


def test_every_tag_is_known_and_every_word_has_one_usual_tag() -> None:
    words = [word for each in BY_TAG.values() for word in each.split()]
    assert sorted(words) == sorted(set(words))
    assert set(BY_TAG) | {"NOUN", "PUNCT"} == set(TAGS)
    assert set(SLOT_TAGS.values()) <= set(TAGS)
    assert {tag for rules in IN_CONTEXT.values() for tag, _ in rules} <= set(TAGS)


def test_no_rule_is_idle() -> None:
    told = StoryWorld().words
    assert {word for each in BY_TAG.values() for word in each.split()} <= told
    assert set(IN_CONTEXT) <= told
    assert all(
        "*" in pattern.split(" ")
        for rules in IN_CONTEXT.values()
        for _, all_of in rules
        for pattern in all_of.split("|")
    )


@pytest.mark.parametrize(
    ("tokens", "position", "tag"),
    [
        (["to", "{tool.job}"], 0, "PART"),
        (["to", "{place}"], 0, "ADP"),
        (["as", "{x}", "as"], 0, "ADV"),
        (["."], 0, "PUNCT"),
    ],
)
def test_patterns_see_slots_and_neighbours(tokens: list[str], position: int, tag: str) -> None:
    assert tag_of(tokens, position) == tag


def test_an_article_in_a_slot_is_tagged_apart() -> None:
    assert tagged([Piece("an orange", "colour")]).tags == ("DET", "ADJ")
    assert tagged([Piece("an orange", "treat")]).tags == ("DET", "NOUN")
    assert tagged([Piece("a round cheese", "seller.ware")]).tags == ("DET", "ADJ", "NOUN")


def test_pieces_are_the_sentence() -> None:
    world = StoryWorld()
    rng = python_random(0, "pieces")
    for steps in world.steps.values():
        for template in (template for step in steps for template in step.values):
            said, rows = scene(rng, STORYBOOK).said, draw_rows(rng, template)
            assert " ".join(piece.words for piece in pieces(template, said, rows)) == template.realise(said, rows)
