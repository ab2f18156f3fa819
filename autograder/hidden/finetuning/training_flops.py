"""Hidden tests of `finetuning.training_flops`."""

from collections.abc import Callable, Mapping
from typing import Any

import torch

from autograder.exercise import Inputs
from autograder.judging.draw import Draw
from autograder.judging.parts import Case, Compare, HiddenTests, Mistakes, Refuse
from bertkit.finetuning.finetune import FLOPS_PER_PARAMETER, training_flops

mistake = Mistakes()
END_TO_END, FROZEN, CACHED = "end-to-end", "frozen", "cached"


def training(draw: Draw, recipe: str, epochs: int | None = None, large: bool = False) -> Inputs:
    """A training of drawn sizes; with `large`, one whose cost no whole number of 64 bits can hold."""
    return {
        "encoder_parameters": draw.integer(10**9, 10**11) if large else draw.integer(100, 9000),
        "tokens": draw.integer(10**11, 10**13) if large else draw.integer(100, 9000),
        "epochs": draw.integer(3, 40) if epochs is None else epochs,
        "recipe": recipe,
    }


def of(recipe: str) -> Compare:
    """How one recipe is judged."""
    return Compare(
        lambda draw: training(draw, recipe),
        {
            "there is one epoch": lambda draw: training(draw, recipe, 1),
            "there are two epochs": lambda draw: training(draw, recipe, 2),
            "there are no epochs": lambda draw: training(draw, recipe, 0),
            "the encoder has one parameter": lambda draw: training(draw, recipe) | {"encoder_parameters": 1},
            "there is no token": lambda draw: training(draw, recipe) | {"tokens": 0},
        },
        cases=1,
        conditions=(),
    )


def refused(draw: Draw) -> list[Case]:
    """Recipes that there are not; beside them, those that there are."""
    words = "".join(draw.contents.choice("abcdefgh") for _ in range(7))
    bad = ["End-to-End", "end to end", "end_to_end", "FROZEN", "freeze", "cache", "caching", f"{words}ed", "probe"]
    cases = [Case(training(draw, each), raises=each, unless="recipe-not-refused") for each in bad]
    none = training(draw, FROZEN) | {"recipe": None}
    return [
        *cases,
        Case(training(draw, ""), raises="", what="an empty recipe", unless="recipe-not-refused"),
        Case(none, raises="None", unless="recipe-not-refused"),
        *(Case(training(draw, each)) for each in FLOPS_PER_PARAMETER),
    ]


def counted(
    encoder_parameters: int,
    tokens: int,
    epochs: int,
    recipe: str,
    each: Mapping[str, int] = FLOPS_PER_PARAMETER,
    passes: Callable[[str, int], int] = lambda recipe, epochs: 1 if recipe == CACHED else epochs,
) -> int:
    """The cost with replaceable pieces, from which the wrong ones are made."""
    if recipe not in each:
        raise ValueError(f"no recipe {recipe!r}")
    return each[recipe] * encoder_parameters * tokens * passes(recipe, epochs)


def costing(**changed: int) -> Callable[..., int]:
    """An answer in which a recipe costs something else."""
    costs = FLOPS_PER_PARAMETER | {name.replace("_", "-"): cost for name, cost in changed.items()}
    return lambda parameters, tokens, epochs, recipe: counted(parameters, tokens, epochs, recipe, costs)


for name, likely, look_at, answer in (
    (
        "backward-forgotten",
        "End to end costs no more than a forward pass to your code; backward comes on top, twice as dear.",
        "The number for end to end.",
        costing(end_to_end=2),
    ),
    (
        "backward-counted-once",
        "Backward is counted like forward. It has two products for each one forward.",
        "The number for end to end.",
        costing(end_to_end=4),
    ),
    (
        "one-for-each-product",
        "End to end has three products to your code, one forward and two backward, and each of them costs 1, not 2.",
        "The number for end to end, and what one of a multiplication and an addition is.",
        costing(end_to_end=3),
    ),
    (
        "backward-through-the-frozen",
        "A frozen encoder has no backward pass; your code counts a part of one.",
        "The number for a frozen encoder.",
        costing(frozen=4),
    ),
    (
        "frozen-like-end-to-end",
        "A frozen encoder costs as much as one that is trained. It has no backward pass.",
        "The number for a frozen encoder.",
        costing(frozen=6),
    ),
    (
        "additions-forgotten",
        "Only multiplications are counted. Each comes with an addition.",
        "All three numbers: what is one of a multiplication and an addition?",
        costing(end_to_end=3, frozen=1, cached=1),
    ),
    (
        "frozen-for-free",
        "A frozen encoder costs nothing to your code. It learns nothing, and still runs forward in every epoch.",
        "The number for a frozen encoder.",
        costing(frozen=0),
    ),
    (
        "frozen-counted-half",
        "A frozen encoder's additions are not counted.",
        "The number for a frozen encoder.",
        costing(frozen=1, cached=1),
    ),
    (
        "cached-like-end-to-end",
        "Caching is counted with a backward pass. The encoder runs forward, once.",
        "The number for cached features.",
        costing(cached=6),
    ),
    (
        "cached-for-free",
        "Cached features cost nothing to your code. They have to be computed once.",
        "The number for cached features.",
        costing(cached=0),
    ),
):
    mistake.add(name, likely, look_at, answer)


@mistake(
    "Cached features are counted in every epoch. The encoder runs once, and they are kept.",
    "Where `epochs` enters, and for which recipes.",
)
def cached_in_every_epoch(parameters: int, tokens: int, epochs: int, recipe: str) -> Any:
    return counted(parameters, tokens, epochs, recipe, passes=lambda _, epochs: epochs)


@mistake(
    "A frozen encoder is counted once, as if its features were kept. Without that it runs in every epoch.",
    "Where `epochs` enters, and for which recipes.",
)
def frozen_once(parameters: int, tokens: int, epochs: int, recipe: str) -> Any:
    return counted(parameters, tokens, epochs, recipe, passes=lambda name, each: each if name == END_TO_END else 1)


@mistake(
    "One epoch is counted, whatever `epochs` says.",
    "Where `epochs` enters, and for which recipes.",
)
def epochs_ignored(parameters: int, tokens: int, epochs: int, recipe: str) -> Any:
    return counted(parameters, tokens, epochs, recipe, passes=lambda *_: 1)


@mistake(
    "Without an epoch, cached features cost nothing to your code; they are computed once, whatever `epochs` is.",
    "What your code does where `epochs` is 0.",
)
def cached_at_most_once(parameters: int, tokens: int, epochs: int, recipe: str) -> Any:
    return counted(
        parameters, tokens, epochs, recipe, passes=lambda name, each: min(each, 1) if name == CACHED else each
    )


@mistake(
    "No epochs are counted as one.",
    "What your code does where `epochs` is 0: `max` and `or` may be at work.",
)
def at_least_one_epoch(parameters: int, tokens: int, epochs: int, recipe: str) -> Any:
    return training_flops(parameters, tokens, max(epochs, 1), recipe)


@mistake(
    "The cost is given in units of 10 to the 12, and what is below one is lost. Single operations are asked for.",
    "What is done to the product before it is returned.",
)
def in_larger_units(parameters: int, tokens: int, epochs: int, recipe: str) -> Any:
    return training_flops(parameters, tokens, epochs, recipe) // 10**12


@mistake("A float came back, which has 16 digits. A whole number is asked for.", "Divisions, `float`, and 6e0.")
def a_float(parameters: int, tokens: int, epochs: int, recipe: str) -> Any:
    return float(training_flops(parameters, tokens, epochs, recipe))


@mistake(
    "The number went through a float on the way, and lost its last digits.",
    "Divisions, and everything that makes a float of a whole number before `int` makes it whole again.",
)
def through_a_float(parameters: int, tokens: int, epochs: int, recipe: str) -> Any:
    return int(float(training_flops(parameters, tokens, epochs, recipe)))


@mistake(
    "The number is one of 64 bits, and wraps around where it is too large.",
    "Tensors and arrays in your code: Python's own whole numbers have no end.",
)
def of_64_bits(parameters: int, tokens: int, epochs: int, recipe: str) -> Any:
    cost = training_flops(parameters, tokens, epochs, recipe)
    return int(torch.tensor((cost + 2**63) % 2**64 - 2**63))


@mistake(
    "A recipe that there is not is taken for one that there is: some branch takes whatever is left.",
    "`else` and defaults: what happens to a recipe that is none of the three?",
)
def other_recipes_taken(parameters: int, tokens: int, epochs: int, recipe: str) -> Any:
    return training_flops(parameters, tokens, epochs, recipe if recipe in FLOPS_PER_PARAMETER else CACHED)


@mistake(
    "A recipe that there is not is taken for end to end: some branch takes whatever is left.",
    "`else` and defaults: what happens to a recipe that is none of the three?",
)
def others_are_end_to_end(parameters: int, tokens: int, epochs: int, recipe: str) -> Any:
    return training_flops(parameters, tokens, epochs, recipe if recipe in FLOPS_PER_PARAMETER else END_TO_END)


@mistake(
    "A recipe that there is not costs 0 to your code.",
    "`get` with a default, and what is returned after the last branch.",
)
def others_are_free(parameters: int, tokens: int, epochs: int, recipe: str) -> Any:
    return training_flops(parameters, tokens, epochs, recipe) if recipe in FLOPS_PER_PARAMETER else 0


@mistake(
    "For a recipe that there is not nothing comes back: no branch is taken, and nothing is raised.",
    "What your code comes to after the last branch.",
)
def nothing_for_others(parameters: int, tokens: int, epochs: int, recipe: str) -> Any:
    return training_flops(parameters, tokens, epochs, recipe) if recipe in FLOPS_PER_PARAMETER else None


@mistake(
    "Large and small letters make no difference to your code. A recipe has one name.",
    "`lower` in front of the comparison.",
)
def ignores_case(parameters: int, tokens: int, epochs: int, recipe: str) -> Any:
    return training_flops(parameters, tokens, epochs, recipe.lower() if isinstance(recipe, str) else recipe)


mistake.add(
    "another-cost",
    "The cost is not the product of this recipe's number, the parameters, the tokens and the epochs that count.",
    "The number of the recipe, whether `epochs` is among the factors, and whatever else is done to the product.",
    None,
)
mistake.add(
    "recipe-not-refused",
    "A recipe that there is not gets through: nothing compares it with the three that there are, letter by letter.",
    "What happens to a recipe that is none of the three: branches, defaults, and comparisons of parts of a name.",
    None,
)
mistake.add(
    "lost-digits",
    "Somewhere the number is of a kind that has only so many digits.",
    "Divisions, floats, tensors and arrays in your code.",
    None,
)

TESTS = HiddenTests(
    parts={
        "end-to-end": (of(END_TO_END),),
        "frozen": (of(FROZEN),),
        "cached": (of(CACHED),),
        "exact": (
            Compare(
                lambda draw: training(draw, END_TO_END, large=True),
                {
                    "the encoder is frozen": lambda draw: training(draw, FROZEN, large=True),
                    "features are cached": lambda draw: training(draw, CACHED, large=True),
                },
                cases=2,
                conditions=(),
            ),
        ),
        "refused": (Refuse(refused),),
    },
    mistakes=mistake.all,
    otherwise={
        "end-to-end": "another-cost",
        "frozen": "another-cost",
        "cached": "another-cost",
        "exact": "lost-digits",
    },
)
