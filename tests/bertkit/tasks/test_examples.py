"""Examples refuse what cannot be one."""

from __future__ import annotations

import pytest

from bertkit.tasks.examples import PairExample, SentenceExample, SpanExample, TokenExample, words_of


def test_words_and_tags_are_as_many() -> None:
    assert TokenExample(("a", "bear"), ("O", "B-TOY")).tags[1] == "B-TOY"
    with pytest.raises(ValueError, match="2 words but 1 tags: 'a bear'"):
        TokenExample(("a", "bear"), ("O",))


def test_the_answer_is_cut_out_of_the_passage() -> None:
    assert SpanExample("where ?", "it was in bed .", 7, 13).answer == "in bed"


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (3, 3), (4, 3), (0, 16)])
def test_an_answer_outside_the_passage_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match=f"from character {start} to {end} .* 15 characters"):
        SpanExample("where ?", "it was in bed .", start, end)


def test_words_of_each_family() -> None:
    assert words_of(SentenceExample("a bear", "x")) == ["a", "bear"]
    assert words_of(PairExample("a bear", "the bear", "x")) == ["a", "bear", "the", "bear"]
    assert words_of(TokenExample(("a", "bear"), ("O", "O"))) == ["a", "bear"]
    assert words_of(SpanExample("who ?", "a bear", 2, 6)) == ["who", "?", "a", "bear"]
