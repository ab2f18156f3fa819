"""A guess is committed once, shown beside the result, and never stands in the way."""

import pytest
import torch

from bertkit.notebook import Prediction, theme


def numeric(**changed):
    return Prediction("share", "How many % are `read`?", **({"low": 0, "high": 100, "unit": "%"} | changed))


def choice():
    return Prediction("kind", "Which is <faster>?", choices=["causal", "both <ways>"])


def test_the_button_commits_and_locks():
    guess = numeric()
    guess._control.value = 40
    assert guess.guess is None
    guess._button.click()
    assert guess.guess == 40
    assert guess._control.disabled
    assert guess._button.disabled
    assert "You said <b>40 %</b>" in guess._status.value
    guess.commit(90)
    assert guess.guess == 40


def test_choices_start_open_and_the_button_waits():
    guess = choice()
    assert guess._control.value is None
    assert guess._button.disabled
    guess._control.value = "both <ways>"
    assert not guess._button.disabled
    guess._button.click()
    assert guess.guess == "both <ways>"
    assert "both &lt;ways&gt;" in guess._status.value


@pytest.mark.parametrize(
    ("measured", "mark", "words"),
    [
        (40.0, "✔", "right on it"),
        (43, "✔", "close: 3 percentage points too low"),
        (25.0, "≈", "15 percentage points too high"),
        (98.5, "↔", "58.5 percentage points too low"),
        (torch.tensor(41.0, requires_grad=True), "✔", "1 percentage point too low"),
        (float("nan"), "⚠", "not a finite number"),
    ],
)
def test_distance_in_words(measured, mark, words):
    guess = numeric()
    guess.commit(40)
    text = repr(guess.reveal(measured))
    assert words in text
    assert mark in text
    assert "you said  40 %" in text


def test_units_other_than_percent():
    guess = numeric(high=7, unit="nats")
    guess.commit(1.5)
    assert "4.5 nats too low" in repr(guess.reveal(6.0))


@pytest.mark.parametrize(
    ("measured", "words"), [("causal", "Your guess was right"), ("both <ways>", "was not what happened")]
)
def test_choices_are_right_or_not(measured, words):
    guess = choice()
    guess.commit("causal")
    reveal = guess.reveal(measured, because="it can <see>")
    assert words in repr(reveal)
    assert "Why: it can <see>" in repr(reveal)
    assert "it can &lt;see&gt;" in reveal._repr_html_()
    assert "<ways>" not in reveal._repr_html_()


@pytest.mark.parametrize("make", [numeric, choice])
@pytest.mark.parametrize("measured", [3.0, "causal", None, object(), torch.zeros(2)])
@pytest.mark.parametrize("committed", [False, True])
def test_reveal_never_raises_and_always_shows(make, measured, committed):
    guess = make()
    if committed:
        guess.commit("causal" if guess.name == "kind" else 3)
    reveal = guess.reveal(measured)
    assert reveal.measured
    assert reveal.measured in repr(reveal)
    assert reveal._repr_html_()


def test_no_guess_is_said():
    text = repr(numeric().reveal(39))
    assert "No guess was committed" in text
    assert "39 %" in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "either choices, or both low and high"),
        ({"low": 1}, "either choices, or both low and high"),
        ({"choices": ["a", "b"], "low": 1, "high": 2}, "either choices, or both low and high"),
        ({"choices": ["a", "b"], "low": 1}, "either choices, or both low and high"),
        ({"choices": ["a"]}, r"two or more different choices, got \['a'\]"),
        ({"choices": []}, "two or more different choices"),
        ({"choices": ["a", "a"]}, "two or more different choices"),
        ({"low": 2, "high": 2}, "low must be below high, got low=2, high=2"),
        ({"low": 0, "high": 1, "step": -1}, "step must be above 0, got -1"),
    ],
)
def test_unusable_predictions_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        Prediction("p", "What?", **arguments)


def test_unusable_guesses_are_refused():
    with pytest.raises(ValueError, match="101"):
        numeric().commit(101)
    with pytest.raises(ValueError, match="'neither' is not one of"):
        choice().commit("neither")


@pytest.mark.parametrize(("low", "high"), [(0, 7), (-3, 3), (0, 1e-3), (0.15, 0.95), (0, 30522)])
def test_the_slider_starts_inside_any_range(low, high):
    guess = numeric(low=low, high=high)
    assert low <= guess._control.value <= high
    guess._button.click()
    assert low <= guess.guess <= high


def test_the_number_has_a_name_and_is_locked_with_the_guess():
    guess = numeric()
    field = guess._control.field
    assert field.description == "your guess"
    assert field.tooltip == guess.question
    field.value = 30
    assert guess._control.slider.value == 30
    guess._button.click()
    assert guess.guess == 30
    assert field.disabled
    assert guess._control.slider.disabled


def test_whole_steps_make_a_guess_that_is_found_again_as_a_number():
    guess = Prediction("n", "How many?", low=1, high=5, step=1)
    guess._control.field.value = 4
    guess._button.click()
    assert guess.guess == 4
    assert type(guess.guess) is float
    assert guess._control.value == 4


def test_every_form_is_there():
    bundle = choice()._repr_mimebundle_()
    assert "( ) causal" in bundle["text/plain"]
    assert "Which is &lt;faster&gt;?" in bundle["text/html"]
    assert bundle[theme.WIDGET_VIEW]["model_id"]
    assert "from 0 to 100 %" in repr(numeric())
