"""Hidden tests of `mlm.MLMHead`."""

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from autograder.exercise import Inputs
from autograder.exercises.mlm import run_mlm_head
from autograder.hidden.advice import change_argument, return_nothing
from autograder.hidden.draw import kind_of, torch_generator, wrong_kind
from autograder.judging.judge import CHANGES_ARGUMENT, GLOBAL_RANDOM, Case, Finding, HiddenTests, Mistake, PartTests
from autograder.running.observe import observe, same
from autograder.wording import quoted
from bertkit.model.heads import MLMHead

HIDDEN_SIZE, VOCABULARY = 8, 13
UNEXPLAINED = 1e-3
"""Share of the scores that rounding in float32 may leave outside the columns of the table."""
TOLERANCE = 2e-5
ROUNDING = {torch.float32: 1e-3, torch.float64: TOLERANCE}
"""How far right logits may lie apart. The norm divides by what little an activation may leave, which magnifies rounding
in single precision; what sets formulas apart is seen in double."""
GRADIENT_ROUNDING = 1e-2
"""The same for gradients. A gradient that is cut off somewhere is wrong by much more."""


def head_inputs(
    rng: random.Random,
    leading: tuple[int, ...],
    dtype: torch.dtype = torch.float32,
    dense_scale: float = 1.0,
    change: bool = False,
    strided: bool = False,
) -> Inputs:
    """Weights, a change of the embedding table after the head was built, and hidden vectors of shape (*leading, H)."""
    generator = torch_generator(rng)

    def normal(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=generator, dtype=dtype)

    return {
        "embeddings": normal(VOCABULARY, HIDDEN_SIZE),
        "embeddings_change": normal(VOCABULARY, HIDDEN_SIZE) * change,
        "dense.weight": normal(HIDDEN_SIZE, HIDDEN_SIZE) * dense_scale / HIDDEN_SIZE**0.5,
        "dense.bias": normal(HIDDEN_SIZE) * dense_scale,
        "norm.weight": normal(HIDDEN_SIZE),
        "norm.bias": normal(HIDDEN_SIZE),
        "decoder.bias": normal(VOCABULARY),
        "hidden": normal(*leading, HIDDEN_SIZE),
        "strided": strided,
    }


def logits_cases(rng: random.Random) -> list[Case]:
    """Several shapes and both precisions; vectors so small that the norm's eps shows."""
    return [
        Case(head_inputs(rng, (2, 5))),
        Case(head_inputs(rng, ())),
        Case(head_inputs(rng, (1, 3), torch.float64)),
        Case(head_inputs(rng, (4, 3), strided=True)),
        # A standard deviation of about 1e-4 after the activation: eps 1e-12 is nothing to it, 1e-5 is not.
        Case(head_inputs(rng, (6,), torch.float64, dense_scale=1e-4)),
    ]


def reference(inputs: Inputs) -> dict[str, Any]:
    """What the library's head gives."""
    return cast(dict[str, Any], observe(run_mlm_head, MLMHead, inputs)["value"])


def judge_logits(cases: Sequence[Case], values: Sequence[Any]) -> Finding | None:
    """Shape, type and values of the scores, and a gradient that reaches the input."""
    for case, value in zip(cases, values, strict=True):
        right = reference(case.inputs)
        logits = value["logits"]
        finding = missing(value) or wrong_kind(logits, tuple(right["logits"].shape), right["logits"].dtype, None, None)
        if finding:
            return finding
        if not same(logits, right["logits"], ROUNDING[logits.dtype]):
            difference = float((logits - right["logits"]).abs().max())
            return Finding(f"The logits are off by up to {difference:.2g}.", "dense, exact GELU, norm, decoder.")
        if not same(value["gradients"].get("hidden"), right["gradients"]["hidden"], GRADIENT_ROUNDING):
            return Finding("The gradient with respect to `hidden` is not the right one.", "A head that can be trained.")
    return None


def missing(value: dict[str, Any]) -> Finding | None:
    """Whether the head lacks a parameter that it should have."""
    names = value["missing"]
    if not names:
        return None
    return Finding(
        f"The head has no {' and no '.join(f'`{quoted(str(name), 30)}`' for name in names[:5])}.",
        "Modules named `dense`, `norm` and `decoder`, each with weight and bias.",
        "no-bias" if names == ["decoder.bias"] else "other-names",
    )


def tied_cases(rng: random.Random) -> list[Case]:
    """A table that changes after the head was built."""
    return [Case(head_inputs(rng, (2, 3), torch.float64, change=True))]


def judge_tied(cases: Sequence[Case], values: Sequence[Any]) -> Finding | None:
    """The decoder follows the table, teaches the table, and brings no second table."""
    (case,), (value,) = cases, values
    inputs, right = case.inputs, reference(case.inputs)
    if not isinstance(value["logits"], Tensor):
        return Finding(f"It returned {kind_of(value['logits'])}.", "Logits.")
    extra = value["parameter_elements"] - right["parameter_elements"]
    same_logits = same(value["logits"], right["logits"], TOLERANCE)
    gradient = value["gradients"].get("embeddings")
    if value["table_changed"]:
        return Finding(
            "Building the head changed the embeddings that it was given.",
            "Embeddings with the weight, and the flags, that they had.",
            CHANGES_ARGUMENT if value["weight_is_table"] else "tied-backwards",
        )
    if not isinstance(gradient, Tensor):
        before = reference(inputs | {"embeddings_change": torch.zeros_like(inputs["embeddings_change"])})
        copied = same(value["logits"], before["logits"], TOLERANCE)
        shared = "shares-memory-only" if extra > 0 else "table-detached"
        return Finding(
            "The scores do not depend on the embedding table that the head was given, or it gets no gradient.",
            "One parameter, used at both ends.",
            shared if same_logits else "untied-copy" if copied else "untied",
        )
    # With other mistakes in the head, the gradient is another too; that is not the tie's fault.
    if same_logits and not same(gradient, right["gradients"]["embeddings"], GRADIENT_ROUNDING):
        return Finding("The gradient of the embedding table is not the right one.", "One parameter, used at both ends.")
    if extra > 0:
        return Finding(
            f"The head has {extra} parameters too many.",
            f"{right['parameter_elements']} with the shared table: dense, norm, table, bias.",
            "untied-leftover" if extra == VOCABULARY * HIDDEN_SIZE else None,
        )
    if not value["weight_is_table"]:
        return Finding("`decoder.weight` is not the parameter of the embeddings.", "One parameter, used at both ends.")
    return unrelated_scores(inputs, value)


def unrelated_scores(inputs: Inputs, value: dict[str, Any]) -> Finding | None:
    """Whether the scores are something else than sums of the table's columns, whatever the head does before.

    The rest of what is looked at is told by the process that the head is in; this can be seen in the scores alone.
    """
    logits = value["logits"]
    if isinstance(logits, Tensor) and logits.is_floating_point() and logits.shape[-1:] == (VOCABULARY,):
        table = (inputs["embeddings"] + inputs["embeddings_change"]).double()
        bias, constant = inputs["decoder.bias"].double()[:, None], torch.ones(VOCABULARY, 1, dtype=torch.float64)
        columns = torch.cat([table, bias, constant], dim=1)
        scores = logits.detach().double().reshape(-1, VOCABULARY).T
        if scores.isfinite().all():
            left = scores - columns @ torch.linalg.lstsq(columns, scores).solution
            if float(left.norm()) <= UNEXPLAINED * float(scores.norm()):
                return None
    return Finding("The scores are no products with the embedding table.", "Each token's score from its own embedding.")


def bias_cases(rng: random.Random) -> list[Case]:
    """A fresh head."""
    return [Case(head_inputs(rng, (2,)))]


def judge_bias(cases: Sequence[Case], values: Sequence[Any]) -> Finding | None:
    """A bias for every token, zero at birth, that gets a gradient."""
    (value,) = values
    if "decoder.bias" in value["missing"]:
        return missing(value)
    finding = wrong_kind(value["bias_at_birth"], (VOCABULARY,), torch.float32, None, None)
    if finding:
        return Finding(f"The decoder's bias is {kind_of(value['bias_at_birth'])}.", finding.expected)
    largest = float(value["bias_at_birth"].abs().max())
    if not largest <= 0:  # nan is no zero either
        return Finding(f"The bias starts at numbers up to {largest:.2g}.", "Zeros.", "bias-not-zero")
    if not value["bias_is_trained"]:
        return Finding("The decoder's bias is frozen, or is no parameter of the head.", "A bias that is trained.")
    if not isinstance(value["gradients"].get("decoder.bias"), Tensor):
        return Finding("The decoder's bias gets no gradient.", "A bias that is trained.", "no-bias")
    return unrelated_scores(cases[0].inputs, value)


class Variant(nn.Module):
    """A head with replaceable pieces, from which the wrong ones are made."""

    eps = 1e-12

    def __init__(self, hidden_size: int, token_embeddings: nn.Embedding) -> None:
        super().__init__()
        self.dense = nn.Linear(hidden_size, hidden_size)
        self.norm = nn.LayerNorm(hidden_size, eps=self.eps)
        self.decoder = nn.Linear(hidden_size, token_embeddings.num_embeddings)
        nn.init.zeros_(self.decoder.bias)
        self.tie(token_embeddings)

    def tie(self, token_embeddings: nn.Embedding) -> None:
        self.decoder.weight = token_embeddings.weight

    def forward(self, hidden: Tensor) -> Tensor:
        return self.decoder(self.norm(F.gelu(self.dense(hidden))))


class UntiedCopy(Variant):
    def tie(self, token_embeddings: nn.Embedding) -> None:
        self.decoder.weight = nn.Parameter(token_embeddings.weight.detach().clone())


class Untied(Variant):
    def tie(self, token_embeddings: nn.Embedding) -> None:
        pass


class TableDetached(Variant):
    def forward(self, hidden: Tensor) -> Tensor:
        transformed = self.norm(F.gelu(self.dense(hidden)))
        return F.linear(transformed, self.decoder.weight.detach(), self.decoder.bias)


class SharesMemoryOnly(Variant):
    def tie(self, token_embeddings: nn.Embedding) -> None:
        self.decoder.weight.data = token_embeddings.weight.data


class TiedBackwards(Variant):
    def tie(self, token_embeddings: nn.Embedding) -> None:
        token_embeddings.weight = self.decoder.weight


class ResetsTable(Variant):
    def tie(self, token_embeddings: nn.Embedding) -> None:
        super().tie(token_embeddings)
        nn.init.normal_(self.decoder.weight, std=0.02)


class UntiedLeftover(Variant):
    def tie(self, token_embeddings: nn.Embedding) -> None:
        super().tie(token_embeddings)
        self.projection = nn.Linear(token_embeddings.embedding_dim, token_embeddings.num_embeddings, bias=False)


class BiasNotZero(Variant):
    def tie(self, token_embeddings: nn.Embedding) -> None:
        super().tie(token_embeddings)
        nn.init.uniform_(self.decoder.bias, -0.3, 0.3)


class NoBias(Variant):
    def forward(self, hidden: Tensor) -> Tensor:
        return F.linear(self.norm(F.gelu(self.dense(hidden))), self.decoder.weight)


class TanhGELU(Variant):
    def forward(self, hidden: Tensor) -> Tensor:
        return self.decoder(self.norm(F.gelu(self.dense(hidden), approximate="tanh")))


class ReLU(Variant):
    def forward(self, hidden: Tensor) -> Tensor:
        return self.decoder(self.norm(F.relu(self.dense(hidden))))


class NoActivation(Variant):
    def forward(self, hidden: Tensor) -> Tensor:
        return self.decoder(self.norm(self.dense(hidden)))


class NoNorm(Variant):
    def forward(self, hidden: Tensor) -> Tensor:
        return self.decoder(F.gelu(self.dense(hidden)))


class DefaultEps(Variant):
    eps = 1e-5


class NormBeforeActivation(Variant):
    def forward(self, hidden: Tensor) -> Tensor:
        return self.decoder(F.gelu(self.norm(self.dense(hidden))))


class NoTransform(Variant):
    def forward(self, hidden: Tensor) -> Tensor:
        return self.decoder(hidden)


class Dropout(Variant):
    def forward(self, hidden: Tensor) -> Tensor:
        return self.decoder(F.dropout(self.norm(F.gelu(self.dense(hidden))), 0.1, self.training))


class ReturnsNothing(Variant):
    def forward(self, hidden: Tensor) -> None:  # type: ignore[override]
        super().forward(hidden)


class OtherNames(nn.Module):
    def __init__(self, hidden_size: int, token_embeddings: nn.Embedding) -> None:
        super().__init__()
        self.linear = nn.Linear(hidden_size, hidden_size)
        self.layer_norm = nn.LayerNorm(hidden_size, eps=1e-12)
        self.output = nn.Linear(hidden_size, token_embeddings.num_embeddings)
        self.output.weight = token_embeddings.weight
        nn.init.zeros_(self.output.bias)

    def forward(self, hidden: Tensor) -> Tensor:
        return self.output(self.layer_norm(F.gelu(self.linear(hidden))))


class Probabilities(Variant):
    def forward(self, hidden: Tensor) -> Tensor:
        return super().forward(hidden).softmax(dim=-1)


TESTS = HiddenTests(
    parts={
        "logits": PartTests(logits_cases, judge_logits),
        "tied": PartTests(tied_cases, judge_tied),
        "bias": PartTests(bias_cases, judge_bias),
    },
    deterministic=True,
    tolerance=TOLERANCE,
    mistakes=(
        Mistake(
            "untied-copy",
            "The decoder got a copy of the table. From the first training step on, the two go their own ways.",
            "The line that gives the decoder its weight: `clone` and `copy_` copy numbers.",
            UntiedCopy,
        ),
        Mistake(
            "shares-memory-only",
            "The numbers are shared, but there are two parameters, and the embeddings get no gradient from the head.",
            "The line that gives the decoder its weight: `data` and `nn.Parameter(...)` make a second parameter.",
            SharesMemoryOnly,
        ),
        Mistake(
            "tied-backwards",
            "The embeddings got the decoder's fresh weight, so the table that they had is lost.",
            "Which of the two has to take the other's parameter?",
            TiedBackwards,
        ),
        replace(
            change_argument(ResetsTable),
            likely="The head writes into the embedding table, or freezes it. The table belongs to the encoder.",
            look_at="`nn.init` and `requires_grad`: are they used on something that the head does not own?",
        ),
        Mistake(
            "untied",
            "The decoder has a weight of its own and never saw the embedding table.",
            "What do you do with `token_embeddings`?",
            Untied,
        ),
        Mistake(
            "table-detached",
            "The table is used with its gradient cut off, so predicting words teaches the embeddings nothing.",
            "`detach`, `data` and `no_grad` near the decoder.",
            TableDetached,
        ),
        Mistake(
            "untied-leftover",
            "There is a second table in the head that nothing uses; the optimiser would carry it along.",
            "A layer that you built and did not need.",
            UntiedLeftover,
        ),
        Mistake(
            "bias-not-zero",
            "The bias starts with random numbers, so some words are favoured before anything was learned.",
            "What `nn.Linear` puts into its bias when it is built.",
            BiasNotZero,
        ),
        Mistake(
            "no-bias",
            "The decoder's bias is not added, so the head cannot learn that some words are simply frequent.",
            "The last step: weight *and* bias.",
            NoBias,
        ),
        Mistake(
            "tanh-gelu",
            "This is the tanh approximation of GELU; BERT uses the exact one.",
            "The `approximate` argument, or a formula with `tanh`.",
            TanhGELU,
        ),
        Mistake("relu", "The activation is ReLU; BERT uses GELU.", "The activation after `dense`.", ReLU),
        Mistake(
            "no-activation",
            "There is no activation between dense and norm: two linear layers in a row are one.",
            "The order: dense, activation, norm, decoder.",
            NoActivation,
        ),
        Mistake(
            "no-norm",
            "The norm was built but is not used.",
            "The order: dense, activation, norm, decoder.",
            NoNorm,
        ),
        Mistake(
            "default-eps",
            "The norm has torch's default eps of 1e-5. BERT's is 1e-12; it shows where vectors are small.",
            "The second argument of `nn.LayerNorm`.",
            DefaultEps,
        ),
        Mistake(
            "norm-before-activation",
            "Norm and activation are in the wrong order.",
            "The order: dense, activation, norm, decoder.",
            NormBeforeActivation,
        ),
        Mistake(
            "no-transform",
            "The hidden vectors go straight to the decoder.",
            "The order: dense, activation, norm, decoder.",
            NoTransform,
        ),
        Mistake(
            GLOBAL_RANDOM,
            "Something in the head draws at random, such as a dropout. This head has none.",
            "The layers that behave differently in training.",
            Dropout,
        ),
        return_nothing(ReturnsNothing),
        Mistake(
            "other-names",
            "The parts have other names than the docstring gives, so their weights cannot be set and compared.",
            "What stands behind `self.`: `dense`, `norm` and `decoder` are asked for.",
            OtherNames,
        ),
        Mistake(
            "returns-probabilities",
            "The scores went through softmax already. The loss will do that itself, and twice is wrong.",
            "What the last line returns: logits are raw scores.",
            Probabilities,
        ),
    ),
)
