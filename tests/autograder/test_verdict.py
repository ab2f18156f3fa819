"""How a verdict is said: as text, as HTML in which nothing of a learner's is live, and as JSON."""

import json
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from autograder.verdict import COLOURS, MARKS, Diagnosis, Outcome, PartResult, Verdict
from autograder.wording import marked_up, quoted

EVIL = '<script>alert("1")</script> & <img src=x onerror=y>'
TOLD = Diagnosis("It saw this.", "It expected that.", "A likely mistake.", "Somewhere.")
PARTS = (PartResult("one thing holds", 1.5, True), PartResult("another holds", 1, False))


def verdict(outcome: Outcome, told: Diagnosis | None = TOLD, points: float = 1.5) -> Verdict:
    return Verdict("mlm.corrupt", "Corrupt", outcome, points, 2.5, PARTS, told, "a-name" if told else None)


class Reader(HTMLParser):
    """Collects tags and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("field", ["seen", "expected", "likely", "look_at"])
def test_html_escapes_every_line_of_a_diagnosis(field: str) -> None:
    reader = Reader(verdict(Outcome.NOT_PASSED, replace(TOLD, **{field: EVIL})).to_html())
    assert EVIL in reader.text
    assert reader.tags <= {"div", "table", "tr", "th", "td"}
    assert reader.attributes == {"style"}


def test_html_escapes_names_and_titles() -> None:
    evil = replace(verdict(Outcome.PARTLY), exercise=EVIL, parts=(PartResult(EVIL, 1, True),))
    reader = Reader(evil.to_html())
    assert reader.text.count(EVIL) == 2
    assert reader.tags <= {"div", "table", "tr", "th", "td", "ul", "li"}


@pytest.mark.parametrize("outcome", Outcome)
def test_text_and_html_say_the_same(outcome: Outcome) -> None:
    told = None if outcome in (Outcome.PASSED, Outcome.NOT_ATTEMPTED) else TOLD
    shown = verdict(outcome, told)
    words = Reader(shown.to_html()).text
    for line in shown.to_text().splitlines():
        for piece in line.strip().split(":  "):
            assert piece.strip().removesuffix(":").split(": ")[-1] in words


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_has_a_mark_a_word_and_a_colour(outcome: Outcome) -> None:
    mark, word = MARKS[outcome]
    assert verdict(outcome).headline == f"{mark} {word}: mlm.corrupt, 1.5 of 2.5 points"
    assert COLOURS[outcome] in verdict(outcome).to_html()


def test_marks_and_words_tell_outcomes_apart_without_colour() -> None:
    assert len(set(MARKS.values())) == len(Outcome)


def test_text() -> None:
    assert verdict(Outcome.PARTLY).to_text() == "\n".join(
        [
            "◐ Partly right: mlm.corrupt, 1.5 of 2.5 points",
            "  Seen:           It saw this.",
            "  Expected:       It expected that.",
            "  Likely mistake: A likely mistake.",
            "  Look at:        Somewhere.",
            "  ✓ one thing holds (1.5)",
            "  ✗ another holds (1)",
        ]
    )


def test_parts_are_listed_only_where_some_were_right() -> None:
    assert "holds" not in verdict(Outcome.NOT_PASSED).to_text() + verdict(Outcome.PASSED, None).to_html()


@pytest.mark.parametrize(
    ("outcome", "told", "message"),
    [
        (Outcome.PASSED, None, "Right."),
        (Outcome.NOT_ATTEMPTED, None, "The function is not written yet."),
        (Outcome.NOT_PASSED, TOLD, "It saw this. A likely mistake. Somewhere."),
    ],
)
def test_message(outcome: Outcome, told: Diagnosis | None, message: str) -> None:
    assert verdict(outcome, told).message == message


def test_json() -> None:
    assert json.loads(json.dumps(verdict(Outcome.PARTLY, points=1).as_json("a.py"))) == {
        "exercise": "mlm.corrupt",
        "file": "a.py",
        "passed": False,
        "points": 1.0,
        "max_points": 2.5,
        "misconception": "a-name",
        "message": "It saw this. A likely mistake. Somewhere.",
    }
    assert type(verdict(Outcome.PARTLY, points=1).as_json("a.py")["points"]) is float


@pytest.mark.parametrize("outcome", Outcome)
def test_only_a_pass_is_a_pass(outcome: Outcome) -> None:
    assert verdict(outcome).passed is (outcome is Outcome.PASSED)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        (" a\n\tb  c ", "a b c"),
        ("\x1b[31mred\x07", "?[31mred?"),
        ("\ud800", "?"),
        ("\u202eabc", "?abc"),
        ("ä🧸", "ä🧸"),
        ("x" * 20, "x" * 20),
        ("x" * 21, "x" * 19 + "…"),
        ("", ""),
    ],
)
def test_quoted(text: str, shown: str) -> None:
    assert quoted(text, 20) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("use `a & ~b` here", "use <code>a &amp; ~b</code> here"),
        ("of the *remaining* 20 %", "of the <em>remaining</em> 20 %"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("<b>`<i>`</b>", "&lt;b&gt;<code>&lt;i&gt;</code>&lt;/b&gt;"),
    ],
)
def test_code_and_emphasis_are_the_only_markup(text: str, shown: str) -> None:
    assert marked_up(text) == shown
