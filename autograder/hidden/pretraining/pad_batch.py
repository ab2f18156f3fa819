"""Hidden tests of `pretraining.pad_batch`."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from autograder.exercise import Inputs
from autograder.hidden.pretraining.pad_batch_mistakes import mistake
from autograder.judging.advice import RETURNS_NOTHING
from autograder.judging.draw import Draw
from autograder.judging.parts import Case, Compare, Finding, HiddenTests, Refuse
from autograder.judging.values import dtype_of, kind_of

PLACES = ("ids", "mask")
FORMS = {"ids": torch.int64, "mask": torch.bool}
SMALL_IDS = 9
"""Ids below this are what people write where `pad_id` belongs."""


def batch(draw: Draw, lengths: Sequence[int], pad_id: int | None = None, real_padding: float = 0.1) -> Inputs:
    """Sequences of these lengths. Some tokens are 0 or `pad_id`; the last is another one."""
    vocabulary = draw.vocabulary(SMALL_IDS + 3)
    pad_id = draw.integer(1, vocabulary - 1) if pad_id is None else pad_id
    sequences = []
    for length in lengths:
        ids = draw.ids((length,), vocabulary).tolist()
        strange = [draw.contents.random() for _ in ids]
        ids = [
            pad_id if chance < real_padding else 0 if chance > 0.9 else each
            for each, chance in zip(ids, strange, strict=True)
        ]
        sequences.append(ids)
    return {"sequences": sequences, "pad_id": pad_id}


def lengths(draw: Draw, low: int = 1, rows: int | None = None) -> list[int]:
    """How long each sequence is: two different lengths at least, if there are two."""
    rows = draw.size(2, 7, 40) if rows is None else rows
    drawn = [draw.size(low, 9, 40) for _ in range(rows)]
    return [*drawn[:-1], drawn[0] + draw.size(1, 5)] if rows > 1 and len(set(drawn)) == 1 else drawn


def inputs(draw: Draw) -> Inputs:
    """Several sequences of several lengths, in any order."""
    return batch(draw, lengths(draw))


def ordered(draw: Draw, first: bool) -> Inputs:
    """The longest sequence stands at one end, and is longer than all others by some."""
    others = lengths(draw)
    longest = max(others) + draw.size(1, 4)
    return batch(draw, [longest, *others] if first else [*others, longest])


def with_padding(draw: Draw, where: str) -> Inputs:
    """Sequences that have `pad_id` at their beginning, at their end, or nowhere else than there."""
    drawn = inputs(draw)
    for sequence in drawn["sequences"]:
        places = {"first": [0], "last": [-1], "all": range(len(sequence))}[where]
        for place in places:
            sequence[place] = drawn["pad_id"]
    return drawn


def without_padding(draw: Draw) -> Inputs:
    """Sequences without a `pad_id` and without 0 in them."""
    drawn = batch(draw, lengths(draw), real_padding=0.0)
    other = drawn["pad_id"] + 1
    return drawn | {"sequences": [[each or other for each in sequence] for sequence in drawn["sequences"]]}


def same_sequence(draw: Draw) -> Inputs:
    """One sequence several times, beside a longer one that begins alike."""
    drawn = batch(draw, [draw.size(1, 5)])
    (sequence,) = drawn["sequences"]
    return drawn | {"sequences": [sequence, [*sequence, *sequence], list(sequence), list(sequence)]}


def empty_at(draw: Draw, first: bool) -> Inputs:
    """An empty sequence at one end, others in between."""
    others = lengths(draw)
    return batch(draw, [0, *others] if first else [*others, 0])


def one_length(draw: Draw) -> Inputs:
    """All sequences are equally long: there is nothing to fill up."""
    return batch(draw, [draw.size(1, 9)] * draw.size(2, 6))


def one_to_five(draw: Draw) -> Inputs:
    """Sequences that are each one token longer than the one before."""
    return batch(draw, range(1, draw.size(3, 6) + 1))


def square(draw: Draw) -> Inputs:
    """As many sequences as the longest has tokens."""
    size = draw.size(2, 6)
    return batch(draw, [size, *(draw.size(1, size) for _ in range(size - 2)), 1])


def large_ids(draw: Draw) -> Inputs:
    """Ids that 32 bits of a floating-point number do not hold."""
    drawn, above = inputs(draw), 2**30 + 1
    sequences = [[above + 2 * each for each in sequence] for sequence in drawn["sequences"]]
    return {"sequences": sequences, "pad_id": above + 2 * drawn["pad_id"]}


EDGES: dict[str, Callable[[Draw], Inputs]] = {
    "the first sequence is the longest": lambda draw: ordered(draw, True),
    "the last sequence is the longest": lambda draw: ordered(draw, False),
    "a sequence begins with pad_id": lambda draw: with_padding(draw, "first"),
    "a sequence ends in pad_id": lambda draw: with_padding(draw, "last"),
    "sequences are nothing but pad_id": lambda draw: with_padding(draw, "all"),
    "no sequence contains 0 or pad_id": without_padding,
    "`pad_id` is 0": lambda draw: batch(draw, lengths(draw), pad_id=0),
    "`pad_id` is small": lambda draw: batch(draw, lengths(draw), pad_id=draw.integer(1, SMALL_IDS)),
    "`pad_id` is -100": lambda draw: batch(draw, lengths(draw), pad_id=-100),
    "one sequence comes several times": same_sequence,
    "the first sequence is empty": lambda draw: empty_at(draw, True),
    "the last sequence is empty": lambda draw: empty_at(draw, False),
    "all sequences are empty": lambda draw: batch(draw, [0] * draw.size(1, 5)),
    "there is one sequence": lambda draw: batch(draw, [draw.size(1, 9)]),
    "the only sequence has one token": lambda draw: batch(draw, [1]),
    "all sequences are equally long": one_length,
    "sequences are one token longer each": one_to_five,
    "there are as many sequences as positions": square,
    "ids are large numbers": large_ids,
    "a sequence is long": lambda draw: batch(draw, [draw.integer(2, 9), draw.sizes.randint(2050, 2300)]),
    "there are many sequences": lambda draw: batch(draw, [draw.integer(0, 3) for _ in range(300)]),
}


def kind_at(value: Any, place: int) -> str | None:
    """What came in the place of ids or mask; None where it is a tensor of two dimensions and the right type.

    Without a number in it, it may be of any type: `torch.tensor` of empty lists has none to go by.
    """
    if not isinstance(value, list) or len(value) != len(PLACES):
        return kind_of(value)
    got = value[place]
    if not isinstance(got, Tensor):
        return kind_of(got)
    if got.dtype != FORMS[PLACES[place]] and got.numel():
        return f"a tensor of type {dtype_of(got)}"
    return None if got.dim() == 2 else f"a tensor of {got.dim()} dimensions"


def looked_at(given: Inputs, value: Any, place: int) -> dict[str, Any]:
    """Kind and size of one of the two tensors, and what it has in each sort of place, where the size is right."""
    sequences, kind = given["sequences"], kind_at(value, place)
    sizes = torch.tensor([len(each) for each in sequences])
    shape = (len(sequences), int(sizes.max()))
    got = value[place].to(FORMS[PLACES[place]]) if kind is None else torch.zeros(shape)
    is_real = torch.arange(shape[1]) < sizes[:, None]
    says_padding = torch.zeros(shape, dtype=torch.bool)
    says_padding[is_real] = torch.tensor([each for one in sequences for each in one]) == given["pad_id"]
    sorts = {"behind": ~is_real, "real": is_real & ~says_padding, "pad ids": is_real & says_padding}
    fits = kind is None and tuple(got.shape) == shape
    return {
        "kind": kind,
        "rows": got.shape[0] - shape[0],
        "width": got.shape[1] - shape[1],
        **{name: got[there] if fits else None for name, there in sorts.items()},
    }


def another_kind(got: Any, want: Any) -> Finding:
    """Something else than two tensors of the right types."""
    due = "Two tensors of shape (B, T): input_ids of type int64 and attention_mask of type bool."
    if got == "None":
        return Finding("It returned None.", due, RETURNS_NOTHING)
    name = "other-types" if str(got).startswith("a tensor of type") else "no-two-tensors"
    return Finding(f"One of what it returned was {got}." if name == "other-types" else f"It returned {got}.", due, name)


def another_number_of_rows(got: Any, want: Any) -> Finding:
    """Rows too many or too few."""
    seen = f"There were {abs(got)} rows {'more' if got > 0 else 'fewer'} than sequences."
    return Finding(seen, "A row for every sequence, empty ones too.", "rows-too-many" if got > 0 else "rows-missing")


def another_width(got: Any, want: Any) -> Finding:
    """Rows too long or too short."""
    seen = f"Rows were {abs(got)} places {'longer' if got > 0 else 'shorter'} than the longest sequence of the batch."
    return Finding(seen, "The length of the longest of this batch.", "padded-too-far" if got > 0 else "cut-short")


def plainly(seen: str, expected: str, name: str) -> Callable[[Any, Any], Finding]:
    """The same words whatever came."""
    return lambda got, want: Finding(seen, expected, name)


Words = dict[str, Callable[[Any, Any], Finding]]
SIZES: Words = {"kind": another_kind, "rows": another_number_of_rows, "width": another_width}
OTHER_TOKENS = plainly(
    "In the first places of a row there were other ids than its sequence has.",
    "The sequence, from the left, as it is.",
    "other-tokens",
)
IDS: Words = SIZES | {
    "behind": plainly(
        "Behind the end of a sequence something else than pad_id stood.",
        "pad_id in every place behind a sequence.",
        "other-padding",
    ),
    "real": OTHER_TOKENS,
    "pad ids": OTHER_TOKENS,
}
MASK: Words = SIZES | {
    "behind": plainly(
        "The mask was True behind the end of a sequence.", "False wherever there is padding.", "padding-is-real"
    ),
    "real": plainly(
        "The mask was False at a token of a sequence.", "True at every token of a sequence.", "token-is-padding"
    ),
    "pad ids": plainly(
        "The mask was False at a token of a sequence that is pad_id.",
        "True at every token of a sequence, whichever it is.",
        "pad-id-is-padding",
    ),
}


def refused(draw: Draw) -> list[Case]:
    """No sequences; beside it, sequences without a token."""
    pad_id = draw.integer(0, 90)
    return [
        Case({"sequences": [], "pad_id": pad_id}, raises=""),
        Case({"sequences": [[]], "pad_id": pad_id}),
        Case({"sequences": [[pad_id]], "pad_id": pad_id}),
    ]


TESTS = HiddenTests(
    parts={
        "ids": (Compare(inputs, EDGES, of=lambda given, value: looked_at(given, value, 0), words=IDS),),
        "mask": (Compare(inputs, EDGES, of=lambda given, value: looked_at(given, value, 1), words=MASK),),
        "refused": (Refuse(refused, "refuses-nothing"),),
    },
    mistakes=mistake.all,
)
