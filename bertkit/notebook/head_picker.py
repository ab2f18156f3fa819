"""A task and a head to choose, and what comes of the two: an answer, a stand-in that costs something, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ipywidgets import HTML, Dropdown, Layout, VBox
from markupsafe import Markup

from bertkit.notebook import theme

Outcome = Literal["fits", "stands in", "cannot"]
STYLES: dict[Outcome, theme.Style] = {
    "fits": theme.Style("✔", "fits", theme.GREEN),
    "stands in": theme.Style("≈", "can, at a price", theme.BLUE),
    "cannot": theme.Style("✘", "cannot", theme.VERMILION),
}


@dataclass(frozen=True)
class Picked:
    """What comes of a head on a task.

    Args:
        outcome: whether the head gives the task's kind of answer, one from which it can be made, or neither.
        because: in a sentence.
        lines: answers, one a line; none where there are none.

    Raises:
        ValueError: for another outcome.
    """

    outcome: Outcome
    because: str
    lines: Sequence[str] = ()

    def __post_init__(self) -> None:
        if self.outcome not in STYLES:
            raise ValueError(f"there is no outcome {self.outcome!r}; it is one of {', '.join(STYLES)}")


class HeadPicker(VBox):  # type: ignore[misc]
    """Two lists to choose from, and the answer of this head to this task.

    Its controls are `task` and `head`. An answer is asked for when it is first shown, and kept.

    Args:
        tasks: names, one or more.
        heads: names, one or more.
        answer: what comes of a task and a head.

    Raises:
        ValueError: there are no tasks or no heads.

    >>> def answer(task, head):
    ...     if head == "span":
    ...         return Picked("cannot", "a span has no label")
    ...     return Picked("fits", "one label for the whole", ["what a day: glad 97 %"])
    >>> picker = HeadPicker(["sentiment"], ["cls", "span"], answer)
    >>> print(picker)
    Task sentiment, head cls
    ✔ fits: one label for the whole
      what a day: glad 97 %
    >>> picker.head.value = "span"
    >>> print(picker)
    Task sentiment, head span
    ✘ cannot: a span has no label
    """

    def __init__(self, tasks: Sequence[str], heads: Sequence[str], answer: Callable[[str, str], Picked]) -> None:
        if not tasks or not heads:
            raise ValueError(f"give at least one task and one head; there are {len(tasks)} and {len(heads)}")
        self._answer, self._kept = answer, dict[tuple[str, str], Picked]()
        room = Layout(width="auto", max_width="95%")
        self.task = Dropdown(options=list(tasks), description="Task", layout=room)
        self.head = Dropdown(options=list(heads), description="Head", layout=room)
        self.view = HTML()
        super().__init__([self.task, self.head, self.view])
        self.task.observe(self._redraw, "value")
        self.head.observe(self._redraw, "value")
        self._redraw()

    @property
    def picked(self) -> Picked:
        """What comes of the task and the head that are chosen."""
        chosen = (self.task.value, self.head.value)
        if chosen not in self._kept:
            self._kept[chosen] = self._answer(*chosen)
        return self._kept[chosen]

    def _redraw(self, _: object = None) -> None:
        self.view.value = self._html()

    def _said(self) -> str:
        return f"{STYLES[self.picked.outcome].name}: {self.picked.because}"

    def __repr__(self) -> str:
        lines = [f"Task {self.task.value}, head {self.head.value}"]
        lines.append(f"{STYLES[self.picked.outcome].mark} {self._said()}")
        return "\n".join([*lines, *(f"  {line}" for line in self.picked.lines)])

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        title = Markup('<div style="{}"><b>Task {}, head {}</b></div>').format(
            theme.font(), self.task.value, self.head.value
        )
        note = Markup("<p><i>Run this cell in JupyterLab to choose other tasks and heads.</i></p>")
        return theme.mime_bundle(self, title + self._html() + note, repr(self))

    def _html(self) -> Markup:
        lines = Markup("").join(map(Markup("<li><code>{}</code></li>").format, self.picked.lines))
        told = Markup("<ul>{}</ul>").format(lines) if lines else Markup("")
        callout = theme.callout(STYLES[self.picked.outcome], self._said(), live=True)
        return Markup('<div style="{}">{}{}</div>').format(theme.font(), callout, told)


@dataclass(frozen=True, repr=False)
class OutcomeTable:
    """The grid of tasks and heads: each cell's outcome by mark, word and colour, and what was measured in it.

    Args:
        outcomes: by task and head, in the order of rows and columns.
        said: what stands in a cell beside its outcome; nothing where there is none.

    >>> print(OutcomeTable({("intent", "cls"): "fits", ("intent", "span"): "cannot"}, {("intent", "cls"): "98 %"}))
            cls     span
    intent  ✔ 98 %  ✘
    ✔ fits, ≈ can, at a price, ✘ cannot
    """

    outcomes: Mapping[tuple[str, str], Outcome]
    said: Mapping[tuple[str, str], str]

    def _cell(self, task: str, head: str) -> str:
        return f"{STYLES[self.outcomes[task, head]].mark} {self.said.get((task, head), '')}".rstrip()

    @property
    def _axes(self) -> tuple[list[str], list[str]]:
        tasks, heads = zip(*self.outcomes, strict=True)
        return list(dict.fromkeys(tasks)), list(dict.fromkeys(heads))

    def _legend(self) -> str:
        return ", ".join(f"{style.mark} {style.name}" for style in STYLES.values())

    def __repr__(self) -> str:
        tasks, heads = self._axes
        rows = [["", *heads], *([task, *(self._cell(task, head) for head in heads)] for task in tasks)]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = ["  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
        return "\n".join([*lines, self._legend()])

    def _repr_html_(self) -> str:
        tasks, heads = self._axes
        head = Markup('<th scope="{}" style="text-align:left;padding:2px 10px">{}</th>')
        cell = Markup(
            '<td title="{}" style="text-align:left;padding:2px 10px;white-space:nowrap;border-left:4px solid {};'
            'background-color:{}">{}</td>'
        )
        body = []
        for task in tasks:
            styles = [STYLES[self.outcomes[task, each]] for each in heads]
            cells = [
                cell.format(style.name, style.colour, theme.tint(style.colour, 0.12), self._cell(task, each))
                for style, each in zip(styles, heads, strict=True)
            ]
            body.append(Markup("<tr>{}{}</tr>").format(head.format("row", task), Markup("").join(cells)))
        return str(
            Markup(
                '<div style="{};{}"><table style="border-collapse:collapse"><caption>{}</caption>'
                "<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>"
            ).format(
                theme.font(), theme.SCROLL, f"every head on every task: {self._legend()}",
                Markup("").join(head.format("col", name) for name in ["task", *heads]), Markup("").join(body),
            )
        )  # fmt: skip
