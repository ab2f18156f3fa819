"""Hidden tests of `mlm.MLMHead`."""

from typing import Any

import torch
from torch import Tensor

from autograder.calls import EVALUATION, KEPT, weights_for
from autograder.exercise import Inputs
from autograder.hidden.mlm.mlmhead_mistakes import mistake
from autograder.judging.draw import DOUBLE, LARGE, ONE_ROW, TINY, Draw
from autograder.judging.parts import AGAIN, TOLERANCES, Compare, Finding, HiddenTests
from autograder.judging.values import kind_of
from autograder.running.observe import STRIDED
from autograder.wording import quoted

UNEXPLAINED = 1e-3
"""Share of the scores that rounding in float32 may leave outside the columns of the table."""

ROUNDING = TOLERANCES | {torch.float32: 5e-4, torch.float64: 2e-6}
"""How far right logits and gradients may lie apart. The norm divides by what little an activation may leave, which
magnifies rounding; what sets formulas apart is seen in double."""


def inputs(draw: Draw, dense_scale: float | None = None) -> Inputs:
    """Weights, a change of the embedding table after the head was built, and hidden vectors of shape (..., H)."""
    hidden_size, leading = draw.size(6, 12, 40), draw.leading(0, 3)
    vocabulary = draw.size(hidden_size + 4, hidden_size + 20)
    # Weights so large now and then that what is cut off above some number is seen; in double, since the norm divides by
    # what little a whole row of large negative numbers leaves.
    usual = draw.contents.choice((1.0, 20.0)) if draw.dtype == torch.float64 else 1.0
    scale = usual if dense_scale is None else dense_scale
    return {
        "embeddings": draw.normal(vocabulary, hidden_size),
        "embeddings_change": draw.normal(vocabulary, hidden_size),
        "dense.weight": draw.normal(hidden_size, hidden_size, scale=scale / hidden_size**0.5),
        "dense.bias": draw.normal(hidden_size, scale=scale),
        "norm.weight": draw.normal(hidden_size),
        "norm.bias": draw.normal(hidden_size),
        "decoder.bias": draw.normal(vocabulary),
        "hidden": draw.normal(*leading, hidden_size),
        "training": draw.integer(0, 1) == 1,
        "padding_idx": draw.integer(0, vocabulary - 1) if draw.integer(0, 1) else None,
        "table_frozen": False,
    }


def large_table(draw: Draw) -> Inputs:
    """A vocabulary as large as real ones are."""
    drawn, vocabulary = inputs(draw), draw.sizes.randint(31_000, 40_000)
    hidden_size = drawn["hidden"].shape[-1]
    table = draw.normal(vocabulary, hidden_size)
    return drawn | {
        "embeddings": table,
        "embeddings_change": torch.zeros_like(table),
        "decoder.bias": draw.normal(vocabulary),
        "hidden": draw.normal(2, hidden_size),
    }


def two_vectors(draw: Draw) -> Inputs:
    """A batch of two vectors."""
    drawn = same_table(draw)
    return drawn | {"hidden": draw.normal(2, drawn["hidden"].shape[-1])}


def zero_vector(draw: Draw) -> Inputs:
    """A hidden vector that is all zero, beside another."""
    drawn = two_vectors(draw)
    drawn["hidden"][0] = 0
    return drawn


def same_table(draw: Draw, dense_scale: float | None = None) -> Inputs:
    """The table as it was when the head was built, so that a copy of it does."""
    drawn = inputs(draw, dense_scale)
    return drawn | {"embeddings_change": torch.zeros_like(drawn["embeddings_change"])}


def frozen_table(draw: Draw) -> Inputs:
    """An encoder whose table is not trained: the head has no say in that."""
    return inputs(draw) | {"table_frozen": True}


def precise(draw: Draw, dense_scale: float) -> Inputs:
    """Numbers of 64 bits: the norm divides by so little here that rounding in single precision would show."""
    draw.dtype = torch.float64
    return same_table(draw, dense_scale)


def long_rows(draw: Draw) -> Inputs:
    """Two rows of more positions than usual."""
    drawn = same_table(draw)
    return drawn | {"hidden": draw.normal(2, draw.size(130, 150), drawn["hidden"].shape[-1])}


EDGES = {
    # A standard deviation of about 1e-4 after the activation: eps 1e-12 is nothing to it, 1e-5 is not.
    "vectors are small": lambda draw: precise(draw, 1e-4) | {"training": False},
    "vectors are small in training": lambda draw: precise(draw, 1e-4) | {"training": True},
    "`dense` gives zeros": lambda draw: precise(draw, 0.0),
    "rows are long": lambda draw: long_rows(draw) | {"training": False},
    "rows are long in training": lambda draw: long_rows(draw) | {"training": True},
    "a hidden vector is all zero": zero_vector,
    "there are two vectors": two_vectors,
    "the vocabulary is large": large_table,
}


def logits_of(given: Inputs, value: dict[str, Any]) -> dict[str, Any]:
    """Names, scores, and every gradient but those that the tie and the bias are about."""
    gradients = {name: each for name, each in value["gradients"].items() if name not in ("embeddings", "decoder.bias")}
    trained = [name for name in value["trained"] if name != "decoder.bias"]
    return {"missing": value["missing"], "trained": trained, "logits": value["logits"], "gradients": gradients}


def tie_of(given: Inputs, value: dict[str, Any]) -> dict[str, Any]:
    """Whether there is one table, used at both ends, whatever the head does before."""
    return {
        "table_changed": value["table_changed"],
        "table_learns": isinstance(value["gradients"].get("embeddings"), Tensor),
        "parameter_elements": value["parameter_elements"],
        "weight_is_table": value["weight_is_table"],
        "scores_from_table": scores_from_table(given, value["logits"]),
        "gradient_from_table": gradient_from_table(given, value),
    }


def bias_of(given: Inputs, value: dict[str, Any]) -> dict[str, Any]:
    """A bias for every token, zero at birth, that is trained."""
    return {
        "bias_at_birth": value["bias_at_birth"],
        "bias_trained": "decoder.bias" in value["trained"],
        "shared": value["shared"],
        "bias_learns": isinstance(value["gradients"].get("decoder.bias"), Tensor),
        "scores_from_table": scores_from_table(given, value["logits"]),
    }


def scores_from_table(given: Inputs, logits: Any) -> bool:
    """Whether the scores are sums of the table's columns.

    The rest of what is looked at is told by the process that the head is in; this can be seen in the scores alone.
    """
    return vectors_behind(given, logits) is not None


def vectors_behind(given: Inputs, logits: Any) -> Tensor | None:
    """The vectors, shape (n, H), float64, whose products with the table the scores are; None where there are none."""
    table = (given["embeddings"] + given["embeddings_change"]).double()
    if not isinstance(logits, Tensor) or not logits.is_floating_point() or logits.shape[-1:] != table.shape[:1]:
        return None
    columns = torch.cat([table, torch.ones(len(table), 1, dtype=torch.float64)], dim=1)
    scores = logits.detach().double().reshape(-1, len(table)).T - given["decoder.bias"].double()[:, None]
    if not scores.isfinite().all():
        return None
    solution = torch.linalg.lstsq(columns, scores).solution
    fits = float((scores - columns @ solution).norm()) <= UNEXPLAINED * float(logits.double().norm())
    return solution[:-1].T if fits else None


def gradient_from_table(given: Inputs, value: dict[str, Any]) -> bool | None:
    """Whether the table's gradient is that of a product with it, whatever comes before; None where there is none."""
    vectors, gradient = vectors_behind(given, value["logits"]), value["gradients"].get("embeddings")
    if vectors is None or not isinstance(gradient, Tensor) or gradient.shape != given["embeddings"].shape:
        return None
    due = weights_for(value["logits"]).double().reshape(-1, gradient.shape[0]).T @ vectors
    return float((gradient.double() - due).norm()) <= 1e-2 * float(due.norm()) + 1e-6


def lacking(got: Any, want: Any) -> Finding:
    """Parameters that the head lacks."""
    names = [quoted(str(name), 30) for name in got[:5]] if isinstance(got, list) else []
    return Finding(
        f"The head has no {' and no '.join(f'`{name}`' for name in names)}.",
        "Modules named `dense`, `norm` and `decoder`, each with weight and bias.",
        "no-bias" if names == ["decoder.bias"] else "other-names" if len(names) > 2 else "missing-parameter",
    )


def frozen(got: Any, want: Any) -> Finding:
    """Parameters that are not trained."""
    names = [name for name in want if not isinstance(got, list) or name not in got]
    return Finding(
        f"`{'`, `'.join(names)}` will not be trained.", "Parameters of the head, none of them frozen.", "frozen-part"
    )


def no_zeros(got: Any, want: Any) -> Finding:
    """A bias that is none, or not zero."""
    if not isinstance(got, Tensor) or got.shape != want.shape:
        return Finding(
            f"The decoder's bias is {kind_of(got)}.", f"{kind_of(want)[0].upper()}{kind_of(want)[1:]}.", "no-bias"
        )
    return Finding(f"The bias starts at numbers up to {float(got.abs().max()):.2g}.", "Zeros.", "bias-not-zero")


def plainly(seen: str, expected: str, name: str) -> Any:
    """The same words whatever came."""
    return lambda got, want: Finding(seen, expected, name)


TIE_WORDS = {
    "table_changed": plainly(
        "Building the head changed the embeddings that it was given.",
        "Embeddings with the weight, and the flags, that they had.",
        "embeddings-changed",
    ),
    "table_learns": plainly(
        "The scores do not depend on the embedding table that the head was given, or it gets no gradient.",
        "One parameter, used at both ends.",
        "table-learns-nothing",
    ),
    "parameter_elements": lambda got, want: Finding(
        f"The head has {quoted(str(got), 20)} parameters with the shared table.",
        f"{want}: dense, norm, table, bias.",
        "extra-parameters",
    ),
    "weight_is_table": plainly(
        "`decoder.weight` is not the parameter of the embeddings.",
        "One parameter, used at both ends.",
        "weight-not-shared",
    ),
    "scores_from_table": plainly(
        "The scores are no products with the embedding table.",
        "Each token's score from its own embedding.",
        "scores-not-from-table",
    ),
}

TIE_WORDS["gradient_from_table"] = plainly(
    "The gradient of the embedding table is not the right one.",
    "The gradient of a product with the table.",
    "table-gradient",
)

BIAS_WORDS = {
    "shared": plainly(
        "Two heads on one table share more than the table.", "Weights of its own in every head.", "shared-between-heads"
    ),
    "bias_at_birth": no_zeros,
    "bias_trained": plainly(
        "The decoder's bias is frozen, or is no parameter of the head.", "A bias that is trained.", "frozen-part"
    ),
    "bias_learns": plainly("The decoder's bias gets no gradient.", "A bias that is trained.", "no-bias"),
    "scores_from_table": TIE_WORDS["scores_from_table"],
}

FEW = (DOUBLE, ONE_ROW)

TESTS = HiddenTests(
    parts={
        "logits": (
            Compare(
                same_table,
                EDGES,
                of=logits_of,
                tolerances=ROUNDING,
                titles={"logits": "What `forward` returned"},
                words={"missing": lacking, "trained": frozen},
                conditions=(STRIDED, DOUBLE, ONE_ROW, TINY, LARGE, AGAIN, KEPT, EVALUATION),
            ),
        ),
        "tied": (
            Compare(inputs, {"the table is frozen": frozen_table}, of=tie_of, cases=1, words=TIE_WORDS, conditions=FEW),
        ),
        "bias": (Compare(inputs, of=bias_of, cases=1, words=BIAS_WORDS, conditions=FEW),),
    },
    mistakes=mistake.all,
)
