"""What came of judging an answer, and how that is said: in four short lines, as text and as HTML."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from markupsafe import Markup

from autograder.wording import marked_up, quoted

LONGEST_LINE = 600
"""Characters of one of our own lines; they rarely have two hundred."""


class Outcome(StrEnum):
    """Kinds of result that call for different reactions."""

    PASSED = "passed"
    PARTLY = "partly"
    NOT_PASSED = "not passed"
    NOT_ATTEMPTED = "not attempted"
    CODE_FAILED = "code failed"
    """The learner's code raised where it should not have, hung, or left the process."""


MARKS = {
    Outcome.PASSED: ("✓", "Right"),
    Outcome.PARTLY: ("◐", "Partly right"),
    Outcome.NOT_PASSED: ("✗", "Not yet"),
    Outcome.NOT_ATTEMPTED: ("○", "Not written yet"),
    Outcome.CODE_FAILED: ("✗", "Your code stopped"),
}
"""Mark and word for each outcome: the colour beside them says nothing of its own."""

COLOURS = {
    Outcome.PASSED: "#2e7d32",
    Outcome.PARTLY: "#b26a00",
    Outcome.NOT_PASSED: "#c62828",
    Outcome.NOT_ATTEMPTED: "#5f6368",
    Outcome.CODE_FAILED: "#c62828",
}


@dataclass(frozen=True)
class Diagnosis:
    """What a learner needs to know about one mistake."""

    seen: str
    expected: str
    likely: str
    look_at: str

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """The four lines, each with its label, and nothing in them that moves a terminal's cursor."""
        lines = {"Seen": self.seen, "Expected": self.expected, "Likely mistake": self.likely, "Look at": self.look_at}
        return tuple((label, quoted(text, LONGEST_LINE)) for label, text in lines.items())


@dataclass(frozen=True)
class Counterexample:
    """A case in which an answer goes wrong, small enough to be followed by hand."""

    rows: tuple[tuple[str, str], ...]
    """Each a label and what stands there: what was given, what came, what should have come; or what was counted."""


@dataclass(frozen=True)
class PartResult:
    """Whether one part of an exercise was right."""

    title: str
    points: float
    passed: bool


@dataclass(frozen=True)
class Verdict:
    """The judgement of one answer to one exercise."""

    exercise: str
    title: str
    outcome: Outcome
    points: float
    max_points: float
    parts: tuple[PartResult, ...]
    diagnosis: Diagnosis | None = None
    """Of the first part that failed; None where there is nothing to mend."""
    misconception: str | None = None
    """Stable name of the known mistake that gives the same answers, where there is one."""
    counterexample: Counterexample | None = None
    """Never where inputs and right values are to stay hidden."""

    @property
    def passed(self) -> bool:
        """Whether all points were given."""
        return self.outcome is Outcome.PASSED

    @property
    def message(self) -> str:
        """What went wrong and where to look, in a sentence or two."""
        if self.passed:
            return "Right."
        if self.diagnosis is None:
            return "The function is not written yet."
        return f"{self.diagnosis.seen} {self.diagnosis.likely} {self.diagnosis.look_at}"

    @property
    def headline(self) -> str:
        """One line: mark, word, id, points."""
        mark, word = MARKS[self.outcome]
        return f"{mark} {word}: {self.exercise}, {self.points:g} of {self.max_points:g} points"

    def as_json(self, file: str) -> dict[str, Any]:
        """The object that `autograder check --json` prints for one file."""
        return {
            "exercise": self.exercise,
            "file": file,
            "passed": self.passed,
            "points": float(self.points),
            "max_points": float(self.max_points),
            "misconception": self.misconception,
            "message": self.message,
        }

    def to_text(self) -> str:
        """Several lines of plain text."""
        lines = [self.headline]
        if self.diagnosis:
            width = max(len(label) for label, _ in self.diagnosis.lines)
            lines += [f"  {label + ':':<{width + 1}} {text}" for label, text in self.diagnosis.lines]
        if self.counterexample:
            lines += [f"  {quoted(label)}: {quoted(text, LONGEST_LINE)}" for label, text in self.counterexample.rows]
        if self.outcome is Outcome.PARTLY:
            lines += [f"  {'✓' if part.passed else '✗'} {part.title} ({part.points:g})" for part in self.parts]
        return "\n".join(lines)

    def to_html(self) -> str:
        """The same as a card that fits JupyterLab's light and dark themes."""
        told = self.diagnosis.lines if self.diagnosis else ()
        parts = self.parts if self.outcome is Outcome.PARTLY else ()
        rows = [ROW.format(label, marked_up(text)) for label, text in told]
        items = [ITEM.format("✓" if part.passed else "✗", marked_up(part.title), part.points) for part in parts]
        case = self.counterexample.rows if self.counterexample else ()
        cells = [CASE_ROW.format(marked_up(quoted(label)), quoted(text, LONGEST_LINE)) for label, text in case]
        card = CARD.format(
            colour=COLOURS[self.outcome],
            headline=self.headline,
            diagnosis=TABLE.format(Markup("").join(rows)) if rows else "",
            case=CASE.format(Markup("").join(cells)) if cells else "",
            parts=LIST.format(Markup("").join(items)) if items else "",
        )
        return str(card)  # to whoever shows it, text like any other


# Literals; `format` escapes all that is put into them and is no Markup itself.
CARD = Markup(
    '<div style="border-left:5px solid {colour};padding:8px 14px;margin:4px 0;'
    "background:var(--jp-layout-color1,#fff);color:var(--jp-content-font-color1,#222);"
    'font-family:var(--jp-content-font-family,sans-serif);line-height:1.45">'
    '<div style="font-weight:600">{headline}</div>{diagnosis}{case}{parts}</div>'
)
TABLE = Markup('<table style="margin:6px 0 0 0;border:none;font-size:inherit">{}</table>')
ROW = Markup(
    '<tr style="background:none"><th style="text-align:left;vertical-align:top;white-space:nowrap;'
    'padding:2px 12px 2px 0;font-weight:600">{}</th><td style="text-align:left;padding:2px 0">{}</td></tr>'
)
CASE = Markup(
    '<table style="margin:8px 0 0 0;border:1px solid var(--jp-border-color2,#ccc);font-size:inherit">{}</table>'
)
CASE_ROW = Markup(
    '<tr style="background:none"><th style="text-align:left;vertical-align:top;padding:2px 12px 2px 8px;'
    'font-weight:normal">{}</th><td style="text-align:left;padding:2px 8px;'
    'font-family:var(--jp-code-font-family,monospace);white-space:pre-wrap">{}</td></tr>'
)
LIST = Markup('<ul style="margin:6px 0 0 0;padding:0">{}</ul>')
ITEM = Markup('<li style="list-style:none">{} {} ({:g})</li>')
