"""Entailment by meaning: does a premise make a hypothesis true, contradict it, or leave it open?

In the premise someone says or does something; the hypothesis says what that means. It is one of two meanings, such as
that a toy is liked or disliked. Which one, the stories teach: praise and scorn come in company of their own. Word pairs
that only one sentence teaches are asked for by `entailment_facts`, which is harder.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from bertkit.story_world import STORYBOOK
from bertkit.story_world.template import parse
from bertkit.tasks.drawing import draw_task
from bertkit.tasks.examples import PairExample, Task
from bertkit.tasks.holdout import split_grammar
from bertkit.tasks.telling import draw_rows, own_words, scene

LABELS = ("entailment", "neutral", "contradiction")


@dataclass(frozen=True)
class Meaning:
    """One of the two meanings of a family.

    source: the word list that a premise draws from to say it.
    hypotheses: sentences that say it.
    """

    source: str
    hypotheses: tuple[str, ...]


@dataclass(frozen=True)
class MeaningFamily:
    """Two meanings that rule each other out, and premises that say either, as their phrase decides.

    premises: templates with the slot `{phrase}` or `{a phrase}`. Each names hero, friend and toy, so that whatever
        hypothesis follows, what it names stood in the premise.
    about: "toy" or "friend". What is thought of a toy and what is done to it go together too often; a sentence about
        one of them leaves open what is said of the other.
    """

    about: str
    premises: tuple[str, ...]
    meanings: tuple[Meaning, Meaning]


FAMILIES = (
    MeaningFamily(
        "toy",
        (
            "this {toy} is so {phrase} , said {hero} to {friend} .",
            "what {a phrase} {toy} , {friend} , said {hero} .",
            "{hero} told {friend} that the {toy} was very {phrase} .",
            "{hero} had never seen such {a phrase} {toy} as that of {friend} .",
            "is there anything as {phrase} as this {toy} ? {hero} asked {friend} .",
            "how very {phrase} , said {hero} when {friend} held out the {toy} .",
        ),
        (
            Meaning(
                "approval",
                (
                    "{hero} liked the {toy} very much .",
                    "{hero} had something good to say about the {toy} .",
                    "the {toy} was just what {hero} liked .",
                    "{hero} loved the look of the {toy} .",
                ),
            ),
            Meaning(
                "scorn",
                (
                    "{hero} did not like the {toy} at all .",
                    "{hero} had nothing good to say about the {toy} .",
                    "the {toy} was not what {hero} liked .",
                    "{hero} did not want the {toy} .",
                ),
            ),
        ),
    ),
    MeaningFamily(
        "toy",
        (
            "{friend} held out the {toy} , and {hero} {phrase} .",
            "when {friend} came with the {toy} , {hero} {phrase} .",
            "{hero} looked at the {toy} of {friend} and {phrase} .",
            "{friend} put down the {toy} , and then {hero} {phrase} .",
            "{hero} saw {friend} with the {toy} and {phrase} .",
        ),
        (
            Meaning(
                "kind_act",
                (
                    "{hero} was kind to the {toy} .",
                    "{hero} was good to the {toy} .",
                    "{hero} made the {toy} happy .",
                    "the {toy} had a real friend in {hero} .",
                ),
            ),
            Meaning(
                "unkind_act",
                (
                    "{hero} was unkind to the {toy} .",
                    "{hero} was rude to the {toy} .",
                    "{hero} made the {toy} sad .",
                    "the {toy} had no friend in {hero} .",
                ),
            ),
        ),
    ),
    MeaningFamily(
        "friend",
        (
            "{phrase} , {friend} , said {hero} with the {toy} under one arm .",
            "{phrase} , said {hero} , and the {toy} looked at {friend} .",
            "with the {toy} by the hand {hero} called , {phrase} , {friend} .",
            "{hero} , who had the {toy} , said to {friend} , {phrase} .",
            "{phrase} , called {hero} , and waved to {friend} with the {toy} .",
        ),
        (
            Meaning(
                "greeting",
                (
                    "{hero} and {friend} had just met .",
                    "until then {hero} had not said a word to {friend} that day .",
                    "before that {hero} had not seen {friend} that day .",
                    "{hero} saw {friend} for the first time that day .",
                ),
            ),
            Meaning(
                "parting",
                (
                    "it was time for {hero} to leave {friend} .",
                    "after that {hero} did not say a word to {friend} that day .",
                    "{hero} would see no more of {friend} that day .",
                    "{hero} and {friend} had no more time that day .",
                ),
            ),
        ),
    ),
    MeaningFamily(
        "friend",
        (
            "{phrase} , {friend} , said {hero} , and put down the {toy} .",
            "{hero} took the {toy} and said to {friend} , {phrase} .",
            "{phrase} , said {hero} to {friend} , and the {toy} looked on .",
            "{hero} looked at {friend} and the {toy} and said , {phrase} .",
            "{phrase} , cried {hero} , and gave {friend} the {toy} to hold .",
        ),
        (
            Meaning(
                "cheer",
                (
                    "{friend} had done something very well .",
                    "{hero} saw that all had gone well for {friend} .",
                    "{hero} was happy for {friend} .",
                    "{hero} was proud of {friend} .",
                ),
            ),
            Meaning(
                "comfort",
                (
                    "{friend} was sad or worried .",
                    "{hero} saw that something had gone wrong for {friend} .",
                    "{hero} wanted to help {friend} , who was not happy .",
                    "{hero} was sorry for {friend} .",
                ),
            ),
        ),
    ),
)

KINDS = tuple(tuple((label, family, meaning) for family in FAMILIES for meaning in (0, 1)) for label in LABELS)
"""Under every label each family's premise takes turns in both meanings. The hypotheses then do as well."""


def entailment(train: int, test: int, seed: int) -> Task[PairExample]:
    """Pairs of a premise and a hypothesis; a third of the phrases that decide is held out.

    Entailment: the hypothesis says what the premise means. Contradiction: it says the opposite. Neutral: it tells of
    something else that the premise leaves open. Every premise and every hypothesis comes as often under each label.
    Whoever knows which frames are about a toy and which about a friend finds the neutral pairs, and so reaches two
    thirds; for the rest the phrase has to be understood.

    Args:
        train: number of labelled examples to learn from.
        test: number of examples in each of the two test sets.
        seed: which examples, and which phrases are held out.

    Raises:
        ValueError: for sizes below 1, and sizes beyond what the grammar can say.
    """
    meanings = [meaning for family in FAMILIES for meaning in family.meanings]
    hypotheses = [text for meaning in meanings for text in meaning.hypotheses]
    fixed = own_words([*hypotheses, *(text for family in FAMILIES for text in family.premises)])
    split = split_grammar(seed, "entailment", lists=[meaning.source for meaning in meanings], keep=fixed)
    grammars = {False: split.seen, True: split.unseen}

    def draw(rng: Random, kind: tuple[str, MeaningFamily, int], unseen: bool) -> PairExample:
        label, family, meaning = kind
        here = scene(rng, STORYBOOK)
        text = rng.choice(family.premises).replace("phrase}", f"{family.meanings[meaning].source}}}")
        premise = parse(text, grammars[unseen])
        if label == "neutral":
            family, meaning = rng.choice([other for other in FAMILIES if other.about != family.about]), rng.randrange(2)
        elif label == "contradiction":
            meaning = 1 - meaning
        hypothesis = parse(rng.choice(family.meanings[meaning].hypotheses), STORYBOOK)
        return PairExample(
            premise.realise(here.said, draw_rows(rng, premise)), hypothesis.realise(here.said, ()), label
        )

    return draw_task("entailment", "pair", LABELS, draw, split.held_out, train, test, seed, KINDS)
