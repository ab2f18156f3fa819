"""A guess that the learner commits before the experiment, and its meeting with the result."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ipywidgets import HTML, Button, Layout, RadioButtons, VBox
from markupsafe import Markup

from bertkit.notebook import guesses, theme
from bertkit.notebook.number_field import NumberField


class Prediction:
    """A question with a control and a button; as the last line of a cell it shows itself.

    Give either `choices` or both `low` and `high`:

        reading = Prediction("reading", "What will the loss be?", low=0, high=7, unit="nats")
        ...
        reading.reveal(loss, because="the model could see the answer")

    A guess that is committed in a lesson's notebook is kept in the learner's folder. Where the same question is asked
    again under the same name, in another session too, the guess stands committed from the start.

    Args:
        name: short name, used in messages.
        question: what to guess.
        choices: two or more different answers.
        low, high: ends of a slider for a number, low < high.
        unit: of the number; "%" makes distances percentage points.
        step: of the slider; none takes about a hundredth of the range.

    Raises:
        ValueError: neither or both kinds of answer are given, or they are not usable.
    """

    def __init__(
        self,
        name: str,
        question: str,
        choices: Sequence[str] | None = None,
        *,
        low: float | None = None,
        high: float | None = None,
        unit: str = "",
        step: float | None = None,
    ) -> None:
        if not question.strip():
            raise ValueError(f"prediction {name!r}: the question is empty")
        if (choices is None) != (low is not None and high is not None) or (choices and (low, high) != (None, None)):
            raise ValueError(f"prediction {name!r}: give either choices, or both low and high")
        self.name, self.question, self.unit = name, question, unit
        self.guess: str | float | None = None
        self._above = self._lock = Markup("")
        self._choices = list(choices or [])
        self._low, self._high = low or 0.0, high or 0.0
        self._control = self._radio() if choices is not None else self._number(step)
        self._button = Button(
            description="Commit my guess",
            button_style="primary",
            disabled=choices is not None,
            layout=Layout(width="auto", align_self="flex-start"),
        )
        self._status = HTML()
        self._control.observe(self._on_change, "value")
        self._button.on_click(self._on_click)
        self._box = VBox([HTML(self._head() + self._above), self._control, self._button, self._status])
        kept = guesses.kept_guess(name, self._asked)
        if kept is not None and self._is_possible(kept.guess):
            self._lock_in(kept.guess, kept.day)

    @property
    def _asked(self) -> list[Any]:
        """What a guess answers: the question, and what could be answered."""
        return [self.question, self._choices or [self._low, self._high, self.unit]]

    def _radio(self) -> RadioButtons:
        if len(self._choices) < 2 or len(set(self._choices)) < len(self._choices):
            raise ValueError(f"prediction {self.name!r}: give two or more different choices, got {self._choices}")
        labels, self._above = theme.radio_labels(self._choices)
        options = list(zip(labels, self._choices, strict=True))
        return RadioButtons(options=options, value=None, layout=Layout(width="auto"))

    def _number(self, step: float | None) -> NumberField:
        low, high = self._low, self._high
        if not (math.isfinite(low) and math.isfinite(high) and low < high):
            raise ValueError(f"prediction {self.name!r}: low must be below high, got low={low}, high={high}")
        if step is not None and not step > 0:
            raise ValueError(f"prediction {self.name!r}: step must be above 0, got {step}")
        step = step or 10.0 ** math.floor(math.log10((high - low) / 100))
        start = round(low + round((high - low) / 2 / step) * step, max(0, -math.floor(math.log10(step))))
        return NumberField("your guess", start, low, high, float(step), self.unit, tooltip=self.question)

    def _head(self) -> Markup:
        return Markup('<div style="{};{}"><b>Your guess first.</b> {}</div>').format(
            theme.font(), theme.TEXT, theme.inline(self.question)
        )

    def _on_change(self, change: dict[str, Any]) -> None:
        self._button.disabled = self.guess is not None or change["new"] is None

    def _on_click(self, _: Button) -> None:
        self.commit(self._control.value)

    def commit(self, guess: str | float) -> None:
        """Commit a guess in code, as the button does; the first one counts.

        Raises:
            ValueError: the guess is not one of the choices, or not a number from low to high.
        """
        if self.guess is not None:
            return
        guess = guess if self._choices else float(guess)
        if not self._is_possible(guess):
            there_are = f"one of {self._choices}" if self._choices else f"from {self._low} to {self._high}"
            raise ValueError(f"prediction {self.name!r}: {guess!r} is not {there_are}")
        guesses.keep_guess(self.name, self._asked, guess)
        self._lock_in(guess)

    def _is_possible(self, guess: object) -> bool:
        return (
            guess in self._choices if self._choices else isinstance(guess, float) and self._low <= guess <= self._high
        )

    def _lock_in(self, guess: str | float, day: str = "") -> None:
        """Show a guess as committed, on an earlier day where one is given."""
        self.guess = guess
        self._control.value = guess
        self._control.disabled = self._button.disabled = True
        self._button.description, self._button.icon, self._button.button_style = "Committed", "lock", ""
        lock = theme.Style("●", "committed", theme.BLUE)
        on = f" on {day}" if day else ""
        said = Markup("You said <b>{}</b>{}. Now let the experiment answer.").format(self._show(guess), on)
        self._lock = self._status.value = theme.callout(lock, said, live=True)

    def _show(self, value: object) -> str:
        return theme.with_unit(value, self.unit) if isinstance(value, float) else str(value)

    def reveal(self, measured: object, because: str = "") -> Reveal:
        """The guess beside what was measured. It never raises, and never waits for a guess.

        Args:
            measured: one of the choices, or a number or scalar tensor in the guess's unit.
            because: the reason in a few words, put behind the result.
        """
        try:
            return self._compare(measured, because)
        except Exception:  # a lesson goes on, whatever was measured
            return Reveal(theme.WARNING, self.question, self._said(), str(measured), "", because)

    def _said(self) -> str:
        return "nothing yet" if self.guess is None else self._show(self.guess)

    def _compare(self, measured: object, because: str) -> Reveal:
        if not self._choices:
            detach = getattr(measured, "detach", None)  # float() of a tensor that needs a gradient warns
            measured = float(detach() if detach is not None else measured)  # type: ignore[arg-type]
        shown = self._show(measured)
        if self.guess is None:
            style = theme.Style("●", "no guess", theme.GREY)
            verdict = "No guess was committed before this ran, so there is nothing to compare it with."
        elif isinstance(self.guess, float) and isinstance(measured, float):
            style, verdict = self._distance(self.guess, measured)
        elif self.guess == measured:
            style, verdict = theme.RIGHT, "Your guess was right."
        else:
            style = theme.WRONG
            verdict = "Your guess was not what happened. Find the step where your reasoning and the model parted."
        return Reveal(style, self.question, self._said(), shown, verdict, because)

    def _distance(self, guess: float, measured: float) -> tuple[theme.Style, str]:
        if not math.isfinite(measured):
            return theme.WARNING, "The measurement is not a finite number, so no guess could be near it."
        gap = abs(guess - measured)
        unit = "percentage points" if self.unit == "%" else self.unit
        unit = unit.removesuffix("s") if theme.number(gap) == "1" else unit
        side = "too low" if guess < measured else "too high"
        away = f"{theme.with_unit(gap, unit)} {side}"
        share = gap / (self._high - self._low)
        if share <= 0.005:
            return theme.RIGHT, "Your guess was right on it."
        if share <= 0.05:
            return theme.RIGHT, f"Your guess was close: {away}."
        near = theme.Style("≈", "not far", theme.BLUE)
        if share <= 0.2:
            return near, f"Your guess had the right size: {away}."
        far = theme.Style("↔", "far", theme.VERMILION)
        return far, f"Your guess was {away}. That is a real surprise, and worth a minute before you read on."

    def __repr__(self) -> str:
        if self._choices:
            answers = "\n".join(f"  ( ) {choice}" for choice in self._choices)
        else:
            answers = f"  a number from {theme.number(self._low)} to {theme.with_unit(self._high, self.unit)}"
        said = f"You said {self._said()}." if self.guess is not None else "No guess committed yet."
        return f"Your guess first. {self.question}\n{answers}\n{said}"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        rest = Markup("<br>").join(line.strip() for line in repr(self).rsplit("\n", 1)[0].splitlines()[1:])
        static = Markup("{}<p>{}</p>{}").format(self._head(), rest, self._lock)
        return theme.mime_bundle(self._box, static, repr(self))


@dataclass(frozen=True, repr=False)
class Reveal:
    """What was guessed, what was measured, and how far apart they are."""

    style: theme.Style
    question: str
    guessed: str
    measured: str
    verdict: str
    because: str

    def __repr__(self) -> str:
        because = f"\nWhy: {self.because}" if self.because else ""
        return (
            f"{self.question}\n  you said  {self.guessed}\n  measured  {self.measured}\n"
            f"{self.style.mark} {self.verdict}{because}"
        )

    def _repr_html_(self) -> str:
        row = Markup('<tr><td style="{0}">{1}</td><td style="{0}"><b>{2}</b></td></tr>')
        cell = "text-align:left;padding:1px 12px 1px 0px"
        rows = [row.format(cell, *each) for each in (("you said", self.guessed), ("measured", self.measured))]
        because = Markup("<br><i>Why:</i> {}").format(theme.inline(self.because)) if self.because else Markup("")
        met = Markup('<div style="{};line-height:1.5">{}<table style="margin:4px 0px">{}</table>{}</div>').format(
            theme.font(),
            theme.inline(self.question),
            Markup("").join(rows),
            theme.callout(self.style, self.verdict + because),
        )
        return str(met)
