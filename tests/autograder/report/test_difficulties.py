"""Misconceptions, failures that nothing explains, and who is stuck."""

import pytest
from report import classroom

from autograder import hidden
from autograder.report.difficulties import misconceptions, stuck, unrecognised
from autograder.verdict import Diagnosis, Outcome, Verdict

LOSS, LABELS, CORRUPT = "mlm.mlm_loss", "mlm.mlm_labels", "mlm.corrupt"


def told(seen: str) -> Diagnosis:
    return Diagnosis(seen, "expected", "likely", "look at")


def test_misconceptions_come_with_the_tests_own_advice_and_the_most_frequent_first() -> None:
    def made(exercise: str, name: str) -> Verdict:
        verdict: Verdict = classroom.verdict(exercise, Outcome.PARTLY, [0], name, told("seen"))
        return verdict

    graded = {
        "ann": classroom.result([made(LOSS, "sum-not-mean"), made(LABELS, "ignore-zero")]),
        "ben": classroom.result([made(LOSS, "ignore-zero"), made(LABELS, "ignore-zero")]),
        "cleo": classroom.result([classroom.verdict(LOSS), made(LABELS, "ignore-zero")]),
    }
    found = misconceptions(graded)
    assert [(each.exercise, each.name, each.students) for each in found] == [
        (LABELS, "ignore-zero", ("ann", "ben", "cleo")),
        (LOSS, "ignore-zero", ("ben",)),
        (LOSS, "sum-not-mean", ("ann",)),
    ]
    mistake = hidden.load(LABELS).mistake("ignore-zero")
    assert mistake is not None
    assert (found[0].likely, found[0].look_at) == (mistake.likely, mistake.look_at)
    assert [each.shared for each in found] == [True, False, False]


@pytest.mark.parametrize("exercise", [LOSS, "mlm.gone", "gone.too"])
def test_a_mistake_that_the_tests_no_longer_know_keeps_what_was_told(exercise: str) -> None:
    verdict = Verdict(exercise, "T", Outcome.NOT_PASSED, 0, 1, (), told("seen"), "no-longer-known")
    (found,) = misconceptions({"ann": classroom.result([verdict])})
    assert (found.likely, found.look_at) == ("likely", "look at")


def test_failures_without_a_name_are_grouped_by_what_was_seen_numbers_aside() -> None:
    seen = ["17 of 400 differ.", "3.5 of 90 differ.", "It raised KeyError."]
    graded = {
        f"student-{number}": classroom.result([classroom.verdict(LOSS, Outcome.PARTLY, [0], diagnosis=told(text))])
        for number, text in enumerate(seen)
    }
    graded["known"] = classroom.result([classroom.verdict(LOSS, Outcome.PARTLY, [0], "sum-not-mean", told(seen[0]))])
    graded["right"] = classroom.result([classroom.verdict(LOSS)])
    assert [(each.seen, each.students, each.shared) for each in unrecognised(graded)] == [
        ("17 of 400 differ.", ("student-0", "student-1"), True),
        ("It raised KeyError.", ("student-2",), False),
    ]


def test_who_is_stuck() -> None:
    right, stub, stopped = Outcome.PASSED, Outcome.NOT_ATTEMPTED, Outcome.CODE_FAILED
    outcomes = {
        "all-right": (right, right, right),
        "one-stopped": (right, right, stopped),
        "two-open": (right, stub, stopped),
        "low": (Outcome.NOT_PASSED, right, Outcome.NOT_PASSED),
        "unfilled": (stub, stub, stub),
    }
    graded = {
        name: classroom.result(map(classroom.verdict, (CORRUPT, LABELS, LOSS), of_student))
        for name, of_student in outcomes.items()
    }
    found = stuck(graded)
    assert [(each.student, each.unfilled) for each in found] == [
        ("unfilled", True),
        ("low", False),
        ("two-open", False),
    ]
    assert [each.share for each in found] == pytest.approx([0, 2 / 9, 4 / 9])
    assert [verdict.exercise for verdict in found[2].open] == [LABELS, LOSS]
    assert [each.talk_about.exercise for each in found] == [CORRUPT, CORRUPT, LOSS]


def test_nobody_is_stuck_in_an_assignment_without_exercises() -> None:
    assert stuck({"ann": classroom.result([])}) == []
