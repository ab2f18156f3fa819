"""Both halves of an exercise as text, with inputs that were tried on the reference wherever they can be told."""

import ast
import importlib
import inspect
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import torch

from autograder.calls import gradients_of
from autograder.definitions import Definition, Function, names_bound
from autograder.exercise import Exercise, Inputs, in_words, loaded, module_of
from autograder.judging.draw import Draw
from autograder.judging.judge import judge
from autograder.lessons.names import stood_on
from autograder.running.observe import observe
from autograder.skeleton import templates
from autograder.skeleton.arguments import GENERATORS, Argument, Manner, arguments_of, drawn
from autograder.skeleton.imports import import_block, imports_in, needed
from autograder.skeleton.templates import Asked, call_text, exercise_text, hidden_text, mistake_heads

SEEDS = range(3)
"""Of the checks that the reference has to pass before inputs are taken for right."""
MANNERS = [Manner(rising, some) for rising, some in product((False, True), repeat=2)]
COUNTED = [Manner(large=True)]
REFUSED = (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError)
"""By which torch or a reference says that inputs are not what it takes, or the judging that the reference stops."""

PUBLIC = {
    "torch": "torch",
    "random": "random",
    "Any": "typing:Any",
    "Call": "autograder.calls:Call",
    **{
        name: f"autograder.exercise:{name}"
        for name in ("Difficulty", "Exercise", "Hint", "Inputs", "Part", "run_value")
    },
}
"""Where the names are that the public half is written in."""
HIDDEN = {
    "torch": "torch",
    "Draw": "autograder.judging.draw:Draw",
    "Inputs": "autograder.exercise:Inputs",
    **{
        name: f"autograder.judging.parts:{name}"
        for name in ("Case", "Compare", "HiddenTests", "Mistakes", "Refuse", "Source")
    },
}
"""And the other half, beside what signatures speak of."""


@dataclass(frozen=True)
class Halves:
    """What is written of an exercise."""

    public: str
    """Its object, and a `run` to fill in where there is one; without imports."""
    hidden: str
    """Its hidden tests, the whole module."""
    are_inputs_drawn: bool
    """Whether these have inputs already, on which the reference passes."""


def halves(
    exercise_id: str, constant: str, references: Sequence[Definition], stands_on: tuple[str, ...] = ()
) -> Halves:
    """Both halves of an exercise.

    Args:
        exercise_id: `lesson.name`.
        constant: name of the object in its lesson's module.
        references: what the library has of it.
        stands_on: `module:name` each; what the references use of their own modules if empty.
    """
    raises = any("\nRaises:\n    ValueError" in text for each in references for text in each.docstrings)
    asked = Asked(exercise_id, tuple(each.path for each in references), (), constant, "run_value", raises)
    asked = replace(asked, stands_on=stands_on or _stood_on(asked))
    reference = references[0]
    if len(references) > 1 or isinstance(reference.node, ast.ClassDef):
        return _by_hand(asked, reference, None)
    if not isinstance(reference.node, Function):
        return Halves(exercise_text(asked), _module(asked, ["return {}"], None, reference), True)
    arguments = arguments_of(reference)
    generator = arguments[-1].annotation if arguments and arguments[-1].annotation in GENERATORS else None
    called = arguments[:-1] if arguments and generator else arguments
    if arguments is None or called is None or not all(each.is_plain for each in called):
        return _by_hand(asked, reference, arguments)
    return _called(asked, reference, arguments, called, generator)


def _by_hand(asked: Asked, reference: Definition, arguments: Sequence[Argument] | None) -> Halves:
    """Where somebody has to say how an answer is used."""
    asked = replace(asked, run=f"run_{asked.constant.lower()}")
    run = templates.RUN.substitute(run=asked.run)
    body = [templates.UNTOLD.substitute(names=f"what {asked.run} takes")]
    return Halves(f"{run}\n\n{exercise_text(asked)}", _module(asked, body, arguments, reference), False)


def _called(
    asked: Asked,
    reference: Definition,
    arguments: Sequence[Argument],
    called: Sequence[Argument],
    generator: str | None,
) -> Halves:
    """Where the answer is called by position: with the first inputs on which the reference passes, if any are told."""
    names = [each.name for each in called]
    for manner in COUNTED if generator else MANNERS:
        body = drawn(called, manner, seeded=generator is not None)
        if body is None:
            break
        tests = _module(asked, body, arguments, reference, generator)
        gradients = () if generator else _gradients(tests, names, reference)
        tried = replace(asked, run=call_text(names, gradients, generator))
        if _passes(tried, tests):
            return Halves(exercise_text(tried), tests, True)
    asked = replace(asked, run=call_text(names, (), generator))
    wanted = in_words([*names, "seed"] if generator else names, mark="")
    body = [templates.UNTOLD.substitute(names=wanted)]
    return Halves(exercise_text(asked), _module(asked, body, arguments, reference, generator), False)


def _module(
    asked: Asked,
    body: Sequence[str],
    arguments: Sequence[Argument] | None,
    reference: Definition,
    generator: str | None = None,
) -> str:
    """The module of the hidden tests."""
    homes, heads = {}, None
    if arguments is not None and isinstance(reference.node, Function):
        returns = ast.unparse(reference.node.returns) if reference.node.returns else "Any"
        heads = mistake_heads([(each.name, each.annotation) for each in arguments], returns)
        homes = _homes(module_of(reference.path))
    text = hidden_text(asked, body, heads, generator is not None)
    imports = import_block(needed(text, homes | HIDDEN))
    return f'"""Hidden tests of `{asked.id}`."""\n\n{imports}\n\n{text}'


def _homes(module: str) -> dict[str, str]:
    """Where the names are that a module's signatures speak of."""
    tree = ast.parse(inspect.getsource(importlib.import_module(module)))
    own = {name: f"{module}:{name}" for statement in tree.body for name in names_bound(statement)}
    return {"Any": "typing:Any"} | imports_in(tree) | own


def _stood_on(asked: Asked) -> tuple[str, ...]:
    """What the references use of their own modules, directly or through what they use, in the order of the modules."""
    standing: tuple[str, ...] = ()
    while missing := stood_on(_exercise(replace(asked, stands_on=standing)))[1]:
        standing += tuple(sorted(missing))
    order = {module: list(_homes(module)) for module in map(module_of, standing)}
    return tuple(sorted(standing, key=lambda path: (module_of(path), order[module_of(path)].index(path.split(":")[1]))))


def _exercise(asked: Asked) -> Exercise:
    """The object that the public half makes."""
    text = exercise_text(asked)
    exercise: Exercise = _run(f"{import_block(needed(text, PUBLIC))}\n{text}")[asked.constant]
    return exercise


def _run(text: str) -> dict[str, Any]:
    """What a module of ours defines."""
    namespace: dict[str, Any] = {"__name__": "skeleton"}
    exec(compile(text, "skeleton", "exec", dont_inherit=True), namespace)
    return namespace


def _gradients(tests: str, names: Sequence[str], reference: Definition) -> list[str]:
    """The arguments that the value of the reference can be differentiated by, as far as it takes the inputs."""
    try:
        inputs: Inputs = _run(tests)["inputs"](Draw(random.Random(0), random.Random(0)))
        floats = {
            name: value.requires_grad_()
            for name, value in inputs.items()
            if isinstance(value, torch.Tensor) and value.is_floating_point()
        }
        found = gradients_of(loaded(reference.path)(*(inputs[name] for name in names)), list(floats.values()))
    except REFUSED:
        return []  # `_passes` says so too
    return [name for name, gradient in zip(floats, found, strict=True) if gradient is not None]


def _passes(asked: Asked, tests: str) -> bool:
    """Whether the reference stands all its cases, whichever are drawn."""
    exercise, hidden = _exercise(asked), _run(tests)["TESTS"]
    right = exercise.load_reference()
    try:
        return all(
            judge(exercise, hidden, lambda inputs: observe(exercise.run, right, inputs), seed).passed for seed in SEEDS
        )
    except REFUSED:
        return False
