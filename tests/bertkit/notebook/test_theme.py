"""Colours that can be seen in both themes, and text that cannot become markup."""

import ast
import re
from pathlib import Path

import pytest
from markupsafe import Markup

from bertkit.notebook import flow_picture, pair_viewer, theme

STYLES = sorted(
    {
        style
        for module in (theme, flow_picture, pair_viewer)
        for value in vars(module).values()
        for style in (value if isinstance(value, tuple) and not isinstance(value, theme.Style) else (value,))
        if isinstance(style, theme.Style)
    }
)
"""All that the modules define, so that a new one cannot be forgotten here."""


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted([luminance(one), luminance(other)], reverse=True)
    return (light + 0.05) / (dark + 0.05)


def over(colour: str, page: str, opacity: float) -> str:
    mixed = [round(opacity * int(colour[i : i + 2], 16) + (1 - opacity) * int(page[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{c:02x}" for c in mixed)


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.name)
@pytest.mark.parametrize(("page", "text"), [("#ffffff", "#212121"), ("#111111", "#ffffff")], ids=["light", "dark"])
def test_borders_and_tinted_text_are_readable_in_both_themes(style, page, text):
    assert contrast(style.colour, page) >= 3
    assert contrast(text, over(style.colour, page, 0.2)) >= 4.5


def test_the_styles_of_all_modules_are_found():
    assert {"masked", "kept", "right", "warning", "cannot see", "first sentence", "on both sides"} <= {
        style.name for style in STYLES
    }


def test_fates_differ_without_colour():
    marks = [style.mark for style in (theme.MASKED, theme.RANDOM, theme.KEPT, theme.WARNING)]
    assert len(set(marks)) == len(marks)
    assert theme.RIGHT.mark != theme.WRONG.mark
    dashes = [str(dash) for _, dash in theme.LINES]
    assert len(set(dashes)) == len(dashes)


def test_inline_escapes_markup_and_sets_code():
    assert theme.inline("a `b<c` & <i>") == "a <code>b&lt;c</code> &amp; &lt;i&gt;"
    assert theme.inline("\"'") == "&#34;&#39;"


def test_a_callout_escapes_all_but_markup():
    assert "&lt;b&gt;" in theme.callout(theme.RIGHT, "<b>")
    assert "<b>&lt;i&gt;</b>" in theme.callout(theme.RIGHT, Markup("<b>{}</b>").format("<i>"))
    assert "&#34; onclick" in theme.callout(theme.Style("!", "odd", '#000000" onclick="'), "x")


TAG = re.compile(r"</?[a-z]+[ >]")
PROJECT = Path(__file__).parents[3]
MARKDOWN = "autograder/lessons/expand.py"
"""Folds hints, which are Markdown, into Markdown; nothing that a student wrote is in it."""


def tags_in_f_strings(source: str) -> list[str]:
    return [
        ast.unparse(node)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.JoinedStr) and any(TAG.search(str(part.value)) for part in node.values)
    ]


def test_html_is_written_by_markup_which_escapes():
    """The linter holds that `Markup` is made of literals; an f-string would get round it."""
    modules = [path for package in ("bertkit", "autograder") for path in (PROJECT / package).rglob("*.py")]
    writers = {path.relative_to(PROJECT).as_posix() for path in modules if tags_in_f_strings(path.read_text("utf-8"))}
    assert writers == {MARKDOWN}


def test_html_in_an_f_string_would_be_found():
    assert len(tags_in_f_strings("f'<b>{x}</b>'\nf'{x}<br>'\nf'{x} < {y}'\n'<b>'")) == 2


@pytest.mark.parametrize("long", ["x" * 81, "uses `code`"])
def test_labels_that_would_not_fit_get_letters(long):
    assert theme.radio_labels(["a", "b"]) == (["a", "b"], "")
    labels, above = theme.radio_labels(["<a>", long])
    assert labels == ["A", "B"]
    assert "&lt;a&gt;" in above


def test_numbers_are_written_as_people_do():
    assert [theme.number(x) for x in (0, 38.7, 0.03668, 30522, 5.0)] == ["0", "38.7", "0.03668", "30,522", "5"]
    assert theme.with_unit(2.5, "") == "2.5"
