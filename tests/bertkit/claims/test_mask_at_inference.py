"""Texts that are changed at a place: what is shown differs there and nowhere else, and [MASK] is read as [MASK]."""

from collections import Counter

import pytest

from bertkit.claims.mask_at_inference import CHANGES, MASK, NOTHING, WholeText, edited
from bertkit.data.tokenizer import load_tokenizer, special_ids
from bertkit.model.pretrained import shipped
from bertkit.randomness import python_random
from bertkit.tasks import STORY_TASKS
from bertkit.tasks.align import encode_sentence
from bertkit.tasks.examples import PairExample, SentenceExample, words_of

PAIR = PairExample("this teddy bear is so cute .", "mia liked it .", "entailment")
SENTENCE = SentenceExample("this teddy bear is so cute .", "positive")
DRAWN = "lamp"


def changed(what: str, example: WholeText, deciding: set[int], number: int = 0) -> WholeText:
    return CHANGES[what](example, DRAWN, deciding, python_random(0, "place", number))


def test_a_mask_in_a_text_is_read_as_one() -> None:
    tokenizer = load_tokenizer(shipped() / "tokenizer.json")
    ids = special_ids(tokenizer)
    encoded = encode_sentence(tokenizer, f"this teddy {MASK} is so cute .", 32).input_ids
    assert encoded.count(ids.mask) == 1
    assert encoded[3] == ids.mask
    assert ids.unk not in encoded


@pytest.mark.parametrize("example", [PAIR, SENTENCE])
@pytest.mark.parametrize(
    ("what", "gone", "come"),
    [
        (NOTHING, 0, []),
        ("[MASK] put in", 0, [MASK]),
        ("a random word put in", 0, [DRAWN]),
        ("[MASK] in place of a word", 1, [MASK]),
        ("a word lost", 1, []),
        ("a random word in place of a word", 1, [DRAWN]),
    ],
)
def test_one_place_is_changed(example: WholeText, what: str, gone: int, come: list[str]) -> None:
    touched = set()
    before = words_of(example)
    for number in range(200):
        shown = changed(what, example, {5}, number)
        after = words_of(shown)
        assert shown.label == example.label
        assert Counter(after) - Counter(before) == Counter(come)
        assert (Counter(before) - Counter(after)).total() == gone
        touched.add(next((place for place, word in enumerate(before) if after[place : place + 1] != [word]), None))
    if what != NOTHING:
        assert len(touched) > len(set(before)) - 2  # every place, but for equal neighbours of what was lost


def test_all_single_changes_of_an_example_are_at_the_same_place() -> None:
    for number in range(50):
        masked, replaced, lost = (
            words_of(changed(what, PAIR, set(), number))
            for what in ("[MASK] in place of a word", "a random word in place of a word", "a word lost")
        )
        place = masked.index(MASK)
        assert replaced.index(DRAWN) == place
        assert lost == [word for other, word in enumerate(words_of(PAIR)) if other != place]


@pytest.mark.parametrize("name", ["sentiment", "entailment"])
def test_nothing_that_decides_is_left(name: str) -> None:
    task = STORY_TASKS[name](4, 40, 3)
    for example in task.test_unseen:
        deciding = {place for place, word in enumerate(words_of(example)) if word in task.held_out}
        assert deciding
        hidden = changed("[MASK] in place of what decides", example, deciding)
        lost = changed("what decides lost", example, deciding)
        assert words_of(hidden).count(MASK) == len(deciding)
        assert len(words_of(lost)) == len(words_of(example)) - len(deciding)
        for shown in (hidden, lost):
            assert not set(task.held_out) & set(words_of(shown))


def test_both_sides_of_a_pair_are_edited_where_they_stand() -> None:
    shown = edited(PAIR, {0: ["that"], 6: [], 7: ["leo", "and", "mia"]})
    assert shown == PairExample("that teddy bear is so cute", "leo and mia liked it .", "entailment")
