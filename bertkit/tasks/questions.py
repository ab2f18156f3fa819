"""Questions: find in a passage the words that answer a question.

Every passage tells of two children and two toys, and has an answer to the question for each of them. Only one of the
two is asked for, so a model that does not read the question is right half the time at best. The two answers stand in
statements of different wording; in the harder `questions_names` they may come from one, told apart by a name alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random

from bertkit.story_world.grammar import Grammar
from bertkit.story_world.template import Template, parse
from bertkit.tasks.drawing import draw_task
from bertkit.tasks.examples import SpanExample, Task
from bertkit.tasks.holdout import split_grammar
from bertkit.tasks.telling import Scene, draw_rows, own_words, pieces, scene


@dataclass(frozen=True)
class Asked:
    """A statement, the questions that it answers, and the slot whose words are the answer."""

    statement: str
    answer: str
    questions: tuple[str, ...]


KINDS: dict[str, tuple[Asked, ...]] = {
    "where": (
        Asked("there lay the {toy} {place.at} .", "place.at", ("where was the {toy} ?",)),
        Asked("then {hero} saw the {toy} {place.at} .", "place.at", ("where did {hero} see the {toy} ?",)),
        Asked("{hero} laid the {toy} {place.at} to dry .", "place.at", ("where was the {toy} of {hero} ?",)),
        Asked("{friend} sat all alone {place.at} .", "place.at", ("where was {friend} ?", "where did {friend} sit ?")),
        Asked(
            "they built a house of blankets {place.at} for {friend} .",
            "place.at",
            ("where was the house of {friend} ?",),
        ),
    ),
    "who": (
        Asked("then {hero} saw the {toy} {place.at} .", "hero", ("who saw the {toy} ?",)),
        Asked("{friend} held the {toy} very tight .", "friend", ("who held the {toy} ?",)),
        Asked("at school {hero} told a long story about the {toy} .", "hero", ("who told a story about the {toy} ?",)),
        Asked(
            "the {toy} was the nicest thing that {hero} had .",
            "hero",
            ("who thought that the {toy} was the nicest thing ?",),
        ),
        Asked("{friend} picked up the {toy} and brushed off the dust .", "friend", ("who picked up the {toy} ?",)),
    ),
    "what": (
        Asked(
            "then {hero} saw the {toy} {place.at} .",
            "toy",
            ("what did {hero} see ?", "what did {hero} see {place.at} ?"),
        ),
        Asked("{friend} held the {toy} very tight .", "toy", ("what did {friend} hold ?",)),
        Asked(
            "{friend} found the {toy} {place.at} .",
            "toy",
            ("what did {friend} find ?", "what did {friend} find {place.at} ?"),
        ),
        Asked(
            "the {toy} was the nicest thing that {hero} had .", "toy", ("what was the nicest thing that {hero} had ?",)
        ),
    ),
    "colour": (
        Asked("{friend} gave {hero} {a colour} scarf .", "colour", ("what colour was the scarf of {hero} ?",)),
        Asked(
            "{hero} found {a colour} ribbon for the {toy} .", "colour", ("what colour was the ribbon of the {toy} ?",)
        ),
        Asked(
            "dad had made {friend} a kite out of {colour} paper .",
            "colour",
            ("what colour was the kite of {friend} ?",),
        ),
    ),
    "number": (
        Asked("one day {hero} found {number} seeds in a paper bag .", "number", ("how many seeds did {hero} find ?",)),
        Asked(
            "{friend} broke {number} eggs into the bowl .", "number", ("how many eggs were in the bowl of {friend} ?",)
        ),
        Asked(
            "{hero} wrote {number} notes about the {toy} .", "number", ("how many notes were there about the {toy} ?",)
        ),
    ),
    "treat": (
        Asked(
            "as a treat there was {a treat} for {hero} .",
            "treat",
            ("what was there for {hero} ?", "what treat was there for {hero} ?"),
        ),
        Asked("{friend} was given {a treat} by the farmer .", "treat", ("what was given to {friend} ?",)),
        Asked("{hero} had bought {a treat} at the market .", "treat", ("what had {hero} bought ?",)),
    ),
}
"""What can be asked for. The two statements of a passage with an answer to the question are of the same kind.

No other statement, told of the same scene, answers the question in another way.
"""

ARTICLE = re.compile("^an? ")
SOURCES = ("colour", "number", "treat")
STATEMENTS = tuple(asked for kind in KINDS.values() for asked in kind)
ASKED_AS = {asked.statement: asked for asked in STATEMENTS}
"""Every statement once, for the sentences of a passage that nobody asks about."""


def questions(train: int, test: int, seed: int) -> Task[SpanExample]:
    """Passages of three or four sentences, each with one question; a third of all that can be an answer is held out.

    What is asked tells the two answers apart, as what somebody saw from what somebody held, and who is asked about does
    so too.

    Args:
        train: number of labelled examples to learn from.
        test: number of examples in each of the two test sets.
        seed: which examples, and which words are held out.

    Raises:
        ValueError: for sizes below 1, and sizes beyond what the grammar can say.
    """
    return passages("questions", train, test, seed, same_statement=False)


def questions_names(train: int, test: int, seed: int) -> Task[SpanExample]:
    """As `questions`, but both answers can stand in the same statement, once with each name.

    Where they do, only the name that is asked about tells them apart: `mia held the rag doll` from `ben held the kite`.

    Args:
        train: number of labelled examples to learn from.
        test: number of examples in each of the two test sets.
        seed: which examples, and which words are held out.

    Raises:
        ValueError: for sizes below 1, and sizes beyond what the grammar can say.
    """
    return passages("questions-names", train, test, seed, same_statement=True)


def passages(name: str, train: int, test: int, seed: int, same_statement: bool) -> Task[SpanExample]:
    """A task of passages with questions. `same_statement` says that both answers may stand in the same statement."""
    texts = [text for asked in STATEMENTS for text in (asked.statement, *asked.questions)]
    split = split_grammar(seed, name, lists=SOURCES, latents=("cast", "toys", "places"), keep=own_words(texts))
    grammars = {False: split.seen, True: split.unseen}
    templates = {unseen: {text: parse(text, grammar) for text in texts} for unseen, grammar in grammars.items()}

    def draw(rng: Random, kind: str, unseen: bool) -> SpanExample | None:
        return asked_passage(rng, kind, grammars[unseen], templates[unseen], same_statement)

    return draw_task(name, "span", (), draw, split.held_out, train, test, seed, [(kind,) for kind in KINDS])


def asked_passage(
    rng: Random, kind: str, grammar: Grammar, templates: dict[str, Template], same_statement: bool
) -> SpanExample | None:
    """A passage about two scenes and a question about one of them; None where the two are not told apart."""
    one, other = two_scenes(rng, grammar)
    asked = rng.choice(KINDS[kind])
    unasked = rng.choice([each for each in KINDS[kind] if same_statement or each is not asked])
    used = (asked.statement, unasked.statement)
    further = rng.sample([text for text in ASKED_AS if text not in used], rng.choice((1, 2)))
    told = [(asked, one), (unasked, other), *((ASKED_AS[text], rng.choice((one, other))) for text in further)]
    order = rng.sample(range(len(told)), len(told))

    sentences: list[str] = []
    spans: dict[int, tuple[int, int]] = {}
    position = 0
    for index in order:
        statement, here = told[index]
        sentence, start, end = answered(rng, statement, here, templates[statement.statement])
        spans[index] = (position + start, position + end)
        position += len(sentence) + 1
        sentences.append(sentence)
    passage = " ".join(sentences)
    if passage[slice(*spans[0])] == passage[slice(*spans[1])]:
        return None
    question = templates[rng.choice(asked.questions)].realise(one.said, ())
    return SpanExample(question, passage, *spans[0])


def two_scenes(rng: Random, grammar: Grammar) -> tuple[Scene, Scene]:
    """Two scenes that share no one and nothing."""
    while True:
        one, other = scene(rng, grammar), scene(rng, grammar)
        people = {each.name for each in (one.hero, one.friend, other.hero, other.friend)}
        if len(people) == 4 and one.toy != other.toy and one.place != other.place:
            return one, other


def answered(rng: Random, asked: Asked, here: Scene, template: Template) -> tuple[str, int, int]:
    """A statement as told in a scene, and where in it its answer begins and ends, in characters."""
    position = 0
    start = end = -1
    spoken = pieces(template, here.said, draw_rows(rng, template))
    for piece in spoken:
        if piece.slot == asked.answer:
            # The answer is the bare name of the thing: a drawn article stays outside.
            article = len(piece.words) - len(ARTICLE.sub("", piece.words))
            start, end = position + article, position + len(piece.words)
        position += len(piece.words) + 1
    return " ".join(piece.words for piece in spoken), start, end
