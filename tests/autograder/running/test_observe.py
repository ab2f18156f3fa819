# ruff: noqa: NPY002 (numpy's global generator is among what is watched)
"""What is written down about one run, and that nothing of it is left behind."""

import os
import random
import sys
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from autograder.running.observe import observe, same
from autograder.running.wire import Other


def run(answer: Callable[..., Any], inputs: dict[str, Any]) -> Any:
    """Hands the whole inputs over."""
    return answer(inputs)


def record_of(answer: Callable[..., Any], **inputs: Any) -> dict[str, Any]:
    """The record of an answer that takes the inputs as one dict."""
    return observe(run, answer, inputs)


def raiser(error: BaseException) -> Callable[..., None]:
    """An answer that raises."""

    def answer(inputs: dict[str, Any]) -> None:
        raise error

    return answer


def test_a_quiet_answer() -> None:
    assert record_of(lambda inputs: inputs["a"] + 1, a=2) == {
        "value": 3,
        "changed": [],
        "global_random": False,
        "switched": [],
    }


def test_a_value_that_is_no_plain_data() -> None:
    assert record_of(lambda inputs: object())["value"] == Other("object")


class Odd(BaseException):
    """An exception that nobody catches."""


class Speechless(Exception):
    """An exception whose message raises."""

    def __str__(self) -> str:
        raise RuntimeError


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ValueError("bad 7"), ("ValueError", "bad 7", True, False)),
        (UnicodeDecodeError("utf-8", b"a", 0, 1, "why"), ("UnicodeDecodeError", None, True, False)),
        (KeyError("k"), ("KeyError", "'k'", False, False)),
        (NotImplementedError(), ("NotImplementedError", "", False, True)),
        (SystemExit(3), ("SystemExit", "3", False, False)),
        (Odd("odd"), ("Odd", "odd", False, False)),
        (Speechless(), ("Speechless", "", False, False)),
        (RuntimeError("x" * 10**6), ("RuntimeError", "x" * 500, False, False)),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)
def test_an_exception_is_written_down(error: BaseException, expected: tuple[str, str | None, bool, bool]) -> None:
    record = record_of(raiser(error))
    raised, (name, message, is_value_error, is_not_implemented) = record["raised"], expected
    assert "value" not in record
    assert raised["type"] == name
    assert message is None or raised["message"] == message
    assert (raised["is_value_error"], raised["is_not_implemented"]) == (is_value_error, is_not_implemented)
    assert raised["line"] == "raise error"


def test_the_users_stop_button_works() -> None:
    with pytest.raises(KeyboardInterrupt):
        record_of(raiser(KeyboardInterrupt()))


@pytest.mark.parametrize(
    "answer",
    [
        lambda inputs: random.choice([]),
        lambda inputs: torch.ones(2) @ torch.ones(3),
        lambda inputs: os.stat("/no/file"),
    ],
    ids=["python", "torch", "builtin"],
)
def test_the_line_is_the_learners_own(answer: Callable[..., Any]) -> None:
    assert record_of(answer)["raised"]["line"].startswith("lambda inputs:")


@pytest.mark.parametrize(
    "change",
    [
        lambda tensor: tensor.add_(1),
        lambda tensor: tensor.data.add_(1),
        lambda tensor: tensor.numpy().fill(9),
        lambda tensor: tensor.__setitem__(0, 5),
        lambda tensor: tensor.t_(),
        lambda tensor: tensor.resize_(1),
        lambda tensor: setattr(tensor, "data", torch.zeros(2, 3)),
        lambda tensor: tensor.requires_grad_(),
        lambda tensor: setattr(tensor, "grad", torch.zeros(2, 3)),
    ],
    ids=["add_", "data", "numpy", "setitem", "t_", "resize_", "replaced-data", "requires_grad", "grad"],
)
def test_a_changed_tensor_is_seen(change: Callable[[torch.Tensor], Any]) -> None:
    before = torch.ones(2, 3)

    def answer(inputs: dict[str, Any]) -> None:
        change(inputs["left"])

    assert record_of(answer, left=before, right=before)["changed"] == ["left"]
    assert torch.equal(before, torch.ones(2, 3)), "the answer works on a copy"


@pytest.mark.parametrize(
    ("value", "change"),
    [([1, 2], lambda value: value.append(3)), ({"a": [1]}, lambda value: value["a"].clear()), ([[1]], list.clear)],
    ids=["list", "dict", "emptied"],
)
def test_a_changed_container_is_seen(value: Any, change: Callable[[Any], Any]) -> None:
    assert record_of(lambda inputs: change(inputs["x"]) and None, x=value)["changed"] == ["x"]


def test_a_change_is_seen_even_where_the_answer_raises() -> None:
    def answer(inputs: dict[str, Any]) -> None:
        inputs["x"].zero_()
        raise ValueError

    assert record_of(answer, x=torch.ones(1))["changed"] == ["x"]


@pytest.mark.parametrize(
    "draw",
    [
        lambda: torch.rand(1),
        lambda: torch.manual_seed(0),
        lambda: torch.manual_seed(42),
        lambda: torch.default_generator.manual_seed(0),
        random.random,
        lambda: random.seed(0),
        lambda: np.random.rand(),
        lambda: np.random.seed(0),
    ],
    ids=[
        "torch",
        "manual_seed-0",
        "manual_seed-42",
        "default_generator",
        "random",
        "random.seed",
        "numpy",
        "numpy.seed",
    ],
)
def test_global_randomness_is_seen_and_put_back(draw: Callable[[], Any]) -> None:
    states = random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state().tolist()  # type: ignore[union-attr]
    assert record_of(lambda inputs: draw() and None)["global_random"]
    assert (random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state().tolist()) == states  # type: ignore[union-attr]


def test_generators_of_ones_own_are_no_global_randomness() -> None:
    def answer(inputs: dict[str, Any]) -> None:
        torch.rand(1, generator=torch.Generator())
        random.Random(1).random()
        np.random.default_rng(1).random()

    assert not record_of(answer)["global_random"]


@pytest.mark.parametrize("draw", [torch.initial_seed, lambda: torch.rand(1).item(), random.random, np.random.rand])
def test_the_global_seed_is_what_the_inputs_say(draw: Callable[[], Any]) -> None:
    first, again, other = (record_of(lambda inputs: draw(), global_seed=seed)["value"] for seed in (1, 1, 2))
    assert first == again != other


@pytest.mark.parametrize(
    ("switch", "name"),
    [
        (lambda: torch.set_grad_enabled(False), "grad mode"),
        (lambda: torch.set_default_dtype(torch.float64), "default dtype"),
    ],
)
def test_a_mode_left_switched_is_seen_and_put_back(switch: Callable[[], Any], name: str) -> None:
    assert record_of(lambda inputs: switch() and None)["switched"] == [name]
    assert torch.is_grad_enabled()
    assert torch.get_default_dtype() == torch.float32


def test_a_value_that_is_too_large_to_be_sent_is_said_to_be() -> None:
    record = record_of(lambda inputs: [[0] * 1000] * 2000)
    assert record["value"] == "a value too large to be sent"
    assert isinstance(record["value"], Other)
    assert record["changed"] == []


def test_a_mode_put_back_is_nobodys_business() -> None:
    def answer(inputs: dict[str, Any]) -> None:
        with torch.no_grad():
            torch.ones(1)

    assert record_of(answer)["switched"] == []


def test_output_and_warnings_cost_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    def answer(inputs: dict[str, Any]) -> int:
        print("out")
        print("err", file=sys.stderr)
        warnings.warn("careful", stacklevel=1)  # an error, by this project's settings for tests
        return 1

    assert record_of(answer)["value"] == 1
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("left", "right", "tolerance", "expected"),
    [
        (torch.ones(2), torch.ones(2), 0.0, True),
        (torch.ones(2), torch.ones(2, dtype=torch.float64), 1.0, False),
        (torch.ones(2), torch.ones(1, 2), 1.0, False),
        (torch.ones(2), [1.0, 1.0], 1.0, False),
        (torch.tensor([1.0, torch.nan]), torch.tensor([1.0, torch.nan]), 0.0, True),
        (torch.tensor(1.0), torch.tensor(1.01), 0.1, True),
        (torch.tensor(1.0), torch.tensor(1.01), 0.001, False),
        (torch.tensor(1), torch.tensor(2), 10.0, False),
        (1.0, 1.05, 0.1, True),
        (float("nan"), float("nan"), 0.0, True),
        (float("inf"), float("inf"), 0.0, True),
        (1, True, 1.0, False),
        (1, 1.0, 1.0, False),
        ("a", Other("a"), 0.0, False),
        ([1, [2]], [1, [2]], 0.0, True),
        ([1], [1, 2], 0.0, False),
        ([1, 2, 3], (1, 2, 3), 0.0, True),
        ([1, 2, 3], [1, 2, 4], 9.0, False),
        ([1, 1], [1, True], 0.0, False),
        ([1, 1], [1, 1.0], 0.0, False),
        ({"a": 1}, {"b": 1}, 0.0, False),
        (None, None, 0.0, True),
    ],
)
def test_same(left: Any, right: Any, tolerance: float, expected: bool) -> None:
    assert same(left, right, tolerance) is expected
    assert same(right, left, tolerance) is expected
