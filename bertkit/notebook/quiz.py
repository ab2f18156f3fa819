"""A quiz in which every answer, right or wrong, has its own explanation."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ipywidgets import HTML, Layout, RadioButtons, VBox
from markupsafe import Markup

from bertkit.notebook import theme


@dataclass(frozen=True)
class Choice:
    """One answer: its text, why it is right or wrong, and whether it is right."""

    text: str
    why: str
    right: bool = False


@dataclass(frozen=True)
class Question:
    """A question with two or more choices, exactly one of them right.

    Raises:
        ValueError: naming the question, when a learner could not be answered properly.
    """

    text: str
    choices: Sequence[Choice]

    def __post_init__(self) -> None:
        texts = [choice.text.strip() for choice in self.choices]
        right = sum(choice.right for choice in self.choices)
        silent = [choice.text for choice in self.choices if not choice.why.strip()]
        if not self.text.strip():
            raise ValueError(f"a question with the choices {texts} has no text")
        if len(texts) < 2:
            raise ValueError(f"question {self.text!r}: give at least two choices, got {len(texts)}")
        if not all(texts) or len(set(texts)) < len(texts):
            raise ValueError(f"question {self.text!r}: choices must differ and not be empty, got {texts}")
        if right != 1:
            raise ValueError(f"question {self.text!r}: exactly one choice must be right, got {right}")
        if silent:
            raise ValueError(f"question {self.text!r}: no explanation for {silent}")


class Quiz:
    """Questions with radio buttons; as the last line of a cell it shows itself.

    Choices stand in an order that follows from the texts: always the same, and not the author's. In a quiz of two
    questions or more, the right answers do not all stand in the same place.

    Nothing is preselected, an answer is explained at once and can be changed, and no form of the quiz gives an answer
    away to somebody who has not chosen yet.

    Raises:
        ValueError: there is no question, or two have the same text.
    """

    def __init__(self, questions: Sequence[Question]) -> None:
        texts = [question.text for question in questions]
        if not texts:
            raise ValueError("a quiz needs at least one question")
        if len(set(texts)) < len(texts):
            raise ValueError(f"two questions have the same text: {sorted({t for t in texts if texts.count(t) > 1})}")
        self.questions = shuffled(questions)
        self._labels = [theme.radio_labels([choice.text for choice in question.choices]) for question in self.questions]
        self._radios = [
            RadioButtons(
                options=list(zip(labels[0], range(len(labels[0])), strict=True)),
                value=None,
                layout=Layout(width="auto"),
            )
            for labels in self._labels
        ]
        self._feedback = [HTML() for _ in self.questions]
        self._score = HTML()
        for index, radio in enumerate(self._radios):
            radio.observe(lambda _, index=index: self._show(index), "value")
        parts = [
            part
            for index, radio in enumerate(self._radios)
            for part in (HTML(self._head(index) + self._labels[index][1]), radio, self._feedback[index])
        ]
        self._box = VBox([*parts, self._score])
        self._show_score()

    def answer(self, question: int, choice: int) -> str:
        """Answer in code, both counted from 1 as they are shown, as a click does; returns the explanation.

        Raises:
            ValueError: there is no such question or choice.
        """
        if not 1 <= question <= len(self.questions):
            raise ValueError(f"question must be 1 to {len(self.questions)}, got {question}")
        choices = self.questions[question - 1].choices
        if not 1 <= choice <= len(choices):
            raise ValueError(f"choice must be 1 to {len(choices)}, got {choice}")
        self._radios[question - 1].value = choice - 1
        chosen = choices[choice - 1]
        style = _style(chosen)
        return f"{style.mark} {style.name.capitalize()}. {chosen.why}"

    @property
    def score(self) -> tuple[int, int, int]:
        """How many are right, how many were answered, how many there are."""
        chosen = [self._chosen(index) for index in range(len(self.questions))]
        return sum(c.right for c in chosen if c), sum(c is not None for c in chosen), len(chosen)

    def _chosen(self, index: int) -> Choice | None:
        value = self._radios[index].value
        return None if value is None else self.questions[index].choices[value]

    def _show(self, index: int) -> None:
        chosen = self._chosen(index)
        if chosen is None:
            self._feedback[index].value = ""
        else:
            style = _style(chosen)
            message = Markup("<b>{}.</b> {}").format(style.name.capitalize(), theme.inline(chosen.why))
            self._feedback[index].value = theme.callout(style, message, live=True)
        self._show_score()

    def _show_score(self) -> None:
        self._score.value = Markup('<div role="status" style="{}">{}</div>').format(theme.PANEL, self._score_line())

    def _score_line(self) -> str:
        right, answered, total = self.score
        left = f", {total - answered} still open" if answered < total else ""
        return f"{right} of {total} right{left}"

    def _head(self, index: int) -> Markup:
        return Markup('<div style="{};{};margin-top:8px"><b>{}.</b> {}</div>').format(
            theme.font(), theme.TEXT, index + 1, theme.inline(self.questions[index].text)
        )

    def __repr__(self) -> str:
        lines = []
        for number, question in enumerate(self.questions, 1):
            lines.append(f"{number}. {question.text}")
            lines += [f"   ( ) {choice.text}" for choice in question.choices]
        return "\n".join([*lines, self._score_line()])

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        static = []
        for index, question in enumerate(self.questions):
            choices = [Markup("<li>{}</li>").format(theme.inline(choice.text)) for choice in question.choices]
            static.append(Markup("{}<ul>{}</ul>").format(self._head(index), Markup("").join(choices)))
        note = Markup("<p><i>Run this cell in JupyterLab to answer.</i></p>")
        return theme.mime_bundle(self._box, Markup("").join([*static, note]), repr(self))


def shuffled(questions: Sequence[Question]) -> list[Question]:
    """The questions, the choices of each in an order that is drawn from their texts.

    >>> sums = Question("2 + 2?", [Choice("5", "no"), Choice("4", "yes", right=True), Choice("3", "no")])
    >>> [choice.text for choice in shuffled([sums])[0].choices]
    ['3', '5', '4']
    """
    draw = 0
    while True:
        drawn = [
            replace(question, choices=sorted(question.choices, key=lambda each: _lot(draw, question.text, each.text)))
            for question in questions
        ]
        if len(drawn) < 2 or len(set(map(right_place, drawn))) > 1:
            return drawn
        draw += 1


def right_place(question: Question) -> int:
    """Where the right choice of a question stands, counted from 0."""
    return next(place for place, choice in enumerate(question.choices) if choice.right)


def _lot(*parts: object) -> bytes:
    return hashlib.sha256(repr(parts).encode()).digest()


def _style(choice: Choice) -> theme.Style:
    return theme.RIGHT if choice.right else theme.WRONG
