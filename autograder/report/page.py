"""The page itself: one HTML file that needs nothing else. Jinja2 escapes all that comes from a student."""

import re
import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from autograder.grading.results import SubmissionResult
from autograder.report import difficulties, items, likeness
from autograder.report.known_code import mistake_sources, reference_source
from autograder.report.records import ClassRecords
from autograder.verdict import MARKS, Outcome
from autograder.wording import marked_up, quoted

GENERATOR = "autograder report"
"""Stands in the page's head, by which a report is known again."""
BARS = 10
"""Of the histogram, of equal width from none of the points to all."""
LONGEST_CODE = 4_000
"""Characters of an answer that are shown."""
LONGEST_LINE = 600
"""Characters shown of a sentence that repeats something of a student's."""
SHOWN_SIDE_BY_SIDE = 4
"""Answers of one group that are shown beside one another."""

# What a browser does not show, or shows in another order than it stands there, could make code look like other code.
UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # control characters
    "\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"  # invisible ones, and changes of direction
    "\ud800-\udfff]"  # halves of characters, which cannot be written to a file
)


@dataclass(frozen=True)
class ScoreDistribution:
    """ScoreDistribution of everybody graded, as shares of the points from 0 to 1."""

    shares: tuple[float, ...]
    max_points: float
    final: bool
    """Whether they come from the gradebook; else from the autograder's results alone."""

    @property
    def n(self) -> int:
        """How many."""
        return len(self.shares)

    @property
    def mean(self) -> float | None:
        """None for nobody."""
        return statistics.fmean(self.shares) if self.shares else None

    @property
    def median(self) -> float | None:
        """None for nobody."""
        return statistics.median(self.shares) if self.shares else None

    @property
    def sd(self) -> float | None:
        """Standard deviation with n - 1; None for fewer than two."""
        return statistics.stdev(self.shares) if self.n > 1 else None

    @property
    def bars(self) -> list[int]:
        """How many are in each tenth; all points are in the last."""
        counts = [0] * BARS
        for share in self.shares:
            counts[max(0, min(BARS - 1, int(share * BARS + 1e-9)))] += 1
        return counts


def score_distribution(records: ClassRecords) -> ScoreDistribution:
    """Final scores where the gradebook has any of those graded, else the autograder's. Never an infrastructure failure.

    Those who are graded but not in the gradebook yet are left out of final scores, not counted as zero.
    """
    entries = {name: entry for name, entry in records.gradebook.entries.items() if name in records.graded}
    if any(entry.max_score for entry in entries.values()):
        final = [(entry.final, entry.max_score) for entry in entries.values() if entry.max_score]
        return ScoreDistribution(tuple(points / most for points, most in final), max(most for _, most in final), True)
    found = [(result.points, max_points(result)) for result in records.graded.values()]
    return ScoreDistribution(
        tuple(points / most for points, most in found if most), max((most for _, most in found), default=0.0), False
    )


def max_points(result: SubmissionResult) -> float:
    """Points for a wholly right submission."""
    return sum(verdict.max_points for verdict in result.verdicts)


def render(records: ClassRecords, when: datetime) -> str:
    """The HTML of the page."""
    graded = records.graded
    answers = {name: result.answers for name, result in sorted(records.results.items()) if result.answers}
    forms = likeness.normal_forms(answers)
    references = {name: source for name in forms if (source := reference_source(name)) is not None}
    known = {name: [*filter(None, [references.get(name)]), *mistake_sources(name)] for name in forms}
    text = (
        _environment()
        .get_template("page.html.j2")
        .render(
            records=records,
            when=when,
            generator=GENERATOR,
            scores=score_distribution(records),
            items=items.item_statistics([result.verdicts for result in graded.values()]),
            misconceptions=difficulties.misconceptions(graded),
            unrecognised=difficulties.unrecognised(graded),
            stuck=difficulties.stuck(graded),
            groups=likeness.near_copies(forms, known),
            like_reference=likeness.like_reference(forms, references),
            answers=answers,
            exercises=_in_order(graded),
            notes={name: result.notes for name, result in sorted(records.results.items()) if result.notes},
            anchors={name: f"student-{number}" for number, name in enumerate(records.students, start=1)},
            thresholds={
                "fewest": items.FEWEST,
                "nearly_all": items.NEARLY_ALL,
                "hard": items.HARD,
                "poor": items.POOR,
                "fair": items.FAIR,
                "good": items.GOOD,
                "stuck_exercises": difficulties.STUCK_EXERCISES,
                "low_share": difficulties.LOW_SHARE,
                "alike": likeness.ALIKE,
                "surplus": likeness.SURPLUS,
                "short": likeness.SHORT,
            },
            side_by_side=SHOWN_SIDE_BY_SIDE,
            marks=MARKS,
            Outcome=Outcome,
        )
    )
    return UNPRINTABLE.sub("�", text)


def _in_order(graded: Mapping[str, SubmissionResult]) -> list[str]:
    """The ids of the exercises, in the order of the assignment."""
    longest_first = sorted(graded.values(), key=lambda result: len(result.verdicts), reverse=True)
    return list(dict.fromkeys(verdict.exercise for result in longest_first for verdict in result.verdicts))


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("autograder.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "percent": percent,
        "points": points,
        "line": line,
        "code": code,
        "correlation": correlation,
        "name_of": name_of,
    }
    return environment


def percent(share: float | None) -> str:
    """A share in percent, a dash where there is none."""
    return "–" if share is None else f"{100 * share:.0f} %"


def points(value: float) -> str:
    """Points without needless zeros."""
    return f"{round(value, 2):g}"


def correlation(value: float) -> str:
    """A correlation with two digits and a real minus sign."""
    return f"{value:.2f}".replace("-", "−")


def line(text: str) -> Markup:
    """A sentence, escaped, with `code` marked up; what a student smuggled in stays text and on one line."""
    return marked_up(quoted(text, LONGEST_LINE))


def code(text: str) -> str:
    """An answer, cut where it is very long."""
    left = len(text) - LONGEST_CODE
    return text if left <= 0 else f"{text[:LONGEST_CODE]}\n… {left} characters more"


def name_of(exercise: str) -> str:
    """The name that the learner defines, out of an exercise's id."""
    return exercise.rpartition(".")[2]
