"""A function that was sent as data is built again, says what it is, and shows what was done to it."""

import random
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from autograder import hidden
from autograder.exercises import find
from autograder.exercises.bidirectionality import run_influence
from autograder.exercises.bidirectionality_functions import STEPS, built, described
from autograder.running import wire

ID = "bidirectionality.influence"
PLAIN = {"is_module": False, "is_training": False, "is_trained": True, "has_gradients": True}
MIX = {"does": "mix", "weight": torch.tensor([[1.0, 0.5], [0.0, 2.0]])}


def drawn(seed: int) -> list[dict[str, Any]]:
    """All functions that one check uses, and where each is looked at."""
    exercise, rng = find(ID), random.Random(seed)
    ways = [way for ways in hidden.load(ID).parts.values() for way in ways]
    return [case.inputs for way in ways for case in way.draw(exercise, rng)]


def names_in(steps: list[dict[str, Any]]) -> set[str]:
    inner = [branch for step in steps for branch in step.get("branches", ())]
    return {step["does"] for step in steps}.union(*map(names_in, inner))


def test_every_step_is_used_in_some_check() -> None:
    assert set().union(*(names_in(each["fn"]["steps"]) for seed in range(3) for each in drawn(seed))) == STEPS.keys()


def test_a_function_is_the_same_on_both_sides_of_the_wire() -> None:
    for inputs in drawn(5):
        fn, x = inputs["fn"], inputs["x"]
        sent = wire.decode(wire.encode(fn))
        assert described(sent) == described(fn)
        result = built(sent).call(x)
        assert (result.shape, result.dtype) == (x.shape, x.dtype)
        assert torch.equal(result, built(fn).call(x))


def test_a_function_is_said_in_words() -> None:
    steps = [{"does": "add", "branches": [[MIX, {"does": "tanh"}], []]}, {"does": "detached"}]
    assert described(PLAIN | {"steps": steps}) == (
        "a function: the sum of: [[1, 0.5], [0, 2]] @ x, then tanh; x as it is, then detach"
    )
    assert described(PLAIN | {"steps": [], "is_module": True}) == "a module: x as it is"


@pytest.mark.parametrize("trained", [True, False])
@pytest.mark.parametrize("module", [True, False])
def test_numbers_are_parameters(trained: bool, module: bool) -> None:
    fn = PLAIN | {"steps": [MIX, {"does": "add", "branches": [[MIX], []]}], "is_trained": trained, "is_module": module}
    made = built(fn)
    assert len(made.parameters) == 2
    assert all(each.requires_grad == trained and bool((each.grad == 1).all()) for each in made.parameters)
    assert isinstance(made.call, nn.Module) == module
    result = made.call(torch.ones(2, 3))
    assert result.requires_grad == trained
    assert result.tolist() == [[4.0] * 3, [6.0] * 3]


def grows(fn: Any, x: Tensor) -> None:
    fn(x).sum().backward()


def switches(fn: Any, x: Tensor) -> None:
    fn.train()


def freezes(fn: Any, x: Tensor) -> None:
    for each in fn.parameters():
        each.requires_grad_(False)


def fills(fn: Any, x: Tensor) -> None:
    for each in fn.parameters():
        each.data.fill_(7.0)


@pytest.mark.parametrize(
    ("answer", "changed"),
    [
        (lambda fn, x: None, []),
        (grows, ["`x.grad`", "the `.grad` of parameters"]),
        (lambda fn, x: x.requires_grad_(False), ["`x.requires_grad`"]),
        (switches, ["the mode of the module"]),
        (freezes, ["`requires_grad` of parameters"]),
        (fills, ["the numbers in parameters"]),
    ],
    ids=["nothing", "gradients", "x", "mode", "flags", "numbers"],
)
def test_what_is_left_changed_is_seen(answer: Any, changed: list[str]) -> None:
    fn = PLAIN | {"steps": [MIX], "is_module": True}
    inputs = {"fn": fn, "x": torch.ones(2, 3), "x_requires_grad": True, "x_has_gradient": True}
    assert run_influence(answer, inputs)["changed"] == changed
