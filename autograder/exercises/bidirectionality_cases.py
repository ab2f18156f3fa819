"""Lesson 1, why next-token prediction breaks: what a class's check tries beside the examples of the docstrings."""

from functools import partial
from typing import Any

import torch
from torch import Tensor

from autograder.calls import BEFORE, EVALUATION, KEPT
from autograder.exercise import Inputs, VisibleCase


def source(seed: int) -> torch.Generator:
    """What the larger inputs come from: the same every time."""
    return torch.Generator().manual_seed(seed)


# ------------------------------------------------------------------------------------------------------- causal_mask

CAUSAL_MASK = (
    VisibleCase("there are two positions", {"seq_len": 2}),
    VisibleCase("there is a single position", {"seq_len": 1}),
    VisibleCase("there are five positions", {"seq_len": 5}),
    VisibleCase("the sequence is longer than any limit of a usual model", {"seq_len": 1100}),
    VisibleCase("another length came before", {"seq_len": 3, BEFORE: {"seq_len": 4}}),
    VisibleCase("another length comes after", {"seq_len": 3, BEFORE: {"seq_len": 4}, KEPT: True}),
    VisibleCase("`seq_len` is 0", {"seq_len": 0}, raises="0"),
    VisibleCase("`seq_len` is -3", {"seq_len": -3}, raises="-3"),
)

# --------------------------------------------------------------------------------------------------------- attention

QUERY = [[1.0, 0.0], [0.5, -1.0]]
KEY = [[1.0, 2.0], [0.0, -1.0], [2.0, 0.5]]
VALUE = [[1.0, 0.0, 2.0, -1.0], [0.0, 1.0, 3.0, 0.5], [-1.0, 2.0, 0.0, 1.0]]


def attending(mask: Any = None, scale: float = 1.0) -> Inputs:
    """Two queries, three keys of two numbers, values of four."""
    return {"query": (torch.tensor(QUERY) * scale).tolist(), "key": KEY, "value": VALUE, "mask": mask}


def heads(*leading: int, mask: tuple[int, ...] = (), empty: bool = False, dtype: torch.dtype = torch.float32) -> Inputs:
    """Queries, keys and values with dimensions in front.

    Args:
        leading: those dimensions.
        mask: shape of the mask; there is none where it is empty.
        empty: whether its first row lets nothing through.
        dtype: of all numbers.
    """
    numbers = source(1)

    def normal(*shape: int) -> Tensor:
        return torch.randn(*leading, *shape, generator=numbers, dtype=torch.float64).to(dtype)

    inputs: Inputs = {"query": normal(3, 5), "key": normal(4, 5), "value": normal(4, 2), "mask": None}
    if mask:
        allowed = torch.rand(mask, generator=numbers) < 0.5
        allowed[..., 1] = True
        if empty:
            allowed.view(-1, mask[-1])[0] = False
        inputs["mask"] = allowed
    return inputs


def without_gradients() -> Inputs:
    """As in evaluation."""
    return heads(2, mask=(2, 3, 4)) | {EVALUATION: True}


def many_positions() -> Inputs:
    """As many positions as a long text has."""
    numbers = source(2)
    inputs: Inputs = {name: torch.randn(2, 70, 90, generator=numbers) for name in ("query", "key", "value")}
    return inputs | {"mask": torch.rand(2, 70, 70, generator=numbers) < 0.5}


SEES = [[True, False, True], [False, True, True]]
ATTENTION = (
    VisibleCase("there is no mask", attending()),
    VisibleCase("each query may attend to two keys", attending(SEES)),
    VisibleCase("a query may attend to nothing", attending([[True, False, True], [False] * 3])),
    VisibleCase("the mask has one dimension", attending([True, False, True])),
    VisibleCase("scores are in the thousands", attending(SEES, 3000.0)),
    VisibleCase("scores are in the thousands and there is no mask", attending(scale=3000.0)),
    VisibleCase("there are dimensions in front", partial(heads, 2, 3)),
    VisibleCase("the mask has fewer dimensions than the scores", partial(heads, 2, 3, mask=(3, 4))),
    VisibleCase("one mask serves all heads and queries", partial(heads, 2, 3, mask=(2, 1, 1, 4))),
    VisibleCase("a query in a batch may attend to nothing", partial(heads, 2, mask=(2, 3, 4), empty=True)),
    VisibleCase("the numbers have 64 bits", partial(heads, 2, mask=(2, 3, 4), dtype=torch.float64)),
    VisibleCase("memory has another order", partial(heads, 3, mask=(3, 3, 4)), strided=True),
    VisibleCase("no gradients are recorded", without_gradients),
    VisibleCase("there are many positions", many_positions),
)

# ------------------------------------------------------------------------------------------------- next_token_labels

IDS = [[2, 17, 0, 12, 3], [2, 9, 3, 0, 0]]
REAL = [[True] * 5, [True, True, True, False, False]]


def labelling(ids: Any = IDS, real: Any = REAL) -> Inputs:
    """A small batch."""
    return {"input_ids": ids, "attention_mask": real}


def many_to_label() -> Inputs:
    """Long rows of many lengths, with many different ids."""
    numbers = source(3)
    lengths = torch.randint(1, 251, (6, 1), generator=numbers)
    return labelling(torch.randint(30_000, (6, 250), generator=numbers), torch.arange(250) < lengths)


OTHERS = {
    "input_ids": [[2, 30, 31, 32, 3], [2, 33, 34, 35, 3]],
    "attention_mask": [[True, True] + [False] * 3, [True] * 5],
}
NEXT_TOKEN_LABELS = (
    VisibleCase("one row has padding and one has a token 0", labelling()),
    VisibleCase("no row has padding", labelling(real=[[True] * 5] * 2)),
    VisibleCase("a row has one real token", labelling([[2, 5, 5]], [[True, False, False]])),
    VisibleCase("there is one position", labelling([[7]], [[True]])),
    VisibleCase(
        "padding is another token than 0", labelling([[2, 5, 3, 1], [2, 0, 5, 3]], [[True] * 3 + [False], [True] * 4])
    ),
    VisibleCase("there are many positions", many_to_label),
    VisibleCase("memory has another order", labelling(), strided=True),
    VisibleCase("another batch came before", labelling() | {BEFORE: OTHERS}),
    VisibleCase("another batch comes after", labelling() | {BEFORE: OTHERS, KEPT: True}),
)

# --------------------------------------------------------------------------------------------------------- influence


def asked(
    *steps: dict[str, Any], x: Any = ((1.0, -2.0), (0.5, 3.0), (-1.0, 1.0)), watched: bool = False, **flags: bool
) -> Inputs:
    """A function of these steps and where to look at it.

    Args:
        steps: what the function does.
        x: the input.
        watched: whether everything has a gradient from before.
        flags: of the function, where they are others than those of a plain one.
    """
    usual = {"is_module": False, "is_training": False, "is_trained": True, "has_gradients": watched}
    return {
        "fn": {"steps": list(steps)} | usual | flags,
        "x": torch.as_tensor(x),
        "x_requires_grad": watched,
        "x_has_gradient": watched,
    }


def mix(*rows: list[float]) -> dict[str, Any]:
    """A step that mixes positions."""
    return {"does": "mix", "weight": torch.tensor(rows)}


def features(*rows: list[float]) -> dict[str, Any]:
    """A step that mixes the numbers of a position."""
    return {"does": "features", "weight": torch.tensor(rows)}


SOME = mix([1.0, 0.5, 0.0], [0.0, 0.0, 2.0], [0.0, -1.0, 1.0])
TINY = mix([1.0, 1e-9, 0.0], [0.0, 1.0, 0.0], [-1e-12, 0.0, 1.0])
LOOKS = torch.tensor([[True, False, True], [True, True, False], [True, True, True]])


def bias(does: str, value: float) -> dict[str, Any]:
    """A step with a number at every place."""
    return {"does": does, "bias": torch.full((3, 2), value)}


def looking() -> dict[str, Any]:
    """Attention in which positions 0 and 1 do not see the next."""
    numbers = source(4)
    weights = {name: torch.randn(2, 2, generator=numbers) for name in ("query", "key", "value")}
    return {"does": "attention", "mask": LOOKS} | weights


ONE_FEATURE = torch.zeros(6, 6)
ONE_FEATURE[1, 4] = ONE_FEATURE[2, 1] = ONE_FEATURE[5, 0] = 1.0
INFLUENCE = (
    VisibleCase("some positions are mixed", partial(asked, SOME)),
    VisibleCase("derivatives are as small as 1e-12", partial(asked, TINY)),
    VisibleCase("the function is constant", partial(asked, bias("constant", 1.0), is_trained=False)),
    VisibleCase("the function returns a parameter", partial(asked, bias("constant", 1.0))),
    VisibleCase("the function returns its input", asked),
    VisibleCase(
        "the numbers of an output always add up to 0", partial(asked, SOME, features([1.0, -1.0], [2.0, -2.0]))
    ),
    VisibleCase(
        "the numbers of an input count with opposite signs", partial(asked, SOME, features([1.0, 2.0], [-1.0, -2.0]))
    ),
    VisibleCase(
        "one number of an output depends on one of an input", partial(asked, {"does": "linear", "weight": ONE_FEATURE})
    ),
    VisibleCase(
        "two contributions cancel",
        partial(
            asked, {"does": "add", "branches": [[SOME], [SOME, {"does": "negative"}], [mix(*torch.eye(3).tolist())]]}
        ),
    ),
    VisibleCase(
        "a derivative is 0 at this point",
        partial(asked, {"does": "square"}, SOME, x=((1.0, 2.0), (0.0, 0.0), (3.0, 1.0))),
    ),
    VisibleCase("all outputs are 0", partial(asked, SOME, x=((0.0, 0.0),) * 3)),
    VisibleCase("a layer attends", partial(asked, looking())),
    VisibleCase("two layers attend", partial(asked, looking(), looking())),
    VisibleCase("there is a single position", partial(asked, mix([2.0]), x=((1.0, -2.0),))),
    VisibleCase("there are gradients from before", partial(asked, SOME, bias("shift", 1.0), watched=True)),
    VisibleCase("it is a module in training mode", partial(asked, SOME, is_module=True, is_training=True)),
    VisibleCase("it is a module in evaluation mode", partial(asked, SOME, is_module=True, watched=True)),
)
ENTRIES_OF_INFLUENCE = {
    "changed": (
        "After the call, something is no longer what it was: a gradient, a parameter, or a mode.",
        "`.grad` of `x` and of every parameter, `requires_grad` and modes as they were.",
        "`backward` adds to the `.grad` of everything on its way, and `requires_grad_` changes the caller's tensor.",
        "`backward`, `requires_grad_`, `zero_grad`, `eval` and `train`: which of them leaves a trace?",
    ),
}

# --------------------------------------------------------------------------------------------------- visible_targets

VISIBLE_TARGETS = (
    VisibleCase(
        "one position sees its target", {"influence": [[True, False, True], [True, True, True], [False, True, True]]}
    ),
    VisibleCase(
        "all see what is before them", {"influence": [[True, False, False], [True, True, False], [True, True, True]]}
    ),
    VisibleCase(
        "the first target alone is seen", {"influence": [[True, True, False], [True, True, False], [True, False, True]]}
    ),
    VisibleCase("nothing depends on anything", {"influence": [[False] * 4] * 4}),
    VisibleCase("everything depends on everything", {"influence": [[True] * 4] * 4}),
    VisibleCase("outputs depend on the next position and no other", {"influence": [[False, True], [False, False]]}),
    VisibleCase("there is one position", {"influence": [[True]]}),
    VisibleCase("there are many positions", lambda: {"influence": torch.rand(90, 90, generator=source(5)) < 0.5}),
    VisibleCase(
        "memory has another order",
        {"influence": [[True, False, True], [True, True, True], [False, True, True]]},
        strided=True,
    ),
    VisibleCase(
        "another matrix came before",
        {"influence": [[True, True], [False, True]], BEFORE: {"influence": [[True, False], [True, True]]}},
    ),
    VisibleCase(
        "another matrix comes after",
        {"influence": [[True, True], [False, True]], BEFORE: {"influence": [[True, False], [True, True]]}, KEPT: True},
    ),
)
