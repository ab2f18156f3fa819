"""Every answer is explained, none is given away, and a careless question does not get through."""

import json

import pytest

from bertkit.notebook import Choice, Question, Quiz, theme
from bertkit.notebook.quiz import right_place, shuffled

ONE = Question(
    "Which <count>?", [Choice("masked <only>", "kept & random too"), Choice("all", "yes, `all`", right=True)]
)
TWO = Question(
    "Long?",
    [Choice("x" * 90, "too long", right=True), Choice("short", "too short"), Choice("`c`", "no reason to write it so")],
)


def place(quiz, question, text):
    """Where a choice stands, counted from 0."""
    return [choice.text for choice in quiz.questions[question].choices].index(text)


def test_nothing_is_preselected():
    quiz = Quiz([ONE, TWO])
    assert [radio.value for radio in quiz._radios] == [None, None]
    assert quiz.score == (0, 0, 2)
    assert "0 of 2 right, 2 still open" in quiz._score.value


def test_choosing_explains_and_can_be_changed():
    quiz = Quiz([ONE, TWO])
    quiz._radios[0].value = place(quiz, 0, "masked <only>")
    assert "✘" in quiz._feedback[0].value
    assert "Not this one" in quiz._feedback[0].value
    assert "kept &amp; random too" in quiz._feedback[0].value
    assert quiz.score == (0, 1, 2)
    quiz._radios[0].value = place(quiz, 0, "all")
    assert "✔" in quiz._feedback[0].value
    assert "<code>all</code>" in quiz._feedback[0].value
    assert "1 of 2 right, 1 still open" in quiz._score.value
    assert quiz._feedback[1].value == ""


def test_every_label_is_answered_by_its_own_choice():
    many = [Question(f"Question {n}?", [yes("yes", "Y"), no("no", "N"), no("never", "V")]) for n in range(20)]
    replies = {"yes": "Y", "no": "N", "never": "V"}
    quiz = Quiz(many)
    seen = set()
    for question, (radio, feedback) in enumerate(zip(quiz._radios, quiz._feedback, strict=True), 1):
        seen.add(tuple(label for label, _ in radio.options))
        for label, value in radio.options:
            radio.value = value
            assert f"</b> {replies[label]}<" in feedback.value
            assert quiz.answer(question, 1 + value).endswith(f" {replies[label]}")
    assert len(seen) > 1


def test_answering_in_code():
    quiz = Quiz([ONE, TWO])
    assert quiz.answer(1, 1 + place(quiz, 0, "all")) == "✔ Right. yes, `all`"
    assert quiz.answer(2, 1 + place(quiz, 1, "short")) == "✘ Not this one. too short"
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


def drawn_quiz(seed, questions, choices, right=1):
    return [
        Question(
            f"question {seed}.{number}?",
            [Choice(f"choice {at}", "why", right=at == right) for at in range(choices)],
        )
        for number in range(questions)
    ]


@pytest.mark.parametrize(("questions", "choices"), [(2, 2), (2, 3), (4, 3), (6, 4)])
@pytest.mark.parametrize("seed", range(20))
def test_the_right_answers_of_a_quiz_never_all_stand_in_one_place(seed, questions, choices):
    written = drawn_quiz(seed, questions, choices)
    assert {right_place(question) for question in written} == {1}
    shown = Quiz(written).questions
    assert len({right_place(question) for question in shown}) > 1
    for before, after in zip(written, shown, strict=True):
        assert after.text == before.text
        assert sorted(choice.text for choice in after.choices) == [choice.text for choice in before.choices]


def test_the_right_answer_stands_everywhere_about_as_often():
    """Of 300 questions with three choices: 100, give or take five deviations, wherever the author put it."""
    for right in range(3):
        places = [right_place(shuffled(drawn_quiz(seed, 1, 3, right))[0]) for seed in range(300)]
        assert all(abs(places.count(place) - 100) < 41 for place in range(3))


def test_the_order_follows_from_the_texts_alone():
    written = drawn_quiz(0, 4, 3)
    reversed_choices = [Question(each.text, each.choices[::-1]) for each in written]
    assert shuffled(written) == shuffled(reversed_choices)


def test_the_labels_are_in_the_order_that_answers_count_in():
    quiz = Quiz([ONE, TWO])
    for number, question in enumerate(quiz.questions, 1):
        for at, choice in enumerate(question.choices, 1):
            assert quiz.answer(number, at).endswith(choice.why)
    assert quiz._radios[0]._options_labels == tuple(choice.text for choice in quiz.questions[0].choices)
