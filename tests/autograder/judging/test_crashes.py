"""Each message that names a mistake is raised by the code that makes it, in this release of Python and torch."""

import importlib
import math
import random
from collections.abc import Callable
from typing import Any

import made_up
import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from autograder.judging.crashes import CRASHES, NEEDS_CONTIGUOUS, REMEDY, ROOM, crash, crash_mistake, named_after
from autograder.running.observe import observe

RAISERS: list[Any] = []
FLOATS = torch.arange(6.0).view(2, 3)
NOTHING: Any = None
WHOLE = torch.arange(6).view(2, 3)


def raises(name: str, *code: Callable[[], Any]) -> None:
    """Each of these codes makes that mistake."""
    RAISERS.extend(pytest.param(name, each, id=f"{name}-{place}") for place, each in enumerate(code))


class NoForward(nn.Module):
    """A module whose `forward` has another name."""


class NoSuper(nn.Module):
    """A module that is given a part too early."""

    def __init__(self) -> None:
        self.linear = nn.Linear(2, 2)


def forever(number: int) -> int:
    return forever(number + 1)


def takes_one(number: int) -> int:
    return number


def unbound() -> int:
    if math.pi < 3:
        number = 1
    return number


def leaf() -> torch.Tensor:
    weight = torch.ones(3, requires_grad=True)
    weight[0] = 2
    return weight


def written_after() -> None:
    weight = torch.ones(3, requires_grad=True)
    out = weight.exp()
    out.mul_(2)
    out.sum().backward()


def backward_twice() -> None:
    loss = torch.ones(3, requires_grad=True).exp().sum()
    loss.backward()
    loss.backward()


def one_two() -> None:
    _, _ = FLOATS[0]


raises("missing-forward", lambda: NoForward()(FLOATS))
raises("no-super-init", NoSuper)
raises(NEEDS_CONTIGUOUS, lambda: FLOATS.T.view(6))
raises("and-or-not", lambda: FLOATS and FLOATS, lambda: not WHOLE, lambda: 1 if FLOATS > 1 else 2)
raises("not-flattened", lambda: F.cross_entropy(torch.randn(2, 3, 5), torch.zeros(2, 3).long()))
raises(
    "precedence",
    lambda: 0.5 & (FLOATS > 1) < FLOATS,
    lambda: FLOATS & (FLOATS > 1),
    lambda: 0.5 & True,
    lambda: ~FLOATS,
    lambda: ~0.5,
)
raises("missing-name", lambda: lenght, unbound)  # noqa: F821
raises("missing-attribute", lambda: FLOATS.squere(), lambda: torch.nn.functional.crossentropy)
raises(
    "wrong-signature",
    lambda: takes_one(1, 2),
    lambda: takes_one(),
    lambda: takes_one(nummer=2),
    lambda: takes_one(1, number=2),
)
raises("not-callable", lambda: FLOATS(1), lambda: math.pi(4))
raises("asserts", lambda: exec("assert 1 == 2"))
raises("endless-recursion", lambda: forever(0))
raises("writes-into-leaf", leaf, written_after)
raises(
    "one-dtype-only",
    lambda: FLOATS.double() @ FLOATS.T,
    lambda: WHOLE.add_(0.5),
    lambda: F.linear(FLOATS, torch.ones(4, 3, dtype=torch.float64)),
)
raises("wrong-index-type", lambda: FLOATS[FLOATS], lambda: F.embedding(FLOATS, FLOATS), lambda: sorted("ab")["a"])
raises(
    "index-out-of-range",
    lambda: FLOATS[5],
    lambda: [1][3],
    lambda: F.embedding(WHOLE, FLOATS),
    lambda: F.cross_entropy(FLOATS, torch.tensor([1, 7])),
    lambda: FLOATS.gather(1, torch.tensor([[7]])),
)
raises("mask-of-another-shape", lambda: FLOATS[torch.ones(3, 3, dtype=torch.bool)])
raises(
    "too-many-dimensions",
    one_two,
    lambda: FLOATS[0, 0, 0],
    lambda: FLOATS.sum(dim=3),
    lambda: torch.bmm(FLOATS, FLOATS),
    lambda: torch.dot(FLOATS, FLOATS),
)
raises(
    "shapes-do-not-fit",
    lambda: FLOATS + torch.ones(4),
    lambda: FLOATS @ FLOATS,
    lambda: FLOATS.view(5),
    lambda: torch.cat([FLOATS, torch.ones(1, 4)]),
    lambda: FLOATS.expand(5, 3),
    lambda: F.cross_entropy(FLOATS, torch.zeros(3).long()),
    lambda: F.layer_norm(FLOATS, (4,)),
    lambda: FLOATS.clone().add_(torch.ones(4, 2, 3)),
)
raises("no-single-number", lambda: FLOATS.item(), lambda: float(FLOATS), lambda: math.sqrt(FLOATS), lambda: int(WHOLE))
raises(
    "nothing-depends",
    lambda: FLOATS.sum().backward(),
    lambda: torch.autograd.grad(FLOATS.sum(), torch.ones(2, requires_grad=True)),
    lambda: torch.autograd.grad(torch.ones(2, requires_grad=True).sum(), torch.ones(2, requires_grad=True)),
)
raises(
    "no-gradient-to-take",
    lambda: torch.ones(2, requires_grad=True).backward(),
    lambda: torch.ones(2, requires_grad=True).numpy(),
    lambda: torch.autograd.grad(torch.ones(2, requires_grad=True).sum(), FLOATS),
)
raises("graph-used-twice", backward_twice)
raises(
    "bad-probability",
    lambda: torch.bernoulli(FLOATS),
    lambda: torch.multinomial(-FLOATS, 1),
    lambda: torch.randint(5, 5, (2,)),
)
raises("division-by-zero", lambda: 1 / 0, lambda: 3 % 0)
raises("missing-key", lambda: {"a": 1}["b"])
raises("missing-import", lambda: importlib.import_module("no_such_module"), lambda: exec("from math import sqroot"))
raises("none-as-value", lambda: NOTHING + 1, lambda: len(NOTHING), lambda: NOTHING[0])
raises("numpy-for-torch", lambda: torch.relu(np.ones(3)), lambda: FLOATS.add(np.ones((2, 3))))
raises(
    "torch-refuses-arguments",
    lambda: torch.relu(3.0),
    lambda: torch.zeros("a"),
    lambda: torch.where(FLOATS, "a", 1),
    lambda: torch.rand(2, generator=7),
)
raises(
    "nothing-to-draw-from",
    lambda: random.choice([]),
    lambda: random.randrange(0),
    lambda: random.sample([1], 2),
)
raises("unhashable", lambda: {[1]: 2}, lambda: {(1, [2])}, lambda: {"a": 1}[[]])
raises(
    "wrong-target-type",
    lambda: F.cross_entropy(torch.zeros(2, 2), torch.tensor([0.0, 1.0])),
    lambda: F.cross_entropy(torch.zeros(2, 2), torch.tensor([0, 1], dtype=torch.int32)),
)
raises("operand-types", lambda: "a" + 1, lambda: 1 + "a", lambda: {} < {}, lambda: -"a")

NAMES = [mistake.name for _, mistake in CRASHES]


def raised_by(code: Callable[[], Any]) -> dict[str, Any]:
    """How a crash of an answer is described."""
    record = observe(lambda answer, inputs: answer(), code, {})
    assert "raised" in record, record
    raised: dict[str, Any] = record["raised"]
    return raised


@pytest.mark.parametrize(("name", "code"), [each for each in RAISERS if each.values[0] in NAMES])
def test_a_message_names_the_mistake(name: str, code: Callable[[], Any]) -> None:
    raised = raised_by(code)
    finding = crash(raised, False)
    assert finding.misconception == name, raised
    assert raised["type"] in finding.seen
    mistake = crash_mistake(name)
    assert mistake is not None
    assert mistake.likely
    assert mistake.look_at


def test_every_entry_is_raised_here() -> None:
    assert [name for name in NAMES if name not in {each.values[0] for each in RAISERS}] == []
    assert len(set(NAMES)) == len(NAMES)


def told(kind: str, message: str, line: str = "", refused: bool = False) -> Any:
    return crash(
        {"type": kind, "message": message, "is_value_error": refused, "is_not_implemented": False, "line": line},
        refused,
    )


@pytest.mark.parametrize(
    ("kind", "refused", "name"),
    [
        ("ValueError", True, "refuses-allowed-input"),
        ("ValueError", False, "raises-value-error"),
        ("OSError", False, "raises-os-error"),
        ("HTTPError2", False, "raises-http-error-2"),
        ("LearnersOwn", False, "raises-learners-own"),
        ("Ω", False, "raises"),
    ],
)
def test_what_no_message_names_is_named_by_its_kind(kind: str, refused: bool, name: str) -> None:
    assert told(kind, "words that say nothing", refused=refused).misconception == name


def test_a_refusal_whose_message_names_a_mistake_is_that_mistake() -> None:
    assert told("ValueError", "not enough values to unpack (expected 3, got 2)", "a, b, c = x.shape").misconception == (
        "too-many-dimensions"
    )


@pytest.mark.parametrize("length", [10, 1000])
def test_message_and_line_stay_short(length: int) -> None:
    seen = told("OSError", "m" * length, "l" * length).seen
    assert len(seen) <= ROOM + 80
    assert seen.isprintable()


def test_the_remedy_that_torch_names_is_kept_whole() -> None:
    raised = raised_by(lambda: torch.ones(2, 3).T.view(6))
    assert ".reshape(...)" in raised["message"]
    finding = crash(raised, False)
    assert ".reshape(...)" in finding.seen
    assert len(raised["message"]) < REMEDY + len("It raised RuntimeError: ")


def test_a_long_name_of_a_kind_is_cut() -> None:
    assert len(named_after("A" + "b" * 500)) < 60


def test_no_other_name_has_texts_here() -> None:
    assert crash_mistake("negated") is None
    assert crash_mistake(None) is None


@pytest.mark.parametrize("message", ["", "line\n\x1b[31m" * 300])
def test_any_message_is_told_in_a_line(message: str) -> None:
    def stops(*given: Any) -> None:
        raise OSError(message)

    verdict = made_up.ROOTED.judged(stops)
    assert verdict.diagnosis is not None
    assert verdict.diagnosis.seen.isprintable()
    assert len(verdict.diagnosis.seen) < 240
