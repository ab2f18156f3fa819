"""A loss that stands still: against a literal reading of the rule, and at a real training that a rate holds up."""

import math

import pytest
import torch

from bertkit.evaluation.plateau import CLEARLY_BELOW, COIN, WINDOW, left_at, notice


@pytest.mark.parametrize("end", [1, 137, 400])
def test_the_first_window_clearly_below_is_found(end: int) -> None:
    """Noise of one batch's size around ln 2, then a loss that is half of it."""
    noise = torch.randn(600, generator=torch.Generator().manual_seed(end)).mul(0.04).tolist()
    losses = [(COIN if step < end else COIN / 2) + each for step, each in enumerate(noise, start=1)]
    step = left_at(losses)
    assert step is not None
    before, after = losses[step - WINDOW - 1 : step - 1], losses[step - WINDOW : step]
    assert sum(after) / WINDOW < CLEARLY_BELOW * COIN
    assert step == WINDOW or sum(before) / WINDOW >= CLEARLY_BELOW * COIN
    assert max(WINDOW, end) <= step <= end + WINDOW
    assert notice(losses) == f"The loss came clearly below ln 2 (0.693 nats) after {step} steps."


def test_noise_alone_is_no_departure() -> None:
    noise = torch.randn(2000, generator=torch.Generator().manual_seed(1)).mul(0.06).tolist()
    assert left_at([COIN + each for each in noise]) is None


def test_what_to_try_is_said_where_nothing_was_learned() -> None:
    said = notice([math.log(4)] * 60, math.log(4), "ln 4", ["a lower rate (now 0.01)", "more steps"])
    assert said.startswith("The loss has not come clearly below ln 4 (1.386 nats) in 60 steps.")
    assert said.endswith("Try a lower rate (now 0.01), or more steps.")
    assert "Try" not in notice([COIN] * 60)


def test_too_few_steps_and_an_empty_window_are_refused() -> None:
    with pytest.raises(ValueError, match="there are 49 losses"):
        notice([COIN] * (WINDOW - 1))
    assert left_at([0.1] * (WINDOW - 1)) is None
    with pytest.raises(ValueError, match="window is 0"):
        left_at([0.1], window=0)
