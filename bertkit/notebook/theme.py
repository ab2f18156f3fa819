"""What every widget of the lessons shares: marks, colours, escaping and fall-backs.

Four rules shape this module.

*Nothing is escaped by hand.* HTML is `markupsafe.Markup`, made of literals alone: its `format` and `join` escape all
that is not `Markup` itself, so that no text can be forgotten. A linter's rule (S704) holds the literals.

*Colour never speaks alone.* A `Style` is always a mark, a word and a colour together.

*Light and dark.* Text keeps the page's own colour. Colour appears as a border that has a contrast of at least 3 to 1
on white and on JupyterLab's dark background, and as a transparent tint, so neither theme needs a second palette.

*Untrusted notebooks.* JupyterLab cleans the HTML of a notebook that was not run by its reader: no SVG, no `role`, and
`var(--jp-...)` is dropped from inline styles. So a theme variable only refines what already reads well without it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from typing import Any, NamedTuple

from markupsafe import Markup, escape

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


class Style(NamedTuple):
    """How one meaning looks: the mark and the word carry it, the colour only helps."""

    mark: str
    name: str
    colour: str


BLUE, VERMILION, GREEN, PURPLE, GREY = "#0072B2", "#D55E00", "#00875F", "#B8609A", "#808080"

MASKED = Style("▇", "masked", BLUE)
RANDOM = Style("↯", "random", VERMILION)
KEPT = Style("=", "kept", PURPLE)
RIGHT = Style("✔", "right", GREEN)
WRONG = Style("✘", "not this one", VERMILION)
WARNING = Style("⚠", "warning", VERMILION)
INSIDE = Style("◆", "inside", GREEN)
OUTSIDE = Style("⚠", "outside", VERMILION)

# Series of a plot differ by dash pattern as well as by colour.
LINES: tuple[tuple[str, Any], ...] = (
    (BLUE, "-"),
    (VERMILION, (0, (6, 2))),
    (GREEN, (0, (6, 2, 1.5, 2))),
    (PURPLE, (0, (1.5, 1.5))),
    ("#333333", (0, (10, 3, 1.5, 3, 1.5, 3))),
)

FAINT = "opacity:0.8"
LABEL = 80  # characters that fit beside a radio button on a narrow screen
TEXT = "line-height:1.5;white-space:normal;max-width:720px"
SCROLL = "overflow-x:auto;width:0px;min-width:100%"  # as wide as the page and no wider, so that text beside it wraps
PANEL = f"border-left:3px solid {GREY};padding:4px 10px;margin:6px 0px"


def inline(text: object) -> Markup:
    """Escaped text in which `back-ticked` words become code."""
    marked_up = re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text)))
    return Markup(marked_up)  # noqa: S704 - escaped before it is marked up


def tint(colour: str, opacity: float = 0.2) -> str:
    """A transparent wash of `colour` ("#rrggbb") that leaves the page's own text readable on it."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity:g})"


def font() -> str:
    """Inline declarations for the reader's own interface font."""
    return "font-family:var(--jp-ui-font-family,sans-serif);font-size:var(--jp-ui-font-size1,13px)"


def callout(style: Style, message: str, live: bool = False) -> Markup:
    """A marked, bordered line of feedback. `live` asks a screen reader to announce the change."""
    return Markup(
        '<div{} style="border-left:4px solid {};background-color:{};padding:4px 10px;margin:4px 0px;{}">'
        "<b>{}</b> {}</div>"
    ).format(
        Markup(' role="status"') if live else "", style.colour, tint(style.colour, 0.12), TEXT, style.mark, message
    )


def radio_labels(choices: Sequence[str]) -> tuple[list[str], Markup]:
    """What stands beside each radio button, and the HTML that stands above them all.

    A radio button's label can neither wrap nor show code. If one of the choices needs that, all get a letter as label
    and are written out above; otherwise the choices themselves are the labels and nothing stands above.
    """
    if all(len(choice) <= LABEL and "`" not in choice for choice in choices):
        return list(choices), Markup("")
    letters = [chr(ord("A") + index) for index in range(len(choices))]
    line = Markup('<div style="margin:2px 0px 2px 12px;{}"><b>{}</b> {}</div>')
    lines = [line.format(TEXT, letter, inline(choice)) for letter, choice in zip(letters, choices, strict=True)]
    return letters, Markup("").join(lines)


def number(value: float) -> str:
    """A number to four significant digits, without an exponent where people would write none."""
    return f"{value:,.0f}" if abs(value) >= 1e4 else f"{value:.4g}"


def duration(seconds: float) -> str:
    """A time to two significant digits or to the whole unit, in the unit that people would say it in.

    >>> [duration(seconds) for seconds in (0.84, 35, 150, 9000, 4 * 86400)]
    ['0.84 s', '35 s', '2.5 minutes', '2.5 hours', '4 days']
    """
    amount, unit = seconds, "s"
    for size, name in ((60, "minutes"), (3600, "hours"), (86_400, "days"), (365.25 * 86_400, "years")):
        if seconds >= 2 * size:
            amount, unit = seconds / size, name
    return f"{amount:,.0f} {unit}" if amount >= 10 else f"{amount:.2g} {unit}"


def with_unit(value: float, unit: str) -> str:
    return f"{number(value)} {unit}".rstrip()


def in_notebook() -> bool:
    """Whether a notebook kernel runs this; looked up, not imported, so that a script does not pay for IPython."""
    ipython = sys.modules.get("IPython")
    return ipython is not None and getattr(ipython.get_ipython(), "kernel", None) is not None


def mime_bundle(widget: Any, html_form: Markup, text_form: str) -> dict[str, Any]:
    """A widget's view together with the forms for places where no widget lives.

    A front end takes the richest form that it can and may show: JupyterLab the widget; an untrusted notebook, GitHub
    and nbconvert without widget state the HTML; a terminal the text.
    """
    bundle: dict[str, Any] = {"text/plain": text_form, "text/html": str(html_form)}
    if getattr(widget, "_view_name", None) is not None and widget.comm is not None:
        bundle[WIDGET_VIEW] = {"version_major": 2, "version_minor": 0, "model_id": widget.model_id}
    return bundle
