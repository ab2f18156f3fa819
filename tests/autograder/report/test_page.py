"""The page: what stands in it, that nothing of a student's becomes markup, and where it is written."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from report import classroom

from autograder.grading.results import SubmissionResult
from autograder.nbgrader_plugin.class_records import Entry, GradebookView
from autograder.report import ReportError, report_path, write_report
from autograder.report.page import render, score_distribution
from autograder.report.records import ClassRecords
from autograder.verdict import Diagnosis, Outcome, Verdict

NAME = "02_small"
WHEN = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
SCRIPT = "<script>alert(1)</script>"
LOSS, LABELS = "mlm.mlm_loss", "mlm.mlm_labels"
NO_GRADEBOOK = GradebookView(absent="There is no gradebook yet.")


def page_of(
    results: dict[str, SubmissionResult], gradebook: GradebookView = NO_GRADEBOOK, **more: object
) -> BeautifulSoup:
    """The parsed page of a class."""
    records = ClassRecords(NAME, results, gradebook=gradebook, **more)
    return BeautifulSoup(render(records, WHEN), "html.parser")


def section(page: BeautifulSoup, name: str) -> str:
    """The text of a section, each run of spaces as one."""
    found = page.find(id=name)
    assert found is not None
    return " ".join(found.get_text().split())


def count(page: BeautifulSoup, of: str) -> str:
    """A number at the head of the page."""
    return next(dt.find_next("dd").text for dt in page.find_all("dt") if dt.text == of)


@pytest.fixture(scope="module")
def sixty() -> BeautifulSoup:
    return page_of(classroom.classroom(60, 1))


def test_the_head_counts_everybody_once(sixty: BeautifulSoup) -> None:
    numbers = {dt.text: dt.find_next("dd").text for dt in sixty.find_all("dt")}
    assert numbers == {
        "handed in": "60",
        "graded": "59",
        "handed in, no result yet": "0",
        "infrastructure failed": "1",
        "need manual grading": "–",
        "enrolled, nothing handed in": "–",
    }
    assert "n = 59. Left out: 1 whom the infrastructure failed." in " ".join(sixty.figcaption.text.split())


def test_an_infrastructure_failure_is_named_and_is_no_zero() -> None:
    right = classroom.result([classroom.verdict(LOSS)])
    page = page_of({"ann": right, "ben": classroom.result([], infrastructure="no space left on device")})
    assert "Mean 100 %, median 100 %, standard deviation –, n = 1." in " ".join(page.figcaption.text.split())
    human = section(page, "human")
    assert "ben: no space left on device" in human
    assert f"autograder grade {NAME}" in human
    row = page.find(id="students").find("th", string="ben").parent
    assert "infrastructure failed" in row.text
    assert "0" not in row.text


def test_every_student_has_a_row_that_names_lead_to(sixty: BeautifulSoup) -> None:
    rows = sixty.select("table.students tbody tr")
    names = [row.th.text for row in rows]
    assert len(names) == 60
    assert names == sorted(names)
    anchors = {f"#{row['id']}": row.th.text for row in rows}
    links = sixty.select('a[href^="#student-"]')
    assert links
    assert all(anchors[link["href"]] == link.text for link in links)


def test_outcomes_are_said_in_words_too() -> None:
    outcomes = [Outcome.PASSED, Outcome.PARTLY, Outcome.NOT_PASSED, Outcome.NOT_ATTEMPTED, Outcome.CODE_FAILED]
    verdicts = [classroom.verdict(name, kind, [0]) for name, kind in zip(classroom.EXERCISES, outcomes, strict=True)]
    row = page_of({"ann": classroom.result(verdicts)}).select_one("table.students tbody tr")
    marks = row.select(".mark")
    assert [mark.select_one(".words").text for mark in marks] == [
        *("Right", "Partly right", "Not yet", "Not written yet", "Your code stopped"),
    ]
    assert marks[0]["title"] == "Right: 3 of 3 points"
    assert len({mark.text for mark in marks}) == 5


def test_the_exercises_stand_in_the_order_of_the_assignment(sixty: BeautifulSoup) -> None:
    assert [code.text for code in sixty.select("table.items th code")] == list(classroom.EXERCISES)


def test_the_copied_pair_stands_side_by_side(sixty: BeautifulSoup) -> None:
    card = sixty.select_one("#copies .card")
    assert "tokens beyond chance" in card.h3.text
    names = [link.text for link in card.h3.find_all("a")]
    assert len(names) == 2
    for beside in card.select(".beside"):
        assert [heading.text for heading in beside.find_all("h4")] == names
    assert "100 % alike" in card.summary.text


def test_final_scores_come_from_the_gradebook() -> None:
    graded = {name: classroom.result([classroom.verdict(LOSS)]) for name in ("ann", "ben", "cleo", "dan")}
    graded["eva"] = classroom.result([], infrastructure="killed")
    entries = {
        "ann": Entry(10, 10, penalty=2),
        "ben": Entry(4, 10, to_grade=("written",)),
        "cleo": Entry(6, 10, by_hand=("written",)),
        "eva": Entry(0, 10),
    }
    gradebook = GradebookView(dict.fromkeys([*graded, "finn"], ""), entries)
    scores = score_distribution(ClassRecords(NAME, graded, gradebook=gradebook))
    assert scores.final
    assert (scores.n, scores.max_points) == (3, 10)
    assert (scores.mean, scores.median) == (pytest.approx(0.6), 0.6)
    assert scores.sd == pytest.approx(0.2)
    assert scores.bars == [0, 0, 0, 0, 1, 0, 1, 0, 1, 0]
    page = page_of(graded, gradebook)
    caption = " ".join(page.figcaption.text.split())
    assert "Left out: 1 graded but not in the gradebook yet." in caption
    assert "wait for manual grading count with what they have so far" in caption
    assert count(page, "need manual grading") == "1"
    assert count(page, "enrolled, nothing handed in") == "1"
    assert "written: ben" in section(page, "human")
    assert "Enrolled, nothing handed in (1) finn" in section(page, "human")
    assert "late −2" in page.find("th", string="ann").parent.text


def test_scores_without_a_gradebook_are_the_autograders() -> None:
    graded = {
        "ann": classroom.result([classroom.verdict(LOSS)]),
        "ben": classroom.result([classroom.verdict(LOSS, Outcome.PARTLY, [1])]),
    }
    scores = score_distribution(ClassRecords(NAME, graded))
    assert not scores.final
    assert scores.shares == (1, pytest.approx(1 / 3))
    assert scores.bars == [0, 0, 0, 1, 0, 0, 0, 0, 0, 1]
    assert "There is no gradebook yet." in page_of(graded).main.text


@pytest.mark.parametrize(
    "results",
    [
        dict,
        lambda: {"ann": classroom.result([])},
        lambda: {"ann": classroom.result([], infrastructure="killed")},
        lambda: {"ann": classroom.result(map(classroom.verdict, classroom.EXERCISES))},
        lambda: {f"s{n}": classroom.result(map(classroom.verdict, classroom.EXERCISES)) for n in range(20)},
    ],
    ids=["nobody", "no-exercises", "failed", "one", "no-variance"],
)
def test_small_and_even_classes_have_a_page(results: Callable[[], dict[str, SubmissionResult]]) -> None:
    found = results()
    page = page_of(found)
    assert len(page.select("table.students tbody tr")) == len(found)
    assert not re.search(r"\bnan\b|\binf\b|None", page.main.text)
    for item in page.select("table.items tbody tr:first-child"):
        assert item.find(attrs={"data-label": "discrimination (95 %)"}).text.strip() == "–"


def test_nothing_of_a_students_becomes_markup() -> None:
    told = Diagnosis(f"It raised {SCRIPT}.", SCRIPT, f"`{SCRIPT}`", f"*a {SCRIPT}*")
    wrong = Verdict(LOSS, SCRIPT, Outcome.CODE_FAILED, 0, 3, (), told)
    named = Verdict(LABELS, SCRIPT, Outcome.NOT_PASSED, 0, 2, (), told, SCRIPT)
    code = f"def f():\n    return '''</pre>{SCRIPT}''', " + ", ".join(f"odd_{number}(7)" for number in range(30))
    results = {
        name: classroom.result([wrong, named], {LOSS: code, LABELS: code}, notes=(SCRIPT,))
        for name in (SCRIPT, f'"><img src=x onerror="{SCRIPT}">')
    }
    results["failed"] = classroom.result([], infrastructure=SCRIPT)
    gradebook = GradebookView(dict.fromkeys(results, SCRIPT), {SCRIPT: Entry(1, 2, to_grade=(SCRIPT,))})
    page = page_of(results, gradebook, submitted=frozenset({f"late{SCRIPT}"}))
    assert page.find(["script", "img", "iframe", "object", "base", "form"]) is None
    assert not [name for tag in page.find_all(True) for name in tag.attrs if name.startswith("on")]
    for part in ("human", "misconceptions", "stuck", "copies", "students"):
        assert SCRIPT in section(page, part), part
    assert page.select_one("#copies pre").text == code


def test_the_page_asks_for_nothing_and_runs_nothing(sixty: BeautifulSoup) -> None:
    policy = sixty.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    assert {link["href"] for link in sixty.find_all("link")} == {"data:,"}
    assert not sixty.select("[src], script")
    assert all(link["href"].startswith("#") for link in sixty.find_all("a"))


def test_letters_that_hide_or_turn_text_around_are_shown() -> None:
    code = "x = 'a\u202eb\u200bc\x1b[2J\x00'\r\n" + "y = odd(7)\n" * 30
    results = {name: classroom.result([classroom.verdict(LOSS)], {LOSS: code}) for name in ("ann\u2066", "ben\ud800")}
    text = render(ClassRecords(NAME, results), WHEN)
    assert "x = &#39;a�b�c�[2J�&#39;" in text
    assert "ben�" in text
    assert text.encode()


def test_a_long_answer_is_cut_and_a_long_sentence_too() -> None:
    code = "y = odd(7)\n" * 100_000
    results = {
        name: classroom.result([classroom.verdict(LOSS)], {LOSS: code}, notes=("note " * 10_000,))
        for name in ("ann", "ben")
    }
    page = page_of(results)
    assert f"… {len(code) - 4000} characters more" in page.select_one("#copies pre").text
    assert len(str(page)) < 60_000


def test_the_report_is_written_for_its_owner_alone(course: Path) -> None:
    results = classroom.classroom(12, 2)
    classroom.save(course, NAME, results)
    (course / "graded" / NAME / "zoe.json").write_text("{half", encoding="utf-8")
    path = write_report(course, NAME)
    assert path == report_path(course, NAME)
    assert path.stat().st_mode & 0o777 == 0o600
    text = path.read_text(encoding="utf-8")
    assert all(name in text for name in results)
    assert "zoe" in section(BeautifulSoup(text, "html.parser"), "human")
    assert "the file of results is damaged" in text
    assert write_report(course, NAME) == path


def test_only_a_report_is_overwritten(course: Path, tmp_path: Path) -> None:
    (course / "lessons" / NAME).mkdir(parents=True)
    thesis = tmp_path / "thesis.html"
    thesis.write_text("my thesis", encoding="utf-8")
    for path in (thesis, tmp_path):
        with pytest.raises(ReportError, match=re.escape(f"{path} is not a report")):
            write_report(course, NAME, path)
    assert thesis.read_text(encoding="utf-8") == "my thesis"
    elsewhere = tmp_path / "new" / "report.html"
    assert write_report(course, NAME, elsewhere) == elsewhere
    assert "Nobody is graded yet." in elsewhere.read_text(encoding="utf-8")
