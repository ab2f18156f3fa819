"""A learner's own certificate: what is on it, that it is text and stays text, and where it is written."""

from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from autograder.certificate.confirmed import OutputError, check_output
from autograder.certificate.page import MADE_BY
from autograder.certificate.reported import FILE, Report
from autograder.notebook import Whose
from bertkit import atomic

WHEN = datetime(2030, 1, 2, 3, 4, tzinfo=UTC)
HOSTILE = "</style><script>alert('1')</script>\u202e&amp;\x1b[2J"


@pytest.fixture
def report() -> Report:
    whose = [
        Whose("mlm.corrupt", ("corrupt",), True, "yours (kept from lesson 2, 28 Nov)"),
        Whose("nsp.nsp_loss", (HOSTILE,), False, f"bertkit's (yours: {HOSTILE})"),
    ]
    return Report(whose, {"Pre-training": {"hidden words": "1.71 nats", HOSTILE: HOSTILE}}, WHEN)


class Page(HTMLParser):
    """The elements, their attributes and the text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.attributes: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += [name for name, value in attrs if (name, value) != ("style", "text-align:left")]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_says_what_was_reported_and_by_whom(report: Report) -> None:
    page = Page(report.to_html())
    for said in ("Reported by the learner", MADE_BY, "1.71 nats", "kept from lesson 2", "2030-01-02", "torch"):
        assert said in page.text
    assert "1 of 2 the learner's, 1 the library's" in page.text


def test_what_is_on_it_stays_text(report: Report) -> None:
    """In the page and in the notebook; and nothing on it changes the order in which it is read."""
    for html in (report.to_html(), report._repr_html_()):
        page = Page(html)
        assert not {"script", "img", "a", "iframe", "link"} & set(page.elements)
        assert not [name for name in page.attributes if name.startswith("on") or name in ("src", "href", "style")]
        assert "alert('1')" in page.text
        assert "&amp;" in page.text
    assert not set("\u202e\x1b") & set(report.to_html())


def test_text_has_all_that_the_page_has(report: Report) -> None:
    page = Page(report.to_html()).text
    for table in report.tables():
        assert table.title in repr(report)
        assert table.title in page
        for row in table.rows:
            assert all(cell in repr(report) for cell in row)


def test_it_is_written_whole_and_again(report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "my_work"
    path = report.keep(folder)
    assert path == folder / FILE
    first = path.read_bytes()
    later = Report(report.whose, {}, datetime(2031, 1, 1, tzinfo=UTC))

    def full_disk(*_: object) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(atomic.os, "replace", full_disk)
        with pytest.raises(OSError, match="disk is full"):
            later.keep(folder)
    assert (path.read_bytes(), len([*folder.iterdir()])) == (first, 1)
    assert later.keep(folder) == path
    assert "2031" in path.read_text(encoding="utf-8")


def test_it_takes_nobodys_place(report: Report, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("mine", encoding="utf-8")
    with pytest.raises(FileExistsError, match="move it elsewhere"):
        report.keep(tmp_path)
    assert (tmp_path / FILE).read_text(encoding="utf-8") == "mine"


def test_what_is_reported_and_what_was_judged_do_not_take_each_others_place(report: Report, tmp_path: Path) -> None:
    """Although the one names the command that makes the other."""
    path = report.keep(tmp_path)
    assert MADE_BY in path.read_text(encoding="utf-8")
    with pytest.raises(OutputError, match=f"was not written by {MADE_BY}"):
        check_output(path)
    judged = f'<meta name="generator" content="{MADE_BY}">'
    path.write_text(judged, encoding="utf-8")
    check_output(path)
    with pytest.raises(FileExistsError, match="was not written by the capstone"):
        report.keep(tmp_path)
    assert path.read_text(encoding="utf-8") == judged
