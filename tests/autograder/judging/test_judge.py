"""Points for each part, the outcome, and what a verdict may show."""

from collections.abc import Callable
from typing import Any

import made_up
import pytest
import torch
from made_up import MadeUp, coins, kept_labels, masked_error, rooted
from torch import Tensor

from autograder.judging.judge import judge
from autograder.verdict import Outcome

Answer = Callable[..., Any]


def stub(*arguments: Any) -> Any:
    """What a learner finds."""
    raise NotImplementedError()


def kept_wrong(ids: Tensor, keep: Tensor, fill: int) -> Tensor:
    return kept_labels(ids + 1, keep, fill)


def elsewhere_wrong(ids: Tensor, keep: Tensor, fill: int) -> Tensor:
    return kept_labels(ids, keep, fill + 1)


def no_refusal(number: float) -> float:
    return rooted(number) if number >= 0 else 0.0


WRONG: list[tuple[MadeUp, Answer, Outcome, list[bool]]] = [
    (made_up.LABELS, kept_wrong, Outcome.PARTLY, [False, True]),
    (made_up.LABELS, elsewhere_wrong, Outcome.PARTLY, [True, False]),
    (made_up.LABELS, lambda *given: -1 - kept_labels(*given), Outcome.NOT_PASSED, [False, False]),
    (made_up.LABELS, lambda *given: 1 / 0, Outcome.CODE_FAILED, [False, False]),
    (made_up.LABELS, lambda ids, keep, fill: torch.full_like(ids, -7), Outcome.NOT_PASSED, [False, False]),
    (made_up.ROOTED, no_refusal, Outcome.PARTLY, [True, False]),
    (made_up.ROOTED, lambda number: 1.5 * rooted(number), Outcome.PARTLY, [False, True]),
    (made_up.COINS, lambda ids, p, g: coins(ids, p / 2, g), Outcome.PARTLY, [True, False]),
    (made_up.COINS, lambda ids, p, g: torch.rand(ids.shape) < p, Outcome.NOT_PASSED, [False, False]),
]


@pytest.mark.parametrize("explain", [False, True], ids=["in grading", "in the open clone"])
@pytest.mark.parametrize(("made", "answer", "outcome", "passed"), WRONG)
def test_points_are_those_of_the_parts_that_are_right(
    made: MadeUp, answer: Answer, outcome: Outcome, passed: list[bool], explain: bool
) -> None:
    verdict = made.judged(answer, 1, explain)
    assert verdict.outcome is outcome, verdict.to_text()
    assert [part.passed for part in verdict.parts] == passed
    assert verdict.points == sum(part.points for part, fine in zip(made.exercise.parts, passed, strict=True) if fine)
    assert verdict.max_points == made.exercise.points
    assert (verdict.counterexample is not None) <= explain
    assert verdict.diagnosis is not None


@pytest.mark.parametrize(
    "answer",
    [
        lambda ids, keep, fill: torch.full_like(ids, -7),
        lambda ids, keep, fill: torch.zeros_like(ids),
        lambda ids, keep, fill: torch.arange(ids.shape[1]).expand(ids.shape).clone(),
    ],
    ids=["one number", "zeros", "places"],
)
def test_an_answer_that_ignores_its_input_earns_nothing(answer: Answer) -> None:
    for seed in range(4):
        verdict = made_up.LABELS.judged(answer, seed)
        assert (verdict.points, verdict.misconception) == (0, "ignores-input"), verdict.to_text()


def test_a_part_that_a_constant_gets_right_earns_nothing_for_a_constant() -> None:
    made = made_up.made_up(
        "masked_error",
        made_up.ERROR.exercise.run,
        {
            "value": (made_up.Compare(made_up.error_inputs),),
            "empty": (made_up.Compare(lambda draw: made_up.error_inputs(draw, 0.0)),),
        },
    )
    for answer in (
        lambda predicted, *given: predicted.sum() * 0,
        lambda predicted, *given: (predicted * 0).mean(),
    ):
        verdict = made.judged(answer)
        assert (verdict.points, verdict.misconception) == (0, "ignores-input"), verdict.to_text()


@pytest.mark.parametrize("made", [made_up.LABELS, made_up.ERROR, made_up.COINS, made_up.ROOTED])
@pytest.mark.parametrize("explain", [False, True])
def test_a_stub_is_not_attempted(made: MadeUp, explain: bool) -> None:
    verdict = made.judged(stub, 0, explain)
    assert (verdict.outcome, verdict.points) == (Outcome.NOT_ATTEMPTED, 0)
    assert (verdict.diagnosis, verdict.misconception, verdict.counterexample) == (None, None, None)


def half_written(ids: Tensor, keep: Tensor, fill: int) -> Tensor:
    if keep.all():
        raise NotImplementedError
    return kept_labels(ids, keep, fill)


def unknown_operator(ids: Tensor, keep: Tensor, fill: int) -> Tensor:
    return ids & (keep & ids.float())


@pytest.mark.parametrize("answer", [half_written, unknown_operator])
def test_what_is_begun_is_attempted(answer: Answer) -> None:
    verdict = made_up.LABELS.judged(answer)
    assert verdict.outcome is not Outcome.NOT_ATTEMPTED
    assert verdict.diagnosis is not None


@pytest.mark.parametrize("made", made_up.ALL.values(), ids=lambda made: made.exercise.name)
def test_the_same_seed_gives_the_same_verdict(made: MadeUp) -> None:
    def zero(*given: Any) -> Any:
        return next(each for each in given if isinstance(each, torch.Tensor)).sum() if len(given) > 1 else 0.5

    one, again = (made.judged(zero, 5, True) for _ in range(2))
    assert one == again


@pytest.mark.parametrize(("made", "answer", "outcome", "passed"), WRONG)
def test_without_explanation_no_input_and_no_right_value_is_shown(
    made: MadeUp, answer: Answer, outcome: Outcome, passed: list[bool]
) -> None:
    verdict = made.judged(answer, 1)
    assert verdict.counterexample is None
    assert "given `" not in verdict.to_text()
    assert "should have come" not in verdict.to_html()
    assert "case below" not in verdict.to_text()


def test_only_where_there_is_a_case_does_a_diagnosis_speak_of_one() -> None:
    def odd(ids: Tensor, keep: Tensor, fill: int) -> Tensor:
        return kept_labels(ids + (ids % 3 == 1).long() * (1 + ids % 2), keep, fill)

    without, shown = (made_up.LABELS.judged(odd, 2, explain) for explain in (False, True))
    assert without.misconception is shown.misconception is None
    assert without.diagnosis is not None
    assert shown.diagnosis is not None
    assert "none of the mistakes that we know" in without.diagnosis.likely
    assert "The case below" in shown.diagnosis.look_at
    assert "The case below" not in without.diagnosis.look_at


def test_a_reference_that_stops_is_a_fault_of_ours() -> None:
    made = made_up.made_up(
        "rooted",
        made_up.ROOTED.exercise.run,
        {"value": (made_up.Compare(lambda draw: {"number": -1.0 - draw.share()}),)},
    )
    with pytest.raises(RuntimeError, match=r"made_up\.rooted: the reference stops at a case of value"):
        made.judged(rooted)


def test_each_case_is_asked_of_the_answer_alone() -> None:
    """A judge sees records and no objects: whatever runs the answer may be in another process."""
    asked = []

    def ask(inputs: dict[str, Any]) -> dict[str, Any]:
        asked.append(inputs)
        value = {"value": masked_error(**inputs_of(inputs)), "gradients": {}}
        return {"value": value, "changed": [], "global_random": False, "switched": []}

    def inputs_of(inputs: dict[str, Any]) -> dict[str, Any]:
        return {name: inputs[name] for name in ("predicted", "target", "mask")}

    verdict = judge(made_up.ERROR.exercise, made_up.ERROR.hidden, ask, 0)
    assert len(asked) > 10
    assert verdict.outcome is Outcome.NOT_PASSED


def test_threads_are_put_back() -> None:
    threads = torch.get_num_threads()

    def number_of_threads(number: float) -> float:
        seen.append(torch.get_num_threads())
        raise KeyboardInterrupt

    seen: list[int] = []
    with pytest.raises(KeyboardInterrupt):
        made_up.ROOTED.judged(number_of_threads)
    assert seen == [1]
    assert torch.get_num_threads() == threads


def test_that_an_answer_is_wrong_at_one_place_alone_is_said_of_all_that_was_seen() -> None:
    """One part goes wrong at an edge alone, and another everywhere: the edge explains nothing."""

    def kept_at_the_edge(ids: Tensor, keep: Tensor, fill: int) -> Tensor:
        return kept_labels(ids + (1 if keep.all() else 0), keep, fill)

    def both(ids: Tensor, keep: Tensor, fill: int) -> Tensor:
        return kept_labels(ids + (1 if keep.all() else 0), keep, fill + ids.sum() % 7)

    alone, more = (made_up.LABELS.judged(answer) for answer in (kept_at_the_edge, both))
    assert alone.misconception == "only-where-everything-is-kept"
    assert alone.diagnosis is not None
    assert "only there" in alone.diagnosis.seen
    assert more.misconception != "only-where-everything-is-kept"
    assert more.diagnosis is not None
    assert "only there" not in more.diagnosis.seen


def test_what_is_raised_in_several_parts_is_not_said_to_be_raised_at_one_edge_alone() -> None:
    """The exception keeps its name, whatever it is raised for."""

    def refuses_at_the_edge(ids: Tensor, keep: Tensor, fill: int) -> Tensor:
        if keep.all():
            raise ValueError("everything is kept")
        return kept_labels(ids, keep, fill)

    def refuses_more(ids: Tensor, keep: Tensor, fill: int) -> Tensor:
        return kept_labels(ids, keep, fill + 1) if not keep.all() else refuses_at_the_edge(ids, keep, fill)

    alone, more = (made_up.LABELS.judged(answer) for answer in (refuses_at_the_edge, refuses_more))
    for verdict in (alone, more):
        assert verdict.misconception == "refuses-allowed-input"
        assert verdict.diagnosis is not None
        assert ("only there" in verdict.diagnosis.seen) is (verdict is alone)


def test_what_stops_for_its_order_in_memory_is_not_said_to_be_right_elsewhere() -> None:
    """`view` is named either way; that the rest is right is said only where it is."""

    def flat(ids: Tensor, keep: Tensor, fill: int) -> Tensor:
        return kept_labels(ids.view(-1).view(ids.shape), keep, fill)

    def flat_and_wrong(ids: Tensor, keep: Tensor, fill: int) -> Tensor:
        return flat(ids, keep, fill + ids.sum() % 7)

    alone, more = (made_up.LABELS.judged(answer, 3) for answer in (flat, flat_and_wrong))
    for verdict in (alone, more):
        assert verdict.misconception == "needs-contiguous"
        assert verdict.diagnosis is not None
        assert ("It is right, except" in verdict.diagnosis.likely) is (verdict is alone)


def test_a_form_that_is_wrong_at_one_place_keeps_its_name_where_values_are_wrong_elsewhere() -> None:
    def halves_at_the_edge(ids: Tensor, keep: Tensor, fill: int) -> Tensor:
        labels = kept_labels(ids, keep, fill)
        return labels.int() if keep.all() else labels + ids % 3

    verdict = made_up.LABELS.judged(halves_at_the_edge)
    assert verdict.misconception == "wrong-dtype"
    assert verdict.diagnosis is not None
    assert "only there" not in verdict.diagnosis.seen


def test_results_of_which_only_the_type_arrives_are_not_said_to_be_the_same() -> None:
    """NumPy's numbers are no plain data; what they are depends on the input all the same."""
    verdict = made_up.LABELS.judged(lambda ids, keep, fill: [each for each in ids.numpy().sum(axis=-1)])  # noqa: C416
    assert verdict.misconception != "ignores-input"
    assert made_up.LABELS.judged(lambda ids, keep, fill: torch.full_like(ids, 3)).misconception == "ignores-input"
