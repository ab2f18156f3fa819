"""Two curves over a passage, where an answer may start and where it may end, and the spans they make.

A span head scores every token twice (BERT, arXiv 1810.04805, section 4.2). The best start and the best end need not be
a span; the viewer shows both beside the best pairs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ipywidgets import HTML, Dropdown, Layout, VBox
from markupsafe import Markup

from bertkit.notebook import theme
from bertkit.notebook.number_field import NumberField
from bertkit.notebook.span_reading import Span, SpanReading

START = theme.Style("▲", "start", theme.BLUE)
END = theme.Style("▼", "end", theme.VERMILION)
LISTED = 3
"""So many of the best spans are listed."""
TALLEST = 44  # pixels of a probability of 1
LEAST_SAID = 0.01
"""Smaller probabilities are not written out."""


class SpanViewer(VBox):  # type: ignore[misc]
    """Start and end curves of one question at a time, the best spans, and a field for the longest one.

    Its controls are `question` and `longest`.

    Args:
        readings: one or more.
        longest: tokens of the longest span at the start.

    Raises:
        ValueError: there is no reading, or `longest` is below 1.

    >>> import torch
    >>> tokens = "ruby lost the bear".split()
    >>> start, end = torch.tensor([0.0, 0.0, 5.0, 3.0]), torch.tensor([6.0, 0.0, 0.0, 5.0])
    >>> print(SpanViewer([SpanReading("what was lost?", tokens, start, end, answer=(2, 3))], longest=4))
    Question 1 of 1: what was lost?
      ruby  start  1 %  end 73 %
      lost  start  1 %  end  0 %
      the   start 87 %  end  0 %
      bear  start 12 %  end 27 %
    right answer: tokens 3 to 4, the bear
    each alone: starts at token 3, ends at token 1: ✘ no span, it starts after its end
    together, of at most 4 tokens:
      1. tokens 3 to 4, 23 %: the bear ✔
      2. tokens 4 to 4, 3 %: bear
      3. tokens 1 to 1, 0 %: ruby
    """

    def __init__(self, readings: Sequence[SpanReading], longest: int = 8) -> None:
        self._readings = list(readings)
        if not self._readings:
            raise ValueError("give at least one reading")
        if longest < 1:
            raise ValueError(f"the longest span is {longest} tokens; it has to be at least 1")
        most = max(longest, *(len(reading.tokens) for reading in self._readings))
        titles = [(f"{number}. {one.question}", number - 1) for number, one in enumerate(self._readings, start=1)]
        self.question = Dropdown(options=titles, description="Question", layout=Layout(width="auto", max_width="95%"))
        self.longest = NumberField(
            "Longest span, tokens", longest, low=1, high=most, tooltip="Longer spans are not looked at"
        )
        self.view = HTML()
        super().__init__([self.question, self.longest, self.view])
        self.question.observe(self._redraw, "value")
        self.longest.observe(self._redraw, "value")
        self._redraw()

    @property
    def reading(self) -> SpanReading:
        """The one that is shown."""
        return self._readings[self.question.value]

    @property
    def spans(self) -> list[Span]:
        """The best ones of the reading that is shown."""
        return self.reading.together(self.longest.value, LISTED)

    def _redraw(self, _: object = None) -> None:
        self.view.value = self._html()

    def _title(self) -> str:
        return f"Question {self.question.value + 1} of {len(self._readings)}: {self.reading.question}"

    def _answer(self) -> str:
        answer = self.reading.answer
        return "not known" if answer is None else f"{_place(*answer)}, {self.reading.text(*answer)}"

    def _alone(self) -> tuple[theme.Style, str]:
        """What comes of the best start and the best end, and how it met the answer."""
        start, end, _ = self.reading.each_alone
        said = f"starts at token {start + 1}, ends at token {end + 1}"
        if start > end:
            return theme.WRONG, f"{said}: {theme.WRONG.mark} no span, it starts after its end"
        style = self._met(start, end)
        return style, f"{said}: {self.reading.text(start, end)} {style.mark}".rstrip()

    def _met(self, start: int, end: int) -> theme.Style:
        if self.reading.answer is None:
            return OPEN
        return theme.RIGHT if (start, end) == self.reading.answer else OTHER

    def _together(self) -> list[str]:
        return [
            f"{number}. {_place(start, end)}, {share:.0%}: ".replace("%", " %")
            + f"{self.reading.text(start, end)} {self._met(start, end).mark}".rstrip()
            for number, (start, end, share) in enumerate(self.spans, start=1)
        ]

    def __repr__(self) -> str:
        reading = self.reading
        width = max(map(len, reading.tokens))
        lines = [self._title()]
        for token, start, end in zip(reading.tokens, reading.start, reading.end, strict=True):
            lines.append(f"  {token:{width}}  start {100 * start:2.0f} %  end {100 * end:2.0f} %")
        lines.append(f"right answer: {self._answer()}")
        lines.append(f"each alone: {self._alone()[1]}")
        lines.append(f"together, of at most {self.longest.value} tokens:")
        return "\n".join([*lines, *(f"  {line}" for line in self._together())])

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        note = Markup("<p><i>Run this cell in JupyterLab to see other questions and longest spans.</i></p>")
        return theme.mime_bundle(self, self._html() + note, repr(self))

    def _html(self) -> Markup:
        reading, best = self.reading, self.spans[0]
        boxes = [
            _token(token, start, end, best.start <= place <= best.end)
            for place, (token, start, end) in enumerate(zip(reading.tokens, reading.start, reading.end, strict=True))
        ]
        listed = Markup("").join(Markup("<li>{}</li>").format(line.split(". ", 1)[1]) for line in self._together())
        return Markup(
            '<div style="{}"><div role="status"><b>{}</b></div>'
            '<div style="line-height:1.2;margin:6px 0px">{}</div><small style="{}">{}</small>'
            "<div>right answer: {}</div>{}<div>together, of at most {} tokens:<ol>{}</ol></div></div>"
        ).format(
            theme.font(), self._title(), Markup("").join(boxes), theme.FAINT,
            f"Above each token {START.mark} the probability that the answer starts there, below it {END.mark} that it "
            "ends there; a frame marks the best span.",
            self._answer(), theme.callout(self._alone()[0], f"each alone: {self._alone()[1]}"),
            self.longest.value, listed,
        )  # fmt: skip


OPEN = theme.Style("", "", theme.GREY)
OTHER = theme.Style("", "another one", theme.GREY)


def _place(start: int, end: int) -> str:
    return f"tokens {start + 1} to {end + 1}"


def _percent(share: float) -> str:
    return f"{share:.0%}".replace("%", " %") if share >= LEAST_SAID else ""


def _bar(style: theme.Style, share: float) -> Markup:
    """A probability as a height, written out where it is more than nothing."""
    return Markup(
        '<span style="display:block;width:70%;margin:0px 15%;height:{:.0f}px;background-color:{};'
        'border-{}:2px solid {}"></span>'
    ).format(
        TALLEST * share, theme.tint(style.colour, 0.6), "top" if style is START else "bottom", style.colour
    )  # fmt: skip


def _token(token: str, start: float, end: float, in_best: bool) -> Markup:
    """A token between the bars of its start and its end, which stand in one line over all of a row."""
    half = f"display:block;position:relative;height:{TALLEST + 16}px"
    above = Markup(
        '<span style="{}"><span style="display:block;position:absolute;bottom:0px;width:100%"><small>{}</small>{}'
        "</span></span>"
    ).format(half, _percent(start), _bar(START, start))
    below = Markup('<span style="{}">{}<small>{}</small></span>').format(half, _bar(END, end), _percent(end))
    return Markup(
        '<span title="{}" style="display:inline-block;vertical-align:top;text-align:center;min-width:34px;'
        'padding:0px 2px">{}<span style="display:block;border:{}">{}</span>{}</span>'
    ).format(
        f"{token}: starts {start:.1%}, ends {end:.1%}" + ", in the best span" * in_best,
        above, f"2px solid {theme.GREEN}" if in_best else "2px solid transparent", token, below,
    )  # fmt: skip
