"""Every answer is explained, none is given away, and a careless question does not get through."""

import json

import pytest

from bertkit.notebook import Choice, Question, Quiz, theme

ONE = Question(
    "Which <count>?", [Choice("masked <only>", "kept & random too"), Choice("all", "yes, `all`", right=True)]
)
TWO = Question(
    "Long?",
    [Choice("x" * 90, "too long", right=True), Choice("short", "too short"), Choice("`c`", "no reason to write it so")],
)


def test_nothing_is_preselected():
    quiz = Quiz([ONE, TWO])
    assert [radio.value for radio in quiz._radios] == [None, None]
    assert quiz.score == (0, 0, 2)
    assert "0 of 2 right, 2 still open" in quiz._score.value


def test_choosing_explains_and_can_be_changed():
    quiz = Quiz([ONE, TWO])
    quiz._radios[0].value = 0
    assert "✘" in quiz._feedback[0].value
    assert "Not this one" in quiz._feedback[0].value
    assert "kept &amp; random too" in quiz._feedback[0].value
    assert quiz.score == (0, 1, 2)
    quiz._radios[0].value = 1
    assert "✔" in quiz._feedback[0].value
    assert "<code>all</code>" in quiz._feedback[0].value
    assert "1 of 2 right, 1 still open" in quiz._score.value
    assert quiz._feedback[1].value == ""


def test_answering_in_code():
    quiz = Quiz([ONE, TWO])
    assert quiz.answer(1, 2) == "✔ Right. yes, `all`"
    assert quiz.answer(2, 2) == "✘ Not this one. too short"
    assert quiz.score == (1, 2, 2)
    assert repr(quiz).endswith("1 of 2 right")
    with pytest.raises(ValueError, match="question must be 1 to 2, got 3"):
        quiz.answer(3, 1)
    with pytest.raises(ValueError, match="choice must be 1 to 3, got 0"):
        quiz.answer(2, 0)


def test_no_form_gives_an_answer_away():
    quiz = Quiz([ONE, TWO])
    bundle = quiz._repr_mimebundle_()
    sent = [widget.get_state() for widget in (*quiz._box.children, quiz._box)]
    everything = json.dumps([bundle, sent], default=str, ensure_ascii=False)
    for question in quiz.questions:
        assert not any(theme.inline(choice.why) in everything for choice in question.choices)
    assert "✔" not in everything
    assert "( ) masked <only>" in bundle["text/plain"]
    assert "masked &lt;only&gt;" in bundle["text/html"]
    assert bundle[theme.WIDGET_VIEW]["model_id"]


def yes(text="yes", why="because"):
    return Choice(text, why, right=True)


def no(text="no", why="because not"):
    return Choice(text, why)


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ([yes()], "give at least two choices, got 1"),
        ([no(), no("never")], "exactly one choice must be right, got 0"),
        ([yes(), yes("too")], "exactly one choice must be right, got 2"),
        ([yes(), no(why=" ")], r"no explanation for \['no'\]"),
        ([yes(), no("yes ")], "choices must differ"),
        ([yes(), no(" ")], "choices must differ and not be empty"),
    ],
)
def test_a_careless_question_is_refused_by_name(choices, message):
    with pytest.raises(ValueError, match=rf"question 'Why\?': {message}"):
        Question("Why?", choices)


def test_a_careless_quiz_is_refused():
    with pytest.raises(ValueError, match="has no text"):
        Question(" ", [yes(), no()])
    with pytest.raises(ValueError, match="at least one question"):
        Quiz([])
    with pytest.raises(ValueError, match=r"the same text: \['Long\?'\]"):
        Quiz([TWO, TWO])
