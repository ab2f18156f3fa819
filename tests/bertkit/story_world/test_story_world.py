"""The story world: the same stories for a seed, drawn as declared, in clean English."""

from __future__ import annotations

import ast
import hashlib
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import pytest
from scipy.special import bdtr, bdtrc

import bertkit.story_world
from bertkit.story_world import STORYBOOK, Story, StoryWorld
from bertkit.story_world.grammar import Grammar, Link, Plot, Weighted, link, step, weighted, zipf
from bertkit.story_world.lexicon import CAST, MOODS, PLACES, TOYS
from bertkit.story_world.template import with_article

pytestmark = pytest.mark.filterwarnings("error")

ROOT = Path(__file__).parents[3]
RUNNING_SENTENCE = "this teddy bear is so cute ."
FALSE_ALARM = 1e-6  # how often a right world may fail one of the frequency tests


@pytest.fixture(scope="module")
def world() -> StoryWorld:
    return StoryWorld()


@pytest.fixture(scope="module")
def stories(world: StoryWorld) -> list[Story]:
    return list(world.stories(seed=2024, count=20_000))


def digest(stories: Iterable[Story]) -> str:
    return hashlib.sha256("\n".join(story.text for story in stories).encode()).hexdigest()


# The same stories for a seed


def test_story_k_does_not_depend_on_count(world: StoryWorld) -> None:
    long = list(world.stories(seed=5, count=60))
    assert list(world.stories(seed=5, count=20)) == long[:20]
    assert [world.story(5, index) for index in (59, 0, 31)] == [long[59], long[0], long[31]]
    assert len(long) == 60
    assert len({story.text for story in long}) > 55


def test_seeds_differ_and_a_second_world_tells_the_same(world: StoryWorld) -> None:
    assert digest(world.stories(seed=1, count=50)) == digest(StoryWorld().stories(seed=1, count=50))
    assert digest(world.stories(seed=1, count=50)) != digest(world.stories(seed=2, count=50))


def test_stories_come_lazily(world: StoryWorld) -> None:
    assert len(list(islice(world.stories(seed=0, count=10**12), 3))) == 3
    assert list(world.stories(seed=0, count=0)) == []


def test_global_random_state_is_neither_read_nor_moved(world: StoryWorld) -> None:
    random.seed(1)
    before = random.getstate()
    first = digest(world.stories(seed=9, count=30))
    assert random.getstate() == before
    random.seed(2)
    assert digest(world.stories(seed=9, count=30)) == first


def test_sample_draws_from_the_generator_it_is_given(world: StoryWorld) -> None:
    rng = random.Random(4)
    first, second = world.sample(rng), world.sample(rng)
    assert first != second
    assert world.sample(random.Random(4)) == first


def test_stories_do_not_depend_on_hash_order(world: StoryWorld, another_python: Any) -> None:
    program = (
        "from bertkit.story_world import StoryWorld;"
        "print('\\n'.join(s.text for s in StoryWorld().stories(seed=7, count=200)))"
    )
    assert another_python(program).splitlines() == [story.text for story in world.stories(seed=7, count=200)]


# Drawn as declared


def assert_as_declared(samples: list[tuple[str, Weighted[Any], Counter[int]]]) -> None:
    """Every count lies where the exact binomial puts it, but for a FALSE_ALARM over all of them."""
    cells = sum(len(choice.values) for _, choice, _ in samples)
    for name, choice, counts in samples:
        total = sum(counts.values())
        for index, weight in enumerate(choice.weights):
            share, count = weight / sum(choice.weights), counts[index]
            low = bdtr(count, total, share)
            high = bdtrc(count - 1, total, share) if count else 1.0
            if share < 1:
                assert 2 * min(low, high) > FALSE_ALARM / cells, (
                    f"{name}: {choice.values[index]!r} came {count} times of {total}, declared {share:.4f}"
                )


def test_frequency_check_can_fail() -> None:
    choice: Weighted[Any] = weighted(("heads", 1), ("tails", 1))
    assert_as_declared([("coin", choice, Counter({0: 5_050, 1: 4_950}))])
    with pytest.raises(AssertionError, match="coin"):
        assert_as_declared([("coin", choice, Counter({0: 5_400, 1: 4_600}))])


@pytest.mark.slow
def test_latents_come_as_declared(world: StoryWorld, stories: list[Story]) -> None:
    grammar = world.grammar
    plots = [plot.name for plot in grammar.plots.values]
    samples: list[tuple[str, Weighted[Any], Counter[int]]] = [
        ("plot", grammar.plots, Counter(plots.index(story.latents.plot) for story in stories)),
        ("hero", grammar.cast, Counter(grammar.cast.values.index(story.latents.hero) for story in stories)),
        ("toy", grammar.toys, Counter(grammar.toys.values.index(story.latents.toy) for story in stories)),
        ("mood", grammar.moods, Counter(grammar.moods.values.index(story.latents.mood) for story in stories)),
    ]
    for topic, places in grammar.places.items():
        told = [story.latents.place for story in stories if story.topic == topic]
        assert told
        samples.append((f"place in {topic}", places, Counter(places.values.index(place) for place in told)))
    for hero in grammar.cast.values:
        others = Weighted(
            grammar.cast.values,
            tuple(0.0 if c == hero else w for c, w in zip(grammar.cast.values, grammar.cast.weights, strict=True)),
        )
        told_friends = [story.latents.friend for story in stories if story.latents.hero == hero]
        assert hero not in told_friends
        samples.append((f"friend of {hero.name}", others, Counter(others.values.index(f) for f in told_friends)))
    assert_as_declared(samples)


@pytest.mark.slow
def test_templates_and_slots_come_as_declared(world: StoryWorld, stories: list[Story]) -> None:
    templates: dict[tuple[str, int], Counter[int]] = {}
    rows: dict[str, Counter[int]] = {}
    for story in stories:
        for number, choice in enumerate(story.choices):
            templates.setdefault((story.latents.plot, number), Counter())[choice.template] += 1
            sources = world.steps[story.latents.plot][number].values[choice.template].sources
            for source, row in zip(sources, choice.rows, strict=True):
                rows.setdefault(source, Counter())[row] += 1
    samples: list[tuple[str, Weighted[Any], Counter[int]]] = [
        (f"step {number} of {plot.name}", declared, templates[plot.name, number])
        for plot in world.grammar.plots.values
        for number, declared in enumerate(plot.steps)
    ]
    samples += [(name, words, rows[name]) for name, words in world.grammar.lists.items()]
    samples += [(name, table.rows, rows[name]) for name, table in world.grammar.links.items()]
    assert_as_declared(samples)


def test_two_lists_in_one_sentence_are_independent() -> None:
    grammar = small_grammar("the {colour} bird ate {a meal} .")
    lists = {"colour": weighted(("red", 1), ("blue", 1)), "meal": weighted(("pea", 1), ("nut", 3))}
    fair = replace(grammar, lists=lists)
    counts = Counter(story.text for story in StoryWorld(fair).stories(seed=1, count=8_000))
    texts = tuple(f"the {colour} bird ate a {meal} ." for colour in ("red", "blue") for meal in ("pea", "nut"))
    joint: Weighted[Any] = Weighted(texts, (1.0, 3.0, 1.0, 3.0))
    assert_as_declared([("pair", joint, Counter({texts.index(text): count for text, count in counts.items()}))])


def filled(story: Story, number: int, grammar: Grammar) -> str:
    """Sentence `number` filled anew from the raw data, without the package's parser."""
    plot = next(plot for plot in grammar.plots.values if plot.name == story.latents.plot)
    choice = story.choices[number]
    rows: dict[str, int] = {}

    def words(match: re.Match[str]) -> str:
        article, _, rest = match[1].rpartition(" ")
        head, _, column = rest.partition(".")
        if head in ("hero", "friend", "toy", "place", "mood"):
            said = str(getattr(getattr(story.latents, head), column or "name"))
        else:
            if head not in rows:
                rows[head] = choice.rows[len(rows)]
            if column:
                table = grammar.links[head]
                said = table.rows.values[rows[head]][table.columns.index(column)]
            else:
                said = grammar.lists[head].values[rows[head]]
        return f"{'an' if said[0] in 'aeiou' or said.startswith('honest') else 'a'} {said}" if article else said

    return re.sub(r"\{([^}]*)\}", words, plot.steps[number].values[choice.template])


@pytest.mark.slow
def test_every_sentence_is_its_template_filled_as_recorded(world: StoryWorld, stories: list[Story]) -> None:
    for story in stories[:2_000]:
        for number, sentence in enumerate(story.sentences):
            assert sentence == filled(story, number, world.grammar)


# The words


@pytest.mark.slow
def test_words_are_exactly_what_the_grammar_can_say(world: StoryWorld, stories: list[Story]) -> None:
    sampled = {token for story in stories for token in story.text.split(" ")}
    assert sampled <= world.words
    reachable: set[str] = set()
    base = {story.latents.plot: story.latents for story in stories}
    for plot, latents in base.items():
        grammar = world.grammar
        variants = [replace(latents, hero=hero, friend=hero) for hero in grammar.cast.values]
        variants += [replace(latents, toy=toy) for toy in grammar.toys.values]
        variants += [replace(latents, mood=mood) for mood in grammar.moods.values]
        variants += [replace(latents, place=place) for place in grammar.places[world.topics[plot]].values]
        for templates in world.steps[plot]:
            for template in templates.values:
                first = [0] * len(template.choices)
                for variant in variants:
                    reachable.update(template.realise(world.said(variant), first).split(" "))
                for source, choice in enumerate(template.choices):
                    for row in range(len(choice.values)):
                        rows = [*first[:source], row, *first[source + 1 :]]
                        reachable.update(template.realise(world.said(latents), rows).split(" "))
    assert reachable == world.words


def test_world_is_as_rich_as_promised(world: StoryWorld) -> None:
    assert len(world.words) >= 600
    assert len(world.grammar.plots.values) >= 14
    for plot in world.grammar.plots.values:
        assert 5 <= len(plot.steps) <= 8, plot.name
        assert all(len(alternatives.values) >= 3 for alternatives in plot.steps), plot.name


def test_nothing_in_the_data_lies_idle(world: StoryWorld) -> None:
    used = {s for steps in world.steps.values() for st in steps for t in st.values for s in t.sources}
    assert used == set(world.grammar.lists) | set(world.grammar.links)
    assert set(world.topics.values()) == set(world.grammar.places)
    for name in world.grammar.links:
        columns = {
            match
            for plot in world.grammar.plots.values
            for alternatives in plot.steps
            for text in alternatives.values
            for match in re.findall(rf"\{{(?:a )?{name}\.([a-z]+)\}}", text)
        }
        assert columns == set(world.grammar.links[name].columns), name


# The English


@pytest.mark.slow
def test_a_and_an_agree_with_what_follows(stories: list[Story]) -> None:
    followers: dict[str, set[str]] = {"a": set(), "an": set()}
    for story in stories[:5_000]:
        for word, following in pairwise(story.text.split(" ")):
            if word in followers:
                followers[word].add(following)
    assert {word for word in followers["a"] if word[0] in "aeiou"} <= {"unicorn", "useful", "one"}
    assert {word for word in followers["an"] if word[0] not in "aeiou"} == {"honest"}
    assert len(followers["an"]) > 15


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("apple", "an apple"),
        ("red kite", "a red kite"),
        ("honest boy", "an honest boy"),
        ("unicorn", "a unicorn"),
    ],
)
def test_with_article(words: str, expected: str) -> None:
    assert with_article(words) == expected


@pytest.mark.slow
def test_sentences_are_clean_tokens_with_an_end(stories: list[Story]) -> None:
    sentence_form = re.compile(r"[a-z]+( [a-z]+| [,.!?])* [.!?]")
    for story in stories:
        for sentence in story.sentences:
            assert sentence_form.fullmatch(sentence), sentence
        assert story.text == " ".join(story.sentences)


@pytest.mark.slow
def test_no_word_or_mark_stands_twice_in_a_row(stories: list[Story]) -> None:
    meant = {"tap", "crunch", "peep", "drip", "toot"}
    for story in stories[:5_000]:
        for word, following in pairwise(story.text.split(" ")):
            assert word != following or word in meant, story.text
            assert not (word in {",", ".", "!", "?"} and following in {",", ".", "!", "?"}), story.text


@pytest.mark.slow
def test_teddy_is_always_followed_by_bear(world: StoryWorld, stories: list[Story]) -> None:
    pairs = [pair for story in stories for pair in pairwise(story.text.split(" ")) if pair[0] == "teddy"]
    assert len(pairs) > 1_000
    assert {following for _, following in pairs} == {"bear"}


@pytest.mark.slow
def test_running_sentence_is_told_often(stories: list[Story]) -> None:
    assert sum(RUNNING_SENTENCE in story.sentences for story in stories) > len(stories) / 100


@pytest.mark.slow
@pytest.mark.parametrize(
    ("pattern", "form"),
    [
        (r"(\w+) had brushed (\w+) teeth and put on \w+", "their"),
        (r"(\w+) stood on (\w+) toes", "their"),
        (r"(\w+) was \w+ , so mum gave (\w+) ", "them"),
        (r"thank you , said (\w+) , and (\w+) meant it", "they"),
        (r"(\w+) waded in up to (\w+) knees", "their"),
    ],
)
def test_pronouns_agree_with_the_one_named(stories: list[Story], pattern: str, form: str) -> None:
    pronouns = {character.name: getattr(character, form) for character in CAST.values}
    found = {match.groups() for story in stories for s in story.sentences if (match := re.match(pattern, s))}
    assert len({pronoun for _, pronoun in found}) == 3
    assert {pronoun for name, pronoun in found if pronouns[name] != pronoun} == set()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        (r"their (?P<colour>\w+) kite looked like (?P<thing>.+) \.", "likeness"),
        (r"\w+ put on \w+ (?P<garment>[a-z ]+?) because it was (?P<sky>\w+) ", "weather"),
        (r"one parcel was (?P<shape>\w+) , and inside it was an? (?P<gift>.+) \.", "parcel"),
        (r"(?P<number>\w+) candles and one for luck made (?P<next>\w+) \.", "sum"),
        (r"hand me the (?P<name>.+) , said grandpa , i must (?P<job>.+) \.", "tool"),
        (r"between the weeds (?P<moved>\w+) an? (?P<animal>\w+) \.", "sea_motion"),
    ],
)
def test_linked_words_agree(world: StoryWorld, stories: list[Story], pattern: str, name: str) -> None:
    table: Link = world.grammar.links[name]
    matches = [match for story in stories for s in story.sentences if (match := re.fullmatch(pattern + ".*", s))]
    rows = {tuple(match[column] for column in table.columns) for match in matches}
    assert len(rows) > 4
    assert rows <= set(table.rows.values)


@pytest.mark.slow
def test_every_third_story_has_a_linked_pair(world: StoryWorld, stories: list[Story]) -> None:
    def has_link(story: Story) -> bool:
        steps = world.steps[story.latents.plot]
        told = (templates.values[choice.template] for templates, choice in zip(steps, story.choices, strict=True))
        return any(source in world.grammar.links for template in told for source in template.sources)

    assert sum(map(has_link, stories)) > len(stories) / 3


@pytest.mark.slow
def test_neighbouring_sentences_need_not_share_a_content_word(stories: list[Story]) -> None:
    frequent = Counter(token for story in stories for token in set(story.text.split(" ")))
    names = {character.name for character in CAST.values}
    function_words = {token for token, _ in frequent.most_common(60)} - names
    shared = [
        bool(set(one.split(" ")) & set(other.split(" ")) - function_words)
        for story in stories[:5_000]
        for one, other in pairwise(story.sentences)
    ]
    assert 0.1 < sum(shared) / len(shared) < 0.5


# Refused when malformed


SMALL_LISTS: dict[str, Weighted[str]] = {
    "colour": zipf("red, blue"),
    "meal": zipf("pea, nut"),
    "nothing": weighted(),
    "loud": zipf("Bang"),
    "free": weighted(("red", 1), ("blue", 0)),
    "twice": zipf("red, red"),
}
SMALL_LINKS = {
    "pair": link("one two", "red / fire", "blue / sea"),
    "short": link("one two", "red / fire", "blue"),
    "debt": link("one two", (-1, "red / fire")),
}


def small_grammar(template: str, weight: float = 1.0) -> Grammar:
    """One plot of one step with one template, and the lists and links that it names."""
    return Grammar(
        plots=weighted((Plot("tale", "garden", (step((weight, template)),)), 1)),
        cast=CAST,
        toys=TOYS,
        moods=MOODS,
        places=PLACES,
        lists={name: words for name, words in SMALL_LISTS.items() if name in template},
        links={name: table for name, table in SMALL_LINKS.items() if name in template},
    )


@pytest.mark.parametrize(
    ("template", "problem"),
    [
        ("the {color} bird sang .", "unknown slot {color}"),
        ("the {hero.shoe} was wet .", "unknown slot {hero.shoe}"),
        ("the {pair.three} sea .", "unknown slot {pair.three}"),
        ("the {colour.one} sea .", "unknown slot {colour.one}"),
        ("the {pair} sea .", "unknown slot {pair}"),
        ("{nothing} was there .", "'nothing' is empty"),
        ("{free} was the bird .", "weight of 'blue' is 0.0"),
        ("{debt.one} was the bird .", "is -1.0"),
        ("{twice} was the bird .", "'red' stands there twice"),
        ("{loud} went the drum .", "'Bang'"),
        ("{short.two} was near .", "'short' has columns"),
        ("The bird sang .", "'The'"),
        ("the bird  sang .", "''"),
        ("the bird sang.", "'sang.'"),
        ("the bird sang", "ends in"),
        ("the caf\u00e9 was shut .", "caf"),
        ("the {colour and {meal} .", "'{colour'"),
        ("{colour} and {colour} .", "draws twice from 'colour'"),
        ("there was a {colour} bird .", "write {a colour}"),
    ],
)
def test_a_bad_template_is_named(template: str, problem: str) -> None:
    with pytest.raises(ValueError, match=re.escape(problem)) as caught:
        StoryWorld(small_grammar(template))
    assert repr(template) in str(caught.value)


@pytest.mark.parametrize("weight", [0.0, -2.0, float("nan"), float("inf")])
def test_a_template_needs_a_positive_weight(weight: float) -> None:
    with pytest.raises(ValueError, match=rf"plot 'tale', step 1: the weight of 'it rained \.' is {weight}"):
        StoryWorld(small_grammar("it rained .", weight))


def sound(**changes: object) -> Grammar:
    return replace(small_grammar("{pair.one} was like {pair.two} ."), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"cast": weighted((CAST.values[0], 1))}, "'mia'; the hero needs a friend"),
        ({"toys": weighted((replace(TOYS.values[0], name="Teddy"), 1))}, "toy 'Teddy': name"),
        ({"moods": weighted()}, "the moods is empty"),
        ({"places": {}}, "topic 'garden' has no places"),
        ({"lists": {"idle": weighted()}}, "list 'idle' is empty"),
        ({"plots": weighted((Plot("tale", "garden", ()), 1))}, "plot 'tale' has no steps"),
        ({"plots": weighted((Plot("tale", "garden", (weighted(),)), 1))}, "plot 'tale', step 1 is empty"),
    ],
)
def test_a_bad_latent_is_named(changes: dict[str, object], problem: str) -> None:
    assert StoryWorld(sound()).story(0, 0).sentences[0] in ("red was like fire .", "blue was like sea .")
    with pytest.raises(ValueError, match=re.escape(problem)):
        StoryWorld(sound(**changes))


@pytest.mark.parametrize(
    ("seed", "count", "named"),
    [
        ("one", 3, "seed has to be an int, not 'one'"),
        (1.0, 3, "not 1.0"),
        (None, 3, "not None"),
        (True, 3, "not True"),
        (0, -1, "count has to be 0 or more, not -1"),
        (0, 2.5, "count has to be an int, not 2.5"),
        (0, "3", "not '3'"),
        (0, False, "not False"),
    ],
)
def test_bad_seed_or_count_is_named_at_once(world: StoryWorld, seed: object, count: object, named: str) -> None:
    with pytest.raises(ValueError, match=re.escape(named)):
        world.stories(seed=seed, count=count)  # type: ignore[arg-type]


# What it costs


def test_twenty_thousand_sentences_a_second(world: StoryWorld) -> None:
    def rate() -> float:
        start = time.process_time()
        told = sum(len(story.sentences) for story in world.stories(seed=3, count=400))
        return told / (time.process_time() - start)

    assert max(rate() for _ in range(5)) > 20_000


def test_only_the_standard_library_is_imported() -> None:
    imported: set[str] = set()
    for path in Path(bertkit.story_world.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                imported.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                imported.add(node.module or "")
    outside = {name for name in imported if name.split(".")[0] not in sys.stdlib_module_names}
    assert "dataclasses" in imported
    assert all(name.startswith("bertkit.story_world") for name in outside), outside


def test_a_world_about_some_topics_tells_only_these_with_their_proportions() -> None:
    topics = ("bedtime", "garden")
    smaller = StoryWorld(STORYBOOK.about(*topics))
    assert {story.topic for story in smaller.stories(0, 200)} == set(topics)
    assert smaller.words < StoryWorld().words


def test_an_unknown_topic_is_named() -> None:
    with pytest.raises(ValueError, match="'astronomy'"):
        STORYBOOK.about("bedtime", "astronomy")


def test_the_most_frequent_values() -> None:
    drawn = weighted(("a", 2), ("b", 5), ("c", 2), ("d", 7))
    assert drawn.most_frequent(2) == weighted(("b", 5), ("d", 7))
    assert drawn.most_frequent(3) == weighted(("a", 2), ("b", 5), ("d", 7))
    assert drawn.most_frequent(9) == drawn


def test_a_world_without_its_rare_things() -> None:
    familiar = STORYBOOK.without_rare_things(toys=4, places=1)
    assert [toy.name for toy in familiar.toys.values] == ["teddy bear", "rag doll", "wooden horse", "toy duck"]
    assert {topic: place.values[0] for topic, place in familiar.places.items()} == {
        topic: place.values[0] for topic, place in STORYBOOK.places.items()
    }
    assert (familiar.cast, familiar.plots) == (STORYBOOK.cast, STORYBOOK.plots)
    words = StoryWorld(familiar).words
    assert words < StoryWorld(STORYBOOK).words
    assert not words & {"elephant", "puppet", "wardrobe", "carousel"}
