"""Hidden tests of `mlm.mlm_labels`."""

import random
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from autograder.hidden.advice import change_argument, need_contiguous, return_nothing
from autograder.hidden.draw import percent, torch_generator, wrong_kind
from autograder.judging.judge import Case, Finding, HiddenTests, Mistake, PartTests


def cases(rng: random.Random) -> list[Case]:
    """Ids from 0 upward, so that no id can stand for "nothing"; several shapes; none and all selected."""
    drawn = []
    for rows, length, probability, strided in ((8, 24, 0.3, False), (1, 7, 0.5, False), (3, 10, 0.15, True)):
        generator = torch_generator(rng)
        ids = torch.randint(0, 12, (rows, length), generator=generator)
        selected = torch.rand(ids.shape, generator=generator) < probability
        # Both kinds in every batch, and a selected token 0.
        ids[0, 0], selected[0, 0], selected[0, 1] = 0, True, False
        drawn.append(Case({"input_ids": ids, "selected": selected, "strided": strided}))
    ids = torch.randint(0, 12, (2, 5), generator=torch_generator(rng))
    for fill in (False, True):
        drawn.append(Case({"input_ids": ids, "selected": torch.full(ids.shape, fill)}))
    return drawn


def kind(drawn: Sequence[Case], values: Sequence[Any]) -> Finding | None:
    """Whether labels of the batch's shape came back."""
    for case, labels in zip(drawn, values, strict=True):
        is_float = isinstance(labels, Tensor) and labels.is_floating_point()
        wrong_dtype = "float-labels" if is_float else None
        finding = wrong_kind(labels, tuple(case.inputs["input_ids"].shape), torch.long, wrong_dtype, "only-selected")
        if finding:
            return finding
    return None


def judge_selected(drawn: Sequence[Case], values: Sequence[Any]) -> Finding | None:
    """The original token at selected positions."""
    finding = kind(drawn, values)
    if finding:
        return finding
    for case, labels in zip(drawn, values, strict=True):
        ids, selected = case.inputs["input_ids"], case.inputs["selected"]
        wrong = int((labels != ids)[selected].sum())
        if wrong:
            return Finding(
                f"At {percent(wrong, int(selected.sum()))} of the selected positions the label was not the original "
                "token.",
                "The original token at every one of them.",
            )
    return None


def judge_elsewhere(drawn: Sequence[Case], values: Sequence[Any]) -> Finding | None:
    """-100 at all others, and not at the selected ones as well."""
    finding = kind(drawn, values)
    if finding:
        return finding
    for case, labels in zip(drawn, values, strict=True):
        selected = case.inputs["selected"]
        others = labels[~selected]
        if (others != -100).any():
            return Finding(
                f"Positions that were not selected had labels such as {int(others[others != -100][0])}.",
                "-100 at every one of them.",
            )
        if selected.any() and (labels[selected] == -100).all():
            return Finding("Every label was -100.", "-100 only where nothing is selected.")
    return None


def labels_everywhere(input_ids: Tensor, selected: Tensor) -> Tensor:
    return input_ids.clone()


def inverted(input_ids: Tensor, selected: Tensor) -> Tensor:
    return torch.where(selected, -100, input_ids)


def ignore_zero(input_ids: Tensor, selected: Tensor) -> Tensor:
    return torch.where(selected, input_ids, 0)


def ignore_minus_one(input_ids: Tensor, selected: Tensor) -> Tensor:
    return torch.where(selected, input_ids, -1)


def drops_token_zero(input_ids: Tensor, selected: Tensor) -> Tensor:
    labels = input_ids * selected
    return labels.masked_fill(labels == 0, -100)


def returns_selection(input_ids: Tensor, selected: Tensor) -> Tensor:
    return selected.long()


def only_selected(input_ids: Tensor, selected: Tensor) -> Tensor:
    return input_ids[selected]


def float_labels(input_ids: Tensor, selected: Tensor) -> Tensor:
    return torch.where(selected, input_ids.float(), -100.0)


def needs_contiguous(input_ids: Tensor, selected: Tensor) -> Tensor:
    labels = torch.full((input_ids.numel(),), -100)
    labels[selected.view(-1)] = input_ids.view(-1)[selected.view(-1)]
    return labels.view(input_ids.shape)


def changes_argument(input_ids: Tensor, selected: Tensor) -> Tensor:
    input_ids[~selected] = -100
    return input_ids


TESTS = HiddenTests(
    parts={"selected": PartTests(cases, judge_selected), "elsewhere": PartTests(cases, judge_elsewhere)},
    deterministic=True,
    mistakes=(
        Mistake(
            "labels-everywhere",
            "Every position got a label, so the model is paid for copying words that it can see.",
            "What should stand where nothing was selected?",
            labels_everywhere,
        ),
        Mistake(
            "inverted",
            "The two cases are the wrong way round.",
            "The order of the arguments of `torch.where`, or a `~` too many.",
            inverted,
        ),
        Mistake(
            "ignore-zero",
            '0 was used for "no label". But 0 is a token, and the loss would ask for it everywhere.',
            "The number that torch's cross-entropy leaves out.",
            ignore_zero,
        ),
        Mistake(
            "ignore-minus-one",
            '-1 was used for "no label". The loss does not know that number and would stop with an error.',
            "The number that torch's cross-entropy leaves out.",
            ignore_minus_one,
        ),
        Mistake(
            "drops-token-zero",
            'A selected token with id 0 lost its label: 0 was taken for "nothing here".',
            "Decide by `selected`, not by the value of the token.",
            drops_token_zero,
        ),
        return_nothing(lambda *arguments: None),
        Mistake(
            "returns-selection",
            "The labels say *where* something is selected instead of *what* stood there.",
            "Where `input_ids` enters your result.",
            returns_selection,
        ),
        Mistake(
            "only-selected",
            "Picking with a mask flattens the batch: nobody can tell any more where the tokens stood.",
            "The shape of what you return: it should be the shape of `input_ids`.",
            only_selected,
        ),
        Mistake(
            "float-labels",
            "The labels became floating-point numbers. A label is a class number, an integer.",
            "The types that meet in your expression: -100.0 and `float()` make everything float.",
            float_labels,
        ),
        need_contiguous(needs_contiguous),
        change_argument(changes_argument),
    ),
)
