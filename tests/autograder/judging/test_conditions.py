"""A condition is blamed where all that is wrong is under it and nothing right is."""

import pytest
import torch

from autograder.calls import BEFORE, EVALUATION, KEPT
from autograder.judging.conditions import CONDITIONS, named_so, only_where, special_contents, under
from autograder.judging.draw import DOUBLE, LARGE, ONE_ROW, TINY
from autograder.judging.parts import AGAIN, Case, Run
from autograder.running.observe import STRIDED

NO_TENSOR = {"size": 3}


def run_under(*conditions: str, **inputs: object) -> Run:
    """The run of a case; what was recorded makes no difference here."""
    return Run(Case(inputs or NO_TENSOR, frozenset(conditions)), {}, {})


@pytest.mark.parametrize("condition", [STRIDED, DOUBLE, ONE_ROW, TINY, LARGE, AGAIN, KEPT, EVALUATION])
def test_a_condition_has_a_name_of_its_own(condition: str) -> None:
    name, words = CONDITIONS[condition]
    wrong = [run_under(condition), run_under(condition, "an edge")]
    assert only_where(wrong, [run_under(), run_under("an edge")]) == (name, words, {"where": words})
    assert [name for name, _ in CONDITIONS.values()].count(name) == 1


def test_an_edge_is_named_by_what_is_special() -> None:
    wrong, right = [run_under("`B` and T are 1", ONE_ROW), run_under("`B` and T are 1")], [run_under(ONE_ROW)]
    found = only_where(wrong, right)
    assert found == ("only-where-b-and-t-are-1", "`B` and T are 1", {"where": "`B` and T are 1"})
    assert named_so("nothing is kept") == ("only-where-nothing-is-kept", "nothing is kept")


def test_no_condition_is_blamed_where_another_would_do_or_something_right_is_under_it() -> None:
    assert only_where([run_under(STRIDED, DOUBLE)], [run_under()]) is None
    assert only_where([run_under(STRIDED)], [run_under(STRIDED), run_under()]) is None
    assert only_where([run_under(STRIDED), run_under()], [run_under(DOUBLE)]) is None
    assert only_where([run_under(STRIDED)], []) is None
    assert only_where([], [run_under(STRIDED)]) is None


NONE, ALL, SOME = torch.zeros(3, dtype=torch.bool), torch.ones(3, dtype=torch.bool), torch.tensor([True, False, True])


def test_contents_are_special_where_a_mask_is_all_the_same_or_labels_are_missing() -> None:
    assert special_contents(run_under(mask=NONE)) == {"`mask` is nowhere True"}
    assert special_contents(run_under(mask=ALL)) == {"`mask` is True everywhere"}
    assert special_contents(run_under(mask=SOME, labels=torch.tensor([-100, 4, -100]))) == frozenset()
    assert special_contents(run_under(labels=torch.tensor([-100, -100]))) == {"`labels` has no label"}
    assert special_contents(run_under(scores=torch.zeros(3), size=3)) == frozenset()


def test_contents_are_those_of_the_call_that_is_judged() -> None:
    before = {"mask": ALL}
    assert special_contents(run_under(mask=SOME, **{BEFORE: before, KEPT: True})) == {"`mask` is True everywhere"}
    assert special_contents(run_under(mask=SOME, **{BEFORE: before})) == frozenset()


def test_contents_are_blamed_where_no_condition_is() -> None:
    found = only_where([run_under(mask=NONE), run_under(mask=NONE)], [run_under(mask=SOME), run_under(mask=ALL)])
    assert found is not None
    assert found[:2] == ("only-where-mask-is-nowhere-true", "`mask` is nowhere True")


def test_a_run_is_under_the_condition_of_which_the_words_are() -> None:
    assert under(run_under(KEPT), "another call came after")
    assert not under(run_under(AGAIN), "another call came after")
    assert under(run_under("there is one row"), "there is one row")
    assert under(run_under(mask=NONE), "`mask` is nowhere True")
    assert not under(run_under(mask=SOME), "`mask` is nowhere True")


def test_numbers_of_dimensions_are_blamed_last() -> None:
    two, three = (run_under(scores=torch.zeros(*[1] * dims)) for dims in (2, 3))
    assert only_where([three], [two, two]) == (
        "needs-dimensions",
        "the first tensor has 3 dimensions",
        {"right": "2", "wrong": "3"},
    )
    assert only_where([three], [two]) is None  # one that is right shows no rule
    assert only_where([three], [two, three]) is None
