"""How an answer is called: what is passed, and what is left out."""

from typing import Any

import numpy as np
import pytest
import torch

from autograder.calls import BEFORE, KEPT, Call, as_float


def test_what_has_a_default_is_left_out_where_it_is_none() -> None:
    call = Call(("x", "y", "mask"), optional=("mask",))
    assert call(lambda *given: len(given), {"x": 1, "y": None, "mask": None}) == 2
    assert call(lambda *given: len(given), {"x": 1, "y": None, "mask": 3}) == 3


def test_a_gradient_is_taken_where_an_argument_is_left_out() -> None:
    call = Call(("x", "mask"), gradients=("x",), optional=("mask",))
    found = call(lambda x, mask=None: 2 * x, {"x": torch.ones(()), "mask": None})
    assert float(found["gradients"]["x"]) == 2.0


def test_an_earlier_call_may_have_an_argument_that_this_one_lacks() -> None:
    seen: list[tuple[Any, ...]] = []

    def answer(*given: Any) -> int:
        seen.append(given)
        return len(given)

    call = Call(("x", "mask"), optional=("mask",))
    assert call(answer, {"x": 1, "mask": None, BEFORE: {"mask": 2}}) == 1
    assert call(answer, {"x": 1, "mask": None, BEFORE: {"mask": 2}, KEPT: True}) == 2
    assert seen == [(1, 2), (1,)] * 2


@pytest.mark.parametrize("value", [0, 2, 0.5, np.float64(0.25)])
def test_numbers_that_are_as_good_as_a_float_become_one(value: Any) -> None:
    found = Call(("x",), result=as_float)(lambda x: value, {"x": 1})
    assert type(found) is float
    assert found == value


@pytest.mark.parametrize("value", [True, None, "1", np.float32(0.5), 10**400, [1.0]])
def test_other_values_stay_what_they_are(value: Any) -> None:
    assert as_float(value) is value
    assert Call(("x",))(lambda x: value, {"x": 1}) is value


def refuses_negatives(x: int) -> int:
    if x < 0:
        raise ValueError(f"{x} is negative")
    return 2 * x


def test_a_call_that_only_comes_before_may_be_refused() -> None:
    """Its inputs are put together from two cases and need not be allowed; where its result counts, it is as ever."""
    run = Call(("x",))
    assert run(refuses_negatives, {"x": 3, BEFORE: {"x": -1}}) == 6
    with pytest.raises(ValueError, match="-1 is negative"):
        run(refuses_negatives, {"x": 3, BEFORE: {"x": -1}, KEPT: True})
    with pytest.raises(ValueError, match="-3 is negative"):
        run(refuses_negatives, {"x": -3, BEFORE: {"x": 1}})
