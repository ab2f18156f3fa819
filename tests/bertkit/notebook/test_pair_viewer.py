"""A guess comes before the verdicts, counts once, and every form tells the same."""

import html
import json
import re

import pytest
import torch

from bertkit.notebook import JudgedPair, PairViewer, theme
from bertkit.notebook.pair_viewer import SEGMENTS, SHARED

FIRST = ["[CLS]", "the", "<bear>", "slept", ".", "[SEP]"]
SECOND = ["so", "the", "owl", "slept", ".", "[SEP]", "[PAD]", "[PAD]"]
VERDICTS = {"topic <rule>": 0.8, "your model": torch.tensor(0.3), "limit": 0.5}


def pair(is_next=True, verdicts=None, **changed):
    fields = {
        "first": "The <bear> slept.",
        "second": "So the owl slept.",
        "is_next": is_next,
        "tokens": FIRST + SECOND,
        "segment_ids": torch.tensor([0] * 6 + [1] * 6 + [0] * 2),
        "verdicts": VERDICTS if verdicts is None else verdicts,
    }
    return JudgedPair(**(fields | changed))


def viewer():
    return PairViewer({"random": [pair(), pair(False)], "same <topic>": [pair(False)]})


def shown(view: PairViewer) -> str:
    """The static picture as plain text."""
    return html.unescape(re.sub(r"<[^>]*>", " ", view._repr_mimebundle_()["text/html"]))


def test_nothing_is_told_of_a_pair_before_the_guess():
    view = viewer()
    live = json.dumps([widget.get_state() for widget in (view.view, view.answer)], default=str)
    static = json.dumps(view._repr_mimebundle_(), ensure_ascii=False)
    for told in (live, static):
        assert "0.80" not in told
        assert "cannot tell" not in told
        assert "You were" not in told
    assert "Does the second sentence follow the first?" in live
    assert "guess at one first" in live
    assert "(50 %)" not in live
    assert view.guessed is None
    assert view.score == (0, 0)


@pytest.mark.parametrize(
    ("button", "mark", "words", "score"),
    [
        ("follows", "✔", "You were right: it follows. Your score: 1 of 1.", (1, 1)),
        ("follows_not", "✘", "Not this time: it follows. Your score: 0 of 1.", (0, 1)),
    ],
)
def test_a_guess_brings_truth_and_verdicts(button, mark, words, score):
    view = viewer()
    getattr(view, button).click()
    assert view.score == score
    assert view.follows.disabled
    assert view.follows_not.disabled
    for told in (repr(view), shown(view), view.answer.value):
        assert mark in told
        assert words in told
        for figure in ("0.80", "0.30", "0.50", "does not follow", "cannot tell"):
            assert figure in told
    assert "topic &lt;rule&gt;" in view.answer.value
    assert "<rule>" not in view.answer.value


def test_the_first_guess_counts():
    view = viewer()
    assert view.guess(False) is False
    assert view.guess(True) is False
    assert view.score == (0, 1)


def test_next_and_previous_go_round_and_a_guess_stays_with_its_pair():
    view = viewer()
    view.guess(True)
    view.following.click()
    assert "Pair 2 of 2, negatives: random" in view.view.value
    assert view.guessed is None
    assert not view.follows.disabled
    assert "0.80" not in view.answer.value
    view.following.click()
    assert view.guessed is True
    assert "0.80" in view.answer.value
    view.previous.click()
    view.guess(True)
    assert view.score == (1, 2)


def test_kinds_have_their_own_places_and_their_own_summaries():
    view = viewer()
    view.guess(True)
    view.following.click()
    assert "guess at one first" in view.answer.value
    view.kind.value = "same <topic>"
    assert "Pair 1 of 1, negatives: same &lt;topic&gt;" in view.view.value
    view.guess(False)
    assert "guess at one first" not in view.answer.value
    view.kind.value = "random"
    assert "Pair 2 of 2" in view.view.value


def test_the_summary_counts_by_kind_and_an_even_verdict_half():
    view = viewer()
    view.guess(True)
    assert view.summary() == {
        "random": {"topic <rule>": (1, 2), "your model": (1, 2), "limit": (1, 2), "you": (1, 1)},
        "same <topic>": {"topic <rule>": (0, 1), "your model": (1, 1), "limit": (0.5, 1), "you": (0, 0)},
    }
    for told in (repr(view), shown(view)):
        for share in ("1 of 2 (50 %)", "0 of 1 (0 %)", "0.5 of 1 (50 %)", "1 of 1 (100 %)"):
            assert share in told
    assert "you -" in repr(view)


def test_a_judge_that_does_not_know_a_kind_has_no_share_there():
    view = PairViewer({"a": [pair(verdicts={"rule": 1})], "b": [pair(verdicts={"model": 1})]})
    assert view.summary()["b"] == {"model": (1, 1), "you": (0, 0)}
    assert "rule" not in repr(view).rsplit("b:", 1)[1]
    cells = re.findall("<td[^>]*>(.*?)</td>", view._repr_mimebundle_()["text/html"].rsplit(">b</th>", 1)[1])
    assert cells == ["-", "1 of 1 (100 %)", "-"]


def test_shared_words_are_marked_on_demand():
    view = viewer()
    assert "marks words" not in view.view.value
    assert "=the=" not in repr(view)
    view.mark_shared.value = True
    assert repr(view).count("=the=") == 2
    assert repr(view).count("=slept=") == 2
    assert view.view.value.count(f"{SHARED.mark} the<") == 2
    assert f"marks words {SHARED.name}: slept, the." in view.view.value
    assert "=.=" not in repr(view)
    assert "=[SEP]=" not in repr(view)


def test_no_shared_words_are_said():
    view = PairViewer({"random": [pair(tokens=["a", "b"], segment_ids=[0, 1])]})
    view.mark_shared.value = True
    assert "on both sides: none." in view.view.value


def test_the_tokens_stand_with_their_segment_ids():
    text = repr(viewer())
    assert "segment 0: [CLS] the <bear> slept . [SEP]" in text
    assert "segment 1: so the owl slept . [SEP]" in text
    assert "(+2 [PAD])" in text
    page = viewer().view.value
    assert page.count('<small style="display:block">0</small>') == 6
    assert page.count('<small style="display:block">1</small>') == 6
    assert "+2 [PAD]" in page
    assert "<bear>" not in page
    assert SEGMENTS[0].mark != SEGMENTS[1].mark


def test_every_control_has_a_name():
    view = viewer()
    for button in (view.previous, view.following, view.follows, view.follows_not):
        assert button.description
        assert button.tooltip
    assert view.mark_shared.description
    assert list(view.kind._options_labels) == ["random", "same <topic>"]


def test_every_form_is_there():
    bundle = viewer()._repr_mimebundle_()
    assert bundle["text/plain"] == repr(viewer())
    assert not any(tag in bundle["text/html"] for tag in ("<style", "<script", "<svg", "<bear>", "<topic>", "<rule>"))
    assert bundle[theme.WIDGET_VIEW]["model_id"]
    for words in ("The <bear> slept.", "So the owl slept.", "Pair 1 of 2, negatives: random", "1 of 2 (50 %)"):
        assert words in bundle["text/plain"]
        assert words in shown(viewer())


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"segment_ids": [0, 1]}, "14 tokens, but 2 segment ids"),
        ({"segment_ids": [0] * 13 + [2]}, r"segment ids must be 0 or 1, got \[2\]"),
        ({"verdicts": {"model": 1.2}}, "the verdict of 'model' must be from 0 to 1, got 1.2"),
        ({"verdicts": {"model": float("nan")}}, "the verdict of 'model' must be from 0 to 1, got nan"),
        ({"verdicts": {"model": -0.1}}, "the verdict of 'model' must be from 0 to 1, got -0.1"),
    ],
)
def test_a_pair_that_cannot_be_shown_is_named(changed, message):
    with pytest.raises(ValueError, match=f"pair 'The <bear> slept.', 'So the owl slept.': {message}"):
        pair(**changed)


def test_no_pairs_are_refused():
    with pytest.raises(ValueError, match="at least one kind of negative"):
        PairViewer({})
    with pytest.raises(ValueError, match=r"no pairs of the kinds \['swapped'\]"):
        PairViewer({"random": [pair()], "swapped": []})
