"""Every mistake that an answer to any exercise can make is caught, and called by its own name."""

import math
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import made_up
import pytest
import torch
from made_up import Gate, coins, kept_labels, largest, masked_error, rooted, scaled
from repetitions import repetitions
from torch import Tensor, nn

from autograder.judging.advice import TEXTS, mistake_named
from autograder.judging.generic import argument_names, variants
from autograder.verdict import Outcome

SEEDS = range(repetitions(1, 5))
Answer = Callable[..., Any]
WRONG: list[Any] = []
"""One parameter set a wrong answer: the exercise, the answer, the mistake's name, and words that the diagnosis has."""


def wrong(exercise: str, misconception: str, *words: str) -> Callable[[Any], Any]:
    """Adds the answer below, to an exercise, that has to be called so."""

    def add(answer: Any) -> Any:
        name = getattr(answer, "__name__", "answer").strip("_")
        WRONG.append(pytest.param(exercise, answer, misconception, words, id=f"{exercise}-{misconception}-{name}"))
        return answer

    return add


# What every exercise can get.

for each_name in made_up.ALL:
    if each_name != "Gate":
        wrong(each_name, "returns-nothing")(lambda *arguments: None)
        wrong(each_name, "missing-name", "NameError", "lenght")(lambda *arguments: lenght)  # noqa: F821
        wrong(each_name, "wrong-signature")(lambda: None)
        wrong(each_name, "wrong-type")(lambda *arguments: "text")
        wrong(each_name, "asserts")(lambda *arguments: [] == [0] or exec("assert False"))
        wrong(each_name, "raises-os-error", "OSError")(lambda *arguments: (_ for _ in ()).throw(OSError("disk")))


# Arguments written into.


@wrong("masked_error", "changes-argument", "`predicted`")
def writes_into_predicted(predicted: Tensor, target: Tensor, mask: Tensor) -> Tensor:
    value = masked_error(predicted, target, mask)
    with torch.no_grad():
        predicted.sub_(target)
    return value


@wrong("masked_error", "changes-argument", "`target`")
def writes_into_target(predicted: Tensor, target: Tensor, mask: Tensor) -> Tensor:
    value = masked_error(predicted, target, mask)
    target[~mask] = 0.123
    return value


@wrong("masked_error", "changes-argument", "`mask`")
def writes_into_mask(predicted: Tensor, target: Tensor, mask: Tensor) -> Tensor:
    value = masked_error(predicted, target, mask.clone())
    mask.logical_not_()
    return value


@wrong("kept_labels", "changes-argument", "`ids`")
def fills_ids(ids: Tensor, keep: Tensor, fill: int) -> Tensor:
    ids[~keep] = fill
    return ids.clone()


@wrong("largest", "changes-argument", "`scores`")
def sorts_in_place(scores: Tensor) -> tuple[Tensor, Tensor]:
    found = largest(scores.clone())
    scores.copy_(scores.sort(dim=-1).values)
    return found


@wrong("Gate", "changes-argument", "`hidden`")
class WritesIntoHidden(Gate):
    def forward(self, hidden: Tensor) -> Tensor:
        return hidden.mul_(self.linear(hidden).sigmoid()).clone()


@wrong("coins", "changes-argument", "`ids`")
def zeroes_ids(ids: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    ids.add_(1)
    return coins(ids, probability, generator)


# Type, dtype, shape.

for each_answer in (
    lambda ids, keep, fill: kept_labels(ids, keep, fill).float(),
    lambda ids, keep, fill: kept_labels(ids, keep, fill).int(),
):
    wrong("kept_labels", "wrong-dtype", "int64")(each_answer)
wrong("masked_error", "wrong-dtype", "float64")(lambda *given: masked_error(*given).double())
wrong("masked_error", "wrong-dtype", "float16")(lambda *given: masked_error(*given).half())
wrong("coins", "wrong-dtype", "bool")(lambda *given: coins(*given).long())
wrong("masked_error", "number-for-tensor")(lambda *given: masked_error(*given).item())
wrong("kept_labels", "list-for-tensor")(lambda *given: kept_labels(*given).tolist())
wrong("coins", "list-for-tensor")(lambda *given: coins(*given).tolist())
wrong("rooted", "tensor-for-number")(lambda number: torch.tensor(rooted(number)))
wrong("masked_error", "shape-one")(lambda *given: masked_error(*given).reshape(1))
wrong("masked_error", "shape-one")(lambda *given: masked_error(*given)[None])
wrong("kept_labels", "squeezed")(lambda *given: kept_labels(*given).squeeze())
wrong("kept_labels", "squeezed")(lambda *given: kept_labels(*given).squeeze(0))
wrong("scaled", "squeezed")(lambda scores: scaled(scores).squeeze())
wrong("kept_labels", "added-dimension")(lambda *given: kept_labels(*given)[None])
wrong("kept_labels", "added-dimension")(lambda *given: kept_labels(*given)[..., None])
wrong("kept_labels", "flattened")(lambda *given: kept_labels(*given).flatten())
wrong("scaled", "rows-flattened")(lambda scores: scaled(scores).flatten(0, 1))
wrong("scaled", "last-dimension-missing")(lambda scores: scaled(scores)[..., 0])
wrong("kept_labels", "last-dimension-missing")(lambda *given: kept_labels(*given)[:, 0])
wrong("coins", "wrong-dtype", "bool")(lambda *given: coins(*given).square())
wrong("kept_labels", "transposed")(lambda *given: kept_labels(*given).T)
wrong("scaled", "transposed")(lambda scores: scaled(scores).transpose(1, 2))
wrong("scaled", "transposed")(lambda scores: scaled(scores).transpose(0, 1))
wrong("kept_labels", "first-row-only")(lambda *given: kept_labels(*given)[0])
wrong("scaled", "first-row-only")(lambda scores: scaled(scores)[:1])
wrong("masked_error", "not-reduced")(
    lambda predicted, target, mask: (predicted - target).square().sum(-1) * mask / mask.sum().clamp(min=1)
)
wrong("scaled", "summed")(lambda scores: scaled(scores).sum())
wrong("scaled", "averaged")(lambda scores: scaled(scores).mean())
wrong("largest", "results-swapped")(lambda scores: largest(scores)[::-1])
wrong("largest", "list-for-tensor")(lambda scores: tuple(each.tolist() for each in largest(scores)))


# Gradients.

wrong("masked_error", "detached")(lambda *given: masked_error(*given).detach())
wrong("masked_error", "detached")(lambda *given: torch.tensor(masked_error(*given).item(), dtype=given[0].dtype))
wrong("scaled", "detached")(lambda scores: scaled(scores.detach()))


@wrong("scaled", "wrong-gradient")
def detached_half(scores: Tensor) -> Tensor:
    return scores * scores.abs().mean().detach() / math.sqrt(scores.shape[-1])


# Values.


def gate_with(forward: Answer) -> type[nn.Module]:
    """The module with another `forward`."""
    return type("Other", (Gate,), {"forward": forward})


def times(answer: Answer, factor: Callable[..., float]) -> Answer:
    """The answer's result, so many times."""
    return lambda *given: answer(*given) * factor(*given)


for each_answer, each_words in (
    (times(masked_error, lambda *_: 1 / math.log(2)), "ln 2"),
    (times(masked_error, lambda *_: math.log(2)), "ln 2"),
    (times(masked_error, lambda *_: 2), "2 times"),
    (times(masked_error, lambda *_: 0.5), "1/2"),
    (times(masked_error, lambda *_: 3.7), "3.7"),
    (times(masked_error, lambda predicted, *_: 1 / predicted.shape[-1]), "1/(size of `predicted` along dimension -1)"),
    (times(masked_error, lambda *given: 1 / given[2].numel()), "1/(number of entries of `mask`)"),
    (times(masked_error, lambda *given: given[2].sum().clamp(min=1)), "number of True in `mask`"),
    (
        times(masked_error, lambda *given: given[2].sum().clamp(min=1) / given[2].numel()),
        "(number of True in `mask`) / (number of entries of `mask`)",
    ),
):
    wrong("masked_error", "scaled", each_words)(each_answer)
wrong("scaled", "scaled", "the root of size of `scores` along dimension -1")(
    times(scaled, lambda scores: math.sqrt(scores.shape[-1]))
)
wrong("scaled", "scaled", "1/root of (size of `scores` along dimension -1)")(
    times(scaled, lambda scores: 1 / math.sqrt(scores.shape[-1]))
)
wrong("Gate", "scaled", "2 times")(gate_with(lambda self, hidden: 2 * Gate.forward(self, hidden)))
for each_name, each_answer in (("masked_error", masked_error), ("scaled", scaled)):
    wrong(each_name, "negated")(times(each_answer, lambda *_: -1))
wrong("rooted", "negated")(lambda number: -rooted(number) if number > 0 else rooted(number))
wrong("masked_error", "offset", "0.5")(lambda *given: masked_error(*given) + 0.5)
wrong("kept_labels", "shifted")(lambda *given: kept_labels(*given).roll(1, 1))
wrong("kept_labels", "shifted")(lambda *given: kept_labels(*given).roll(-1, 1))
wrong("scaled", "reversed")(lambda scores: scaled(scores).flip(-1))
wrong("scaled", "softmax-applied")(lambda scores: scaled(scores).softmax(-1))
wrong("scaled", "sigmoid-applied")(lambda scores: scaled(scores).sigmoid())
wrong("masked_error", "logarithm-taken")(lambda *given: masked_error(*given).log())
wrong("scaled", "exponentiated")(lambda scores: scaled(scores).exp())
wrong("scaled", "absolute-value")(lambda scores: scaled(scores).abs())
wrong("scaled", "squared")(lambda scores: scaled(scores).square())
wrong("scaled", "clamped")(lambda scores: scaled(scores).relu())
wrong("masked_error", "arguments-swapped", "`predicted` and `target`")(
    lambda predicted, target, mask: masked_error(target, predicted, mask)
)
wrong("masked_error", "argument-inverted", "`mask`")(
    lambda predicted, target, mask: masked_error(predicted, target, ~mask)
)
wrong("kept_labels", "arguments-swapped", "`ids` and `fill`")(lambda ids, keep, fill: kept_labels(ids, ~keep, fill))
wrong("kept_labels", "another-value-there", "-1000")(
    lambda ids, keep, fill: kept_labels(ids, keep, fill).masked_fill(~keep & (ids % 2 == 0), -1000)
)
wrong("kept_labels", "wrong-in-places", "last column")(
    lambda ids, keep, fill: torch.cat([kept_labels(ids, keep, fill)[:, :-1], ids[:, -1:] + 7], dim=1)
)


# Arguments and inputs that make no difference.

wrong("kept_labels", "ignores-argument", "`fill`")(lambda ids, keep, fill: kept_labels(ids, keep, -100))
wrong("kept_labels", "wrong-in-places", "where `keep` is False")(lambda ids, keep, fill: ids.clone())
wrong("masked_error", "ignores-argument", "`mask`")(
    lambda predicted, target, mask: masked_error(predicted, target, torch.ones_like(mask))
)
wrong("masked_error", "ignores-argument", "`target`")(
    lambda predicted, target, mask: masked_error(predicted, torch.zeros_like(target), mask)
)
wrong("kept_labels", "ignores-input")(lambda ids, keep, fill: torch.full_like(ids, -100))
wrong("masked_error", "ignores-input")(lambda predicted, target, mask: predicted.sum() * 0 + 1)
wrong("scaled", "ignores-input")(lambda scores: scores * 0 + 1)
wrong("largest", "ignores-input")(lambda scores: (torch.zeros(len(scores)), torch.zeros(len(scores)).long()))


# Conditions.


@wrong("masked_error", "needs-contiguous", "`view`")
def views(predicted: Tensor, target: Tensor, mask: Tensor) -> Tensor:
    return masked_error(predicted.view(-1, predicted.shape[-1]), target.view(-1, predicted.shape[-1]), mask.view(-1))


wrong("kept_labels", "needs-contiguous")(
    lambda ids, keep, fill: kept_labels(torch.as_strided(ids, ids.shape, (ids.shape[1], 1)), keep, fill)
)
wrong("Gate", "needs-contiguous")(
    gate_with(lambda self, hidden: Gate.forward(self, hidden.view(-1).view(hidden.shape)))
)
wrong("scaled", "needs-float32")(lambda scores: scaled(scores.float()))
wrong("masked_error", "needs-float32")(
    lambda predicted, *given: masked_error(predicted.float(), *given).to(torch.float32)
)
wrong("Gate", "needs-float32")(gate_with(lambda self, hidden: Gate.forward(self, hidden.float().to(hidden.dtype))))
wrong("largest", "batch-of-one")(lambda scores: largest(scores if len(scores) > 1 else scores.roll(1, -1)))


@wrong("masked_error", "needs-dimensions", "4 dimensions")
def four_dimensions(predicted: Tensor, target: Tensor, mask: Tensor) -> Tensor:
    value = masked_error(predicted, target, mask)
    return value if predicted.dim() == 4 else 1.5 * value + 1


@wrong("masked_error", "too-many-dimensions", "ValueError")
def unpacks(predicted: Tensor, target: Tensor, mask: Tensor) -> Tensor:
    rows, length, size = predicted.shape
    shape = (rows * length, size)
    return masked_error(predicted.reshape(shape), target.reshape(shape), mask.reshape(rows * length))


@wrong("masked_error", "division-by-zero", "nothing is selected")
def divides(predicted: Tensor, target: Tensor, mask: Tensor) -> Tensor:
    one = 1 / int(mask.sum())
    return masked_error(predicted, target, mask) * (one * int(mask.sum()))


@wrong("masked_error", "only-where-nothing-is-selected", "nan")
def not_a_number(predicted: Tensor, target: Tensor, mask: Tensor) -> Tensor:
    return masked_error(predicted, target, mask) / mask.any()


@wrong("kept_labels", "only-where-nothing-is-kept", "nothing is kept", "LookupError")
def largest_of_nothing(ids: Tensor, keep: Tensor, fill: int) -> Tensor:
    if not keep.any():
        raise LookupError("none")
    return kept_labels(ids, keep, fill)


@wrong("kept_labels", "only-where-everything-is-kept", "everything is kept")
def full(ids: Tensor, keep: Tensor, fill: int) -> Tensor:
    return kept_labels(ids, keep & ~keep.all(), fill)


wrong("scaled", "only-small-sizes")(lambda scores: scaled(scores) * (torch.arange(scores.shape[-1]) < 32))


def remembering() -> Answer:
    first: list[Tensor] = []

    def remembers(scores: Tensor) -> Tensor:
        first.append(scores.detach().abs().mean())
        value = scores * first[0] / math.sqrt(scores.shape[-1])
        return value if len(first) > 1 else scaled(scores)

    return remembers


def keeping() -> Answer:
    buffers: dict[Any, Tensor] = {}

    def keeps(ids: Tensor, keep: Tensor, fill: int) -> Tensor:
        buffer = buffers.setdefault(ids.shape, torch.empty_like(ids))
        return buffer.copy_(kept_labels(ids, keep, fill))

    return keeps


wrong("kept_labels", "reuses-result")(keeping())


@wrong("scaled", "needs-gradient", "no gradients are recorded")
def only_with_gradients(scores: Tensor) -> Tensor:
    return scaled(scores) if torch.is_grad_enabled() else scores


# Refusals.

wrong("rooted", "asserts-for-bad-value")(lambda number: math.sqrt(abs(number)) if number >= 0 else exec("assert False"))
wrong("rooted", "value-not-named")(lambda number: rooted(number) if number >= 0 else int("text"))


@wrong("rooted", "wrong-exception", "KeyError")
def raises_another(number: float) -> float:
    if not number >= 0:
        raise KeyError(number)
    return math.sqrt(number)


@wrong("rooted", "refuses-allowed-input")
def refuses_zero(number: float) -> float:
    if not number > 0:
        raise ValueError(f"{number} has no root")
    return math.sqrt(number)


# Operators, names, attributes.


@wrong("masked_error", "precedence", "`&`")
def binds_tighter(predicted: Tensor, target: Tensor, mask: Tensor) -> Tensor:
    return masked_error(predicted, target, predicted > 0.5 & mask)


@wrong("coins", "precedence")
def binds_tighter_than_less(ids: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    return torch.rand(ids.shape, generator=generator) < probability & (ids >= 0)


wrong("masked_error", "missing-attribute", "AttributeError")(lambda predicted, *given: predicted.squere())
wrong("masked_error", "and-or-not")(lambda predicted, target, mask: masked_error(predicted, target, mask and mask))


@wrong("Gate", "missing-forward")
class Forwards(nn.Module):
    def __init__(self, size: int) -> None:
        super().__init__()
        self.linear = nn.Linear(size, size)

    def forwards(self, hidden: Tensor) -> Tensor:
        return hidden * self.linear(hidden).sigmoid()


# Draws.

wrong("coins", "one-for-a-row")(
    lambda ids, probability, generator: (torch.rand(ids.shape[0], 1, generator=generator) < probability).expand(
        ids.shape
    )
)
wrong("coins", "complement")(
    lambda ids, probability, generator: ~(torch.rand(ids.shape, generator=generator) < probability)
)
wrong("coins", "wrong-rate")(lambda ids, probability, generator: coins(ids, probability * 0.8, generator))
wrong("coins", "global-random")(lambda ids, probability, generator: torch.rand(ids.shape) < probability)
wrong("coins", "generator-unused")(
    lambda ids, probability, generator: coins(ids, probability, torch.Generator().manual_seed(7))
)
wrong("coins", "generator-reseeded")(
    lambda ids, probability, generator: coins(ids, probability, generator.manual_seed(generator.initial_seed()))
)
wrong("coins", "depends-on-token")(
    lambda ids, probability, generator: torch.rand(ids.shape, generator=generator) < probability * (1 - (ids % 2) / 3)
)
wrong("coins", "depends-on-column")(
    lambda ids, probability, generator: (
        torch.rand(ids.shape, generator=generator) < probability * torch.linspace(1.2, 0.8, ids.shape[1])
    )
)


@wrong("scaled", "mode-left-switched", "grad mode")
def switches(scores: Tensor) -> Tensor:
    value = scaled(scores)
    torch.set_grad_enabled(not torch.is_grad_enabled())
    return value


@pytest.mark.parametrize(("exercise", "answer", "misconception", "words"), WRONG)
def test_a_wrong_answer_is_called_by_its_own_name(
    exercise: str, answer: Any, misconception: str, words: tuple[str, ...]
) -> None:
    for seed in SEEDS:
        verdict = made_up.ALL[exercise].judged(answer, seed)
        assert verdict.misconception == misconception, verdict.to_text()
        assert not verdict.passed
        assert verdict.diagnosis is not None
        assert [each for each in words if each not in verdict.to_text()] == [], verdict.to_text()
        assert "{" not in verdict.diagnosis.likely + verdict.diagnosis.look_at
        if misconception == "ignores-input":
            assert (verdict.points, verdict.outcome) == (0, Outcome.NOT_PASSED)


def test_what_is_kept_between_calls_is_seen() -> None:
    for seed in SEEDS:
        verdict = made_up.ALL["scaled"].judged(remembering(), seed)
        assert not verdict.passed, verdict.to_text()


@pytest.mark.parametrize("name", made_up.ALL)
def test_right_answers_pass(name: str) -> None:
    made = made_up.ALL[name]
    for seed in range(6):
        verdict = made.judged(made.exercise.load_reference(), seed)
        assert verdict.passed, verdict.to_text()
        assert (verdict.points, verdict.misconception) == (made.exercise.points, None)


@pytest.mark.parametrize("name", TEXTS)
def test_texts_are_sentences_for_their_mistake(name: str) -> None:
    mistake = mistake_named(name)
    assert mistake is not None
    assert mistake.name == name
    for text in (mistake.likely, mistake.look_at):
        assert text[-1] in ".?", text


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("depends-on-token-before", "token before"),
        ("one-draw-for-equal-tokens", "equal tokens"),
        ("only-where-nothing-is-selected", "{where}"),
        ("wrong-mask-share", "mask share"),
        ("raises-os-error", "{exception}"),
        ("missing-key", "looked up"),
    ],
)
def test_families_of_mistakes_have_texts_too(name: str, word: str) -> None:
    mistake = mistake_named(name)
    assert mistake is not None
    assert word in mistake.likely


@pytest.mark.parametrize("name", [None, "", "no-such-mistake", "depends", "scaled-by-two"])
def test_an_unknown_name_has_no_texts(name: str | None) -> None:
    assert mistake_named(name) is None


@pytest.mark.parametrize("made", made_up.ALL.values(), ids=lambda made: made.exercise.name)
def test_variants_of_a_reference_have_texts_and_keep_its_name(made: made_up.MadeUp) -> None:
    made_of = list(variants(made.exercise.load_reference()))
    assert made_of
    for name, about, answer in made_of:
        mistake = mistake_named(name)
        assert mistake is not None, name
        mistake.likely.format_map({"got": "", "want": "", **about})
        assert callable(answer)


@pytest.mark.parametrize("reference", [{"a": 1}, SimpleNamespace(save=len, load=len)], ids=["value", "several"])
def test_nothing_is_made_of_what_cannot_be_called(reference: object) -> None:
    assert list(variants(reference)) == []


def test_arguments_are_those_of_a_call() -> None:
    assert argument_names(masked_error) == ["predicted", "target", "mask"]
    assert argument_names(Gate) == ["hidden"]
    assert argument_names({"a": 1}) == []
