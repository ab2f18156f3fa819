"""The tasks of the story world: the same for a seed, disjoint, balanced, and decided by the words that should."""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bertkit.story_world import STORYBOOK, StoryWorld
from bertkit.tasks import (
    HARDER_TASKS,
    STORY_TASKS,
    PairExample,
    SentenceExample,
    SpanExample,
    Task,
    TokenExample,
)
from bertkit.tasks.baselines import majority, naive_bayes, shared_words, word_overlap
from bertkit.tasks.drawing import draw_task
from bertkit.tasks.entailment import FAMILIES
from bertkit.tasks.entailment_facts import FACTS
from bertkit.tasks.entities import entities
from bertkit.tasks.examples import words_of
from bertkit.tasks.holdout import hold_out, split_grammar, story_counts
from bertkit.tasks.paraphrase import LISTS
from bertkit.tasks.questions import KINDS
from bertkit.tasks.sentiment import sentiment

ROOT = Path(__file__).parents[3]
TASKS = {**STORY_TASKS, **HARDER_TASKS}
NAMES = sorted(TASKS)
ONE_FAST = [pytest.param(name, marks=() if name == "sentiment" else pytest.mark.slow) for name in NAMES]
CLASSIFIED = ["sentiment", "intent", "topic", "entailment", "entailment-facts", "paraphrase", "paraphrase-roles"]
ANSWERED = ["questions", "questions-names"]
SIZES = {"train": 400, "test": 150}
EXAMPLE_OF = {"sentence": SentenceExample, "pair": PairExample, "token": TokenExample, "span": SpanExample}


@cache
def task(name: str, seed: int = 0) -> Task[Any]:
    return TASKS[name](SIZES["train"], SIZES["test"], seed)


def parts(given: Task[Any]) -> tuple[tuple[Any, ...], ...]:
    return given.train, given.test, given.test_unseen


# What a task is made of


@pytest.mark.parametrize("name", ONE_FAST)
def test_a_task_has_the_sizes_and_examples_that_it_says(name: str) -> None:
    given = task(name)
    assert given.name == name
    assert [len(part) for part in parts(given)] == [SIZES["train"], SIZES["test"], SIZES["test"]]
    assert {type(example) for part in parts(given) for example in part} == {EXAMPLE_OF[given.family]}


@pytest.mark.slow
def test_all_four_families_have_a_task() -> None:
    assert {task(name).family for name in NAMES} == set(EXAMPLE_OF)


@pytest.mark.parametrize("name", ONE_FAST)
def test_every_word_is_one_of_the_stories(name: str) -> None:
    told = StoryWorld().words
    assert {word for part in parts(task(name)) for example in part for word in words_of(example)} <= told


@pytest.mark.parametrize("name", ONE_FAST)
def test_no_example_comes_twice(name: str) -> None:
    everything = [example for part in parts(task(name)) for example in part]
    assert len(set(everything)) == len(everything)
    texts = Counter(" ".join(words_of(example)) for example in everything)
    assert texts.most_common(1)[0][1] == 1, "the same text under two labels"


@pytest.mark.parametrize("name", ONE_FAST)
def test_held_out_words_are_in_the_stories_and_in_the_unseen_test_alone(name: str) -> None:
    given = task(name)
    held_out = set(given.held_out)
    assert len(held_out) >= 8
    for part in (given.train, given.test):
        assert held_out.isdisjoint(word for example in part for word in words_of(example))
    assert all(held_out.intersection(words_of(example)) for example in given.test_unseen)
    met = held_out & {word for example in given.test_unseen for word in words_of(example)}
    assert len(met) > len(held_out) / 3
    assert all(story_counts()[word] >= 10 for word in held_out)


@pytest.mark.slow
@pytest.mark.parametrize("name", CLASSIFIED)
def test_labels_are_balanced_in_every_part(name: str) -> None:
    given = task(name)
    for part in parts(given):
        counts = Counter(example.label for example in part)
        assert set(counts) == set(given.labels)
        assert max(counts.values()) - min(counts.values()) <= 1


@pytest.mark.slow
@pytest.mark.parametrize("name", ["entities", "pos"])
def test_every_tag_comes_and_no_other(name: str) -> None:
    given = task(name)
    assert {tag for example in given.train for tag in example.tags} == set(given.labels)
    assert {tag for part in parts(given) for example in part for tag in example.tags} == set(given.labels)


# The same for a seed


@pytest.mark.parametrize("name", NAMES)
def test_a_seed_decides_and_another_differs(name: str) -> None:
    one, again, other = (TASKS[name](30, 12, seed) for seed in (3, 3, 4))
    assert one == again
    assert one.train != other.train
    assert one.test_unseen != other.test_unseen


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_fewer_training_examples_are_the_first_of_more(name: str) -> None:
    few = TASKS[name](20, SIZES["test"], 0)
    assert few.train == task(name).train[:20]
    assert (few.test, few.test_unseen) == (task(name).test, task(name).test_unseen)


@pytest.mark.slow
def test_tasks_do_not_depend_on_hash_order(another_python: Callable[..., str]) -> None:
    program = (
        "from bertkit.tasks import HARDER_TASKS, STORY_TASKS\n"
        "for name, task in sorted({**STORY_TASKS, **HARDER_TASKS}.items()): print(repr(task(8, 4, 1)))"
    )
    assert another_python(program).splitlines() == [repr(TASKS[name](8, 4, 1)) for name in NAMES]


@pytest.mark.parametrize("sizes", [(0, 5), (5, 0), (-1, 5)])
def test_a_size_below_one_is_named(sizes: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match=rf"sentiment: \w+ is {min(sizes)}"):
        sentiment(*sizes, seed=0)


def test_asking_for_more_than_there_is_is_refused() -> None:
    def draw(rng: random.Random, label: str, unseen: bool) -> SentenceExample:
        return SentenceExample("good night ." if unseen else rng.choice(("hello .", "welcome .")), label)

    held_out = frozenset(("night",))
    few = draw_task("greetings", "sentence", ("greet",), draw, held_out, 1, 1, 0, [("greet",)])
    assert {example.text for example in (*few.train, *few.test)} == {"hello .", "welcome ."}
    with pytest.raises(ValueError, match="greetings: after 3 examples there are no more"):
        draw_task("greetings", "sentence", ("greet",), draw, held_out, 2, 1, 0, [("greet",)])


def test_kinds_take_turns_and_so_do_those_of_each() -> None:
    def draw(rng: random.Random, kind: tuple[str, int], unseen: bool) -> SentenceExample:
        label, number = kind
        return SentenceExample(f"{'night' if unseen else 'day'} {number} {rng.random()} .", label)

    kinds = [[("good", number) for number in range(3)], [("bad", 0), ("bad", 1)]]
    given = draw_task("turns", "sentence", ("good", "bad"), draw, frozenset(("night",)), 24, 1, 0, kinds)
    for some in range(2, 25, 2):
        assert [each.label for each in given.train[:some]].count("good") == some // 2
    counts = Counter((each.label, each.text.split()[1]) for each in given.train)
    assert sorted(counts.values()) == [4, 4, 4, 6, 6]
    assert len({each.label for each in given.train[::2]}) == 2, "in random order"


# What is held out


def test_a_third_is_held_out_and_only_words_of_its_own_decide() -> None:
    entries = ("good morning", "good night", "hello", "welcome", "farewell", "goodbye")
    seen: set[str] = set()
    for seed in range(20):
        chosen, words = hold_out(entries, seed, "greetings")
        assert len(chosen) == 2
        assert chosen <= set(entries)
        assert words <= {word for entry in chosen for word in entry.split()}
        assert ("good" in words) == ({"good morning", "good night"} <= chosen)
        seen |= chosen
    assert seen == set(entries)


def test_what_is_rare_in_the_stories_is_never_held_out() -> None:
    with pytest.raises(ValueError, match="fewer than two"):
        hold_out(("hello", "saxophone", "xylophone"), 0)


def test_a_split_grammar_has_every_entry_on_one_side() -> None:
    split = split_grammar(0, "test", lists=("colour",), links=("likeness",), latents=("toys",))
    for whole, seen, unseen in (
        (STORYBOOK.lists["colour"], split.seen.lists["colour"], split.unseen.lists["colour"]),
        (STORYBOOK.links["likeness"].rows, split.seen.links["likeness"].rows, split.unseen.links["likeness"].rows),
        (STORYBOOK.toys, split.seen.toys, split.unseen.toys),
    ):
        assert sorted(map(repr, (*seen.values, *unseen.values))) == sorted(map(repr, whole.values))
        assert 2 <= len(unseen.values) < len(seen.values)
    colours = {row[0] for row in split.seen.links["likeness"].rows.values}
    assert colours.isdisjoint(row[0] for row in split.unseen.links["likeness"].rows.values)
    assert split.seen.cast == split.unseen.cast == STORYBOOK.cast


# What a model must not get for free


@pytest.mark.slow
@pytest.mark.parametrize(("name", "seen", "unseen"), [("sentiment", 0.97, 0.6), ("intent", 0.97, 0.25)])
def test_a_bag_of_words_knows_the_seen_words_and_guesses_at_the_rest(name: str, seen: float, unseen: float) -> None:
    known, guessed = naive_bayes(task(name), lambda example: example.text.split())
    assert known >= seen
    assert guessed <= unseen


@pytest.mark.slow
def test_a_bag_of_words_loses_half_of_the_topics_with_their_words() -> None:
    known, guessed = naive_bayes(task("topic"), lambda example: example.text.split())
    assert known > 0.75
    assert guessed < 0.65


@pytest.mark.slow
@pytest.mark.parametrize("name", ["sentiment", "intent"])
def test_length_decides_nothing(name: str) -> None:
    given = task(name)
    assert max(naive_bayes(given, lambda example: [len(example.text.split())])) < 1 / len(given.labels) + 0.15


PAIRS = ["entailment", "entailment-facts", "paraphrase", "paraphrase-roles"]
BLIND = 0.08
"""How much more than chance a rule may reach that understands nothing, with 1,000 labels and test sets of 400."""


@cache
def large(name: str) -> Task[PairExample]:
    return TASKS[name](1000, 400, 1)


def lengths(example: PairExample) -> list[int]:
    return [len(example.first.split()), -len(example.second.split())]


def length_gap(example: PairExample) -> list[int]:
    return [sum(lengths(example))]


def ends(example: PairExample) -> list[bool]:
    first, second = example.first.split(), example.second.split()
    return [first[place] == second[place] for place in (0, -2)]


def both_bags(example: PairExample) -> list[tuple[int, str]]:
    return [(side, word) for side, text in enumerate((example.first, example.second)) for word in text.split()]


@pytest.mark.slow
@pytest.mark.parametrize("name", PAIRS)
def test_one_side_of_a_pair_decides_nothing(name: str) -> None:
    given = large(name)
    for features in (lambda one: one.first.split(), lambda one: one.second.split(), both_bags, lengths):
        assert max(naive_bayes(given, features)) < 1 / len(given.labels) + BLIND


@pytest.mark.slow
@pytest.mark.parametrize("name", ["entailment", "paraphrase"])
def test_nor_does_what_two_sentences_share(name: str) -> None:
    given = large(name)
    overlap = word_overlap(given)
    assert overlap is not None
    assert max(majority(given)) == pytest.approx(1 / len(given.labels), abs=0.01)
    assert max(overlap) < 1 / len(given.labels) + BLIND
    for features in (lambda one: shared_words(one.first, one.second), length_gap, ends):
        assert max(naive_bayes(given, features)) < 1 / len(given.labels) + BLIND + 0.03


@pytest.mark.slow
@pytest.mark.parametrize(("name", "bound"), [("entailment-facts", 0.55), ("paraphrase-roles", 0.65)])
def test_nor_much_in_the_harder_forms(name: str, bound: float) -> None:
    assert max(word_overlap(large(name)) or ()) < bound


@pytest.mark.slow
@pytest.mark.parametrize("name", ANSWERED)
def test_an_answer_is_no_matter_of_shared_words(name: str) -> None:
    given = task(name)
    assert max(*majority(given), *(word_overlap(given) or ())) < 0.15


@pytest.mark.slow
def test_pairs_with_turned_round_roles_share_many_words() -> None:
    overlaps = defaultdict(list)
    for example in task("paraphrase-roles").train:
        union = set(example.first.split()) | set(example.second.split())
        overlaps[example.label].append(len(shared_words(example.first, example.second)) / len(union))
    means = {label: sum(values) / len(values) for label, values in overlaps.items()}
    assert means["different"] > 0.45
    assert abs(means["same"] - means["different"]) < 0.2


# Sentences


@pytest.mark.slow
def test_the_running_sentence_is_positive() -> None:
    examples = {example.text: example.label for seed in range(6) for example in task("sentiment", seed).train}
    assert examples["this teddy bear is so cute ."] == "positive"
    assert {label for text, label in examples.items() if " ugly " in text} == {"negative"}


# Entities


ENTITY_NAMES = {
    "PERSON": {each.name for each in STORYBOOK.cast.values} | {"joe", "kate", "max"},
    "TOY": {name for toy in STORYBOOK.toys.values for name in (toy.name, toy.short)},
    "PLACE": {p.name.removeprefix("the ") for places in STORYBOOK.places.values() for p in places.values},
}


@pytest.mark.slow
def test_tags_are_well_formed_and_enclose_the_very_names() -> None:
    for part in parts(task("entities")):
        for example in part:
            found = re.findall(r"B-(\w+)((?: I-\w+)*)", " ".join(example.tags))
            assert len(found) == sum(tag[0] == "B" for tag in example.tags)
            assert sum(inside.count("I-") for _, inside in found) == sum(tag[0] == "I" for tag in example.tags)
            for kind, inside in found:
                assert set(inside.split()) <= {f"I-{kind}"}
            for kind, words in spans(example):
                assert words in ENTITY_NAMES[kind], example


def spans(example: TokenExample) -> list[tuple[str, str]]:
    found: list[tuple[str, list[str]]] = []
    for word, tag in zip(example.words, example.tags, strict=True):
        if tag[0] == "B":
            found.append((tag[2:], [word]))
        elif tag[0] == "I":
            found[-1][1].append(word)
    return [(kind, " ".join(words)) for kind, words in found]


@pytest.mark.slow
def test_names_are_tagged_wherever_they_stand() -> None:
    people = {each.name for each in STORYBOOK.cast.values} - {"rusty", "dot"}  # a rusty spoon is no one
    for example in entities(600, 1, 5).train:
        for word, tag in zip(example.words, example.tags, strict=True):
            assert tag == "B-PERSON" or word not in people, example


@pytest.mark.slow
def test_a_table_of_tags_finds_no_entity_that_it_has_not_seen() -> None:
    given = task("entities")
    table: dict[str, Counter[str]] = defaultdict(Counter)
    for example in given.train:
        for word, tag in zip(example.words, example.tags, strict=True):
            table[word][tag] += 1
    found = {
        name: sum(
            word in table and table[word].most_common(1)[0][0] == tag != "O"
            for example in part
            for word, tag in zip(example.words, example.tags, strict=True)
        )
        / sum(tag != "O" for example in part for tag in example.tags)
        for name, part in (("seen", given.test), ("unseen", given.test_unseen))
    }
    assert found["seen"] > 0.9
    assert found["unseen"] < 0.1


# Pairs


def pattern(template: str) -> str:
    """What a template can say, as a regular expression."""
    return ".+".join(re.escape(text) for text in re.split(r"\{[^}]+\}", template)) + "$"


def said_in(sentence: str, lists: Iterable[str]) -> set[str]:
    """Which of the word lists has a phrase that stands in the sentence."""
    return {name for name in lists for phrase in STORYBOOK.lists[name].values if f" {phrase} " in f" {sentence}"}


@pytest.mark.slow
def test_a_hypothesis_says_what_the_premise_means_or_the_opposite_or_leaves_it_open() -> None:
    meanings = {meaning.source: (family, index) for family in FAMILIES for index, meaning in enumerate(family.meanings)}
    hypotheses = {
        pattern(text): (family, index)
        for family in FAMILIES
        for index, meaning in enumerate(family.meanings)
        for text in meaning.hypotheses
    }
    checked: Counter[str] = Counter()
    for example in (one for part in parts(task("entailment")) for one in part):
        (premise,) = {meanings[name] for name in said_in(example.first, meanings)}
        fits = {told for text, told in hypotheses.items() if re.match(text, example.second)}
        assert len(fits) == 1, example
        ((family, meaning),) = fits
        if family is not premise[0]:
            assert (example.label, family.about) == ("neutral", {"toy": "friend", "friend": "toy"}[premise[0].about])
        else:
            assert example.label == ("entailment" if meaning == premise[1] else "contradiction")
        checked[example.label] += 1
    assert min(checked.values()) > 200


@pytest.mark.slow
@pytest.mark.parametrize("name", ["entailment", "paraphrase"])
def test_what_a_hypothesis_names_stands_in_the_premise_too(name: str) -> None:
    for example in (one for part in parts(task(name)) for one in part):
        first, second = (named(text) for text in (example.first, example.second))
        assert second
        assert second <= first, example
        assert name == "entailment" or first == second, example


def named(text: str) -> set[str]:
    """The people, toys and places in a sentence."""
    people = {each.name for each in STORYBOOK.cast.values}
    toys = {toy.name for toy in STORYBOOK.toys.values}
    places = {place.at for known in STORYBOOK.places.values() for place in known.values}
    return {each for each in people | toys | places if f" {each} " in f" {text}"}


@pytest.mark.slow
def test_no_premise_runs_out_under_a_label() -> None:
    """Each meaning and each fact comes as often under one label as under another, however many examples there are."""
    lists = [meaning.source for family in FAMILIES for meaning in family.meanings]
    facts = {pattern(text): fact.source for fact in FACTS for text in fact.premises}
    for name, kinds in (("entailment", len(lists)), ("entailment-facts", len(FACTS))):
        counts: Counter[tuple[str, str]] = Counter()
        for example in large(name).train:
            if name == "entailment":
                (source,) = said_in(example.first, lists)
            else:  # of several templates that fit, the one with most words of its own
                source = facts[max((text for text in facts if re.match(text, example.first)), key=len)]
            counts[example.label, source] += 1
        assert len(counts) == 3 * kinds
        assert max(counts.values()) - min(counts.values()) <= 1


@pytest.mark.slow
def test_things_that_are_said_are_alike_where_their_phrases_mean_the_same() -> None:
    seen: Counter[str] = Counter()
    for example in task("paraphrase").train:
        first, second = (said_in(text, LISTS) for text in (example.first, example.second))
        if len(first) == len(second) == 1 and re.search("said|call", example.first):
            assert (example.label == "same") == (first == second), example
            seen[example.label] += 1
    assert min(seen.values()) > 50


@pytest.mark.slow
def test_a_contradicted_fact_has_another_value_and_an_entailed_one_keeps_it() -> None:
    places = {place.at for known in STORYBOOK.places.values() for place in known.values}
    seen: Counter[str] = Counter()
    for example in task("entailment-facts").train:
        said = [{at for at in places if f" {at} " in f" {text}"} for text in (example.first, example.second)]
        if all(said) and example.label != "neutral":
            seen[example.label] += 1
            assert (example.label == "entailment") == bool(said[0] & said[1]), example
        moo = re.search(r" went moo ", example.first)
        if moo and re.search("the noise|outside", example.second):
            assert (example.label == "entailment") == ("a cow" in example.second)
    assert min(seen["entailment"], seen["contradiction"]) > 4


# Questions


@pytest.mark.slow
@pytest.mark.parametrize("name", ANSWERED)
def test_answers_stand_where_they_are_said_to(name: str) -> None:
    for part in parts(task(name)):
        for example in part:
            assert example.answer == example.passage[example.answer_start : example.answer_end]
            assert not re.search(r"^ | $|^(a|an|the) ", example.answer)
            assert re.match(r"(.* )?$", example.passage[: example.answer_start])
            assert example.passage[example.answer_end] == " "
            assert 3 <= example.passage.count(" .") <= 4
            assert example.question.endswith(" ?")


def candidates(example: SpanExample) -> set[str]:
    """What in the passage is of the answer's kind."""
    kinds = [
        *ENTITY_NAMES.values(),
        {place.at for places in STORYBOOK.places.values() for place in places.values},
        *(set(STORYBOOK.lists[name].values) for name in ("colour", "number", "treat")),
    ]
    return {each for kind in kinds if example.answer in kind for each in kind if f" {each} " in f" {example.passage}"}


@pytest.mark.slow
@pytest.mark.parametrize("name", ANSWERED)
def test_each_passage_has_another_answer_to_another_question(name: str) -> None:
    for part in parts(task(name)):
        for example in part:
            assert len(candidates(example)) >= 2, example


STATEMENTS = {pattern(asked.statement): asked.statement for kind in KINDS.values() for asked in kind}


def statements(example: SpanExample) -> list[str]:
    """Which statement each sentence of the passage is."""
    sentences = [f"{sentence} ." for sentence in example.passage.removesuffix(" .").split(" . ")]
    return [max((text for text in STATEMENTS if re.match(text, each)), key=len) for each in sentences]


@pytest.mark.slow
def test_the_two_answers_stand_in_different_statements_but_in_the_harder_form() -> None:
    twice = {name: sum(len(set(told)) < len(told) for told in map(statements, task(name).train)) for name in ANSWERED}
    assert twice["questions"] == 0
    assert twice["questions-names"] > SIZES["train"] / 6


SLOTS = {
    **{role: [each.name for each in STORYBOOK.cast.values] for role in ("hero", "friend")},
    "toy": [toy.name for toy in STORYBOOK.toys.values],
    "place.at": [place.at for known in STORYBOOK.places.values() for place in known.values],
}


def slots(template: str) -> str:
    """What a template can say, with a group for each slot."""

    def group(slot: re.Match[str]) -> str:
        return f"(?P<{slot[1].replace('.', '_')}>{'|'.join(SLOTS[slot[1]])})"

    text = re.sub(r"\{(hero|friend|toy|place\.at)\}", group, template)
    return re.sub(r"\{(a )?(\w+)\}", r"(?:an? )?(?P<\2>.+)", text).replace(" ?", r" \?").replace(" .", r" \.") + "$"


@pytest.mark.slow
@pytest.mark.parametrize("name", ANSWERED)
def test_one_statement_of_a_passage_answers_the_question(name: str) -> None:
    """Read back from the words: what the question names, a statement that it belongs to names too."""
    known = [(re.compile(slots(text)), asked) for kind in KINDS.values() for asked in kind for text in asked.questions]
    for example in task(name).train:
        answers = set()
        for question, asked in known:
            read = question.match(example.question)
            for sentence in example.passage.removesuffix(" .").split(" . "):
                told = re.match(slots(asked.statement), f"{sentence} .")
                if read and told and read.groupdict().items() <= told.groupdict().items():
                    answers.add(told[asked.answer.replace(".", "_")])
        assert answers == {example.answer}, example


@pytest.mark.slow
def test_all_kinds_of_question_come_as_often() -> None:
    asked = Counter(example.question.split()[0] for example in task("questions").train)
    assert set(asked) == {"where", "who", "what", "how"}
    assert len(KINDS) == 6
    assert asked["where"] == pytest.approx(SIZES["train"] / 6, abs=1)


@pytest.mark.slow
def test_the_answer_stands_in_no_favourite_sentence() -> None:
    shares = Counter(example.passage[: example.answer_start].count(" . ") for example in task("questions").train)
    assert 0.2 < shares[0] / SIZES["train"] < 0.4
