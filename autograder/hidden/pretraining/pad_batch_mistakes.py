"""Known mistakes of `pretraining.pad_batch`."""

from collections.abc import Callable, Sequence
from itertools import zip_longest
from typing import Any

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from autograder.judging.parts import Mistakes
from bertkit.data.batches import pad_batch

mistake = Mistakes()
Sequences = list[list[int]]
Padded = tuple[Tensor, Tensor]

WHAT_MASK_MEANS = "What your mask is made of: the ids, or how many tokens each sequence has?"


def sizes(sequences: Sequence[Sequence[int]]) -> Tensor:
    return torch.tensor([len(each) for each in sequences])


def check(sequences: Sequences) -> None:
    if not sequences:
        raise ValueError("no sequences")


def by_padded(change: Callable[[Tensor, Tensor, Sequences, int], Any]) -> Any:
    """A change of a right result, given with it what was padded."""
    return lambda sequences, pad_id: change(*pad_batch(sequences, pad_id), sequences, pad_id)


def by_mask(mask: Callable[[Tensor, Sequences, int], Tensor]) -> Any:
    """Right but for the mask, which is made of ids, sequences and pad_id."""
    return by_padded(lambda ids, _, sequences, pad_id: (ids, mask(ids, sequences, pad_id)))


def by_lengths(lengths: Callable[[Tensor, Sequences, int], Tensor]) -> Any:
    """Right but for the mask, in which each row has so many True at its beginning."""
    return by_mask(lambda ids, *given: torch.arange(ids.shape[1]) < lengths(ids, *given)[:, None])


def to_width(width: Callable[[Sequences], int]) -> Any:
    """Rows of that width: longer sequences are cut."""

    def padding(sequences: Sequences, pad_id: int) -> Padded:
        check(sequences)
        wide = width(sequences)
        cut = [each[:wide] for each in sequences]
        ids = torch.tensor([each + [pad_id] * (wide - len(each)) for each in cut], dtype=torch.long)
        return ids.view(len(cut), wide), torch.arange(wide) < sizes(cut)[:, None]

    return padding


def longest(sequences: Sequences) -> int:
    return max(map(len, sequences))


# ------------------------------------------------------------------------------------------------------------- the mask

mistake.add(
    "mask-from-pad-id",
    "The mask was read off the ids: a real token that happens to be pad_id was taken for padding.",
    WHAT_MASK_MEANS,
    by_mask(lambda ids, sequences, pad_id: ids != pad_id),
)
mistake.add(
    "mask-from-zero",
    "Every id that is 0 was taken for padding, and pad_id for a token.",
    WHAT_MASK_MEANS,
    by_mask(lambda ids, sequences, pad_id: ids != 0),
)
mistake.add(
    "mask-from-positive-ids",
    "Only ids above 0 count as real in the mask. 0 may be a token, and pad_id may be any number.",
    WHAT_MASK_MEANS,
    by_mask(lambda ids, sequences, pad_id: ids > 0),
)
mistake.add(
    "mask-ends-at-pad-id",
    "In the mask a row ends at its first pad_id, which may be a token of the sequence.",
    WHAT_MASK_MEANS,
    by_mask(lambda ids, sequences, pad_id: (ids == pad_id).cumsum(dim=1) == 0),
)
mistake.add(
    "counts-other-ids",
    "A sequence was taken to be as long as the number of its tokens that are not pad_id.",
    WHAT_MASK_MEANS,
    by_lengths(lambda ids, sequences, pad_id: (ids != pad_id).sum(dim=1)),
)
mistake.add(
    "trailing-pad-ids-hidden",
    "A pad_id at the end of a sequence was taken for padding.",
    WHAT_MASK_MEANS,
    by_lengths(
        lambda ids, sequences, pad_id: torch.tensor(
            [max((place + 1 for place, each in enumerate(one) if each != pad_id), default=0) for one in sequences]
        )
    ),
)
mistake.add(
    "mask-inverted",
    "The mask is True at padding. It has to be True at real tokens.",
    "What True means in the mask, in the docstring and in your comparison.",
    by_padded(lambda ids, mask, *given: (ids, ~mask)),
)
mistake.add(
    "mask-one-too-long",
    "The first place behind each sequence counts as real in the mask.",
    "`<` or `<=`: places count from 0, so which is the last place of a sequence of length n?",
    by_lengths(lambda ids, sequences, pad_id: sizes(sequences) + 1),
)
mistake.add(
    "mask-one-too-short",
    "The last token of each sequence counts as padding in the mask.",
    "The end of your comparison or slice, by one.",
    by_lengths(lambda ids, sequences, pad_id: sizes(sequences) - 1),
)
mistake.add(
    "mask-without-first",
    "The first token of each sequence counts as padding in the mask.",
    "Where your range of places begins, and whether a comparison lets 0 through.",
    by_padded(lambda ids, mask, *given: (ids, mask & (torch.arange(ids.shape[1]) > 0))),
)
mistake.add(
    "mask-all-true",
    "The mask is True everywhere, as if there were no padding.",
    "Where the lengths of the sequences enter the mask.",
    by_padded(lambda ids, mask, *given: (ids, torch.ones_like(mask))),
)
mistake.add(
    "mask-all-false",
    "The mask is False everywhere.",
    "What is written into the mask after it was made.",
    by_padded(lambda ids, mask, *given: (ids, torch.zeros_like(mask))),
)
mistake.add(
    "one-mask-for-all",
    "Every row has the mask of the first sequence.",
    "Where the length in your mask comes from: is it that of its own row?",
    by_lengths(lambda ids, sequences, pad_id: sizes(sequences)[:1].expand(len(sequences))),
)
mistake.add(
    "mask-of-last-length",
    "Every row has the mask of the last sequence.",
    "Where the length in your mask comes from: a name from a loop has its last value after it.",
    by_lengths(lambda ids, sequences, pad_id: sizes(sequences)[-1:].expand(len(sequences))),
)
mistake.add(
    "empty-row-has-a-token",
    "A row of padding alone has one place that counts as real.",
    "Limits such as `max(length, 1)`: an empty sequence has no token.",
    by_lengths(lambda ids, sequences, pad_id: sizes(sequences).clamp(min=1)),
)
mistake.add(
    "mask-of-integers",
    "The mask consists of whole numbers. It has to be of type bool.",
    "The type of the mask: 1 and 0 are not True and False.",
    by_padded(lambda ids, mask, *given: (ids, mask.long())),
)
mistake.add(
    "mask-of-floats",
    "The mask consists of floating-point numbers. It has to be of type bool.",
    "The type of the mask: 1.0 and 0.0 are not True and False.",
    by_padded(lambda ids, mask, *given: (ids, mask.float())),
)
mistake.add(
    "mask-with-four-dimensions",
    "The mask has the shape in which attention scores are masked. Its shape here is that of the ids.",
    "`unsqueeze`, and `None` in an index.",
    by_padded(lambda ids, mask, *given: (ids, mask[:, None, None, :])),
)
mistake.add(
    "integers-from-pad-id",
    "The mask was read off the ids, where a real token may be pad_id, and consists of whole numbers besides.",
    WHAT_MASK_MEANS,
    by_mask(lambda ids, sequences, pad_id: (ids != pad_id).long()),
)
mistake.add(
    "inverted-from-pad-id",
    "The mask is True where the ids are pad_id: it is the wrong way round, and a real token may be pad_id besides.",
    WHAT_MASK_MEANS,
    by_mask(lambda ids, sequences, pad_id: ids == pad_id),
)
mistake.add(
    "additive-mask",
    "The mask has 0 at real tokens and a large negative number at padding, to be added to scores. It has to be of "
    "type bool.",
    "What the docstring says of the type of the mask.",
    by_padded(lambda ids, mask, *given: (ids, (~mask).float() * -1e4)),
)

# -------------------------------------------------------------------------------------------------------------- the ids


def on_the_left(sequences: Sequences, pad_id: int) -> Padded:
    ids, mask = pad_batch([each[::-1] for each in sequences], pad_id)
    return ids.flip(1), mask.flip(1)


mistake.add(
    "padded-on-the-left",
    "The padding stands in front of the sequences. It belongs behind them.",
    "The order in which you put a sequence and its padding together.",
    on_the_left,
)
mistake.add(
    "ids-on-the-left",
    "The ids have their padding in front, and the mask has it behind.",
    "The order in which you put a sequence and its padding together, in both results.",
    lambda sequences, pad_id: (on_the_left(sequences, pad_id)[0], pad_batch(sequences, pad_id)[1]),
)
mistake.add(
    "sequences-reversed",
    "The tokens of each sequence come in the opposite order.",
    "`[::-1]`, `flip`, and `insert` at the front.",
    lambda sequences, pad_id: pad_batch([each[::-1] for each in sequences], pad_id),
)
mistake.add(
    "pads-with-zero",
    "The ids were filled up with 0, whatever pad_id is.",
    "Where `pad_id` enters your code.",
    lambda sequences, pad_id: pad_batch(sequences, 0),
)


def zero_and_from_pad_id(sequences: Sequences, pad_id: int) -> Padded:
    ids, _ = pad_batch(sequences, 0)
    return ids, ids != pad_id


mistake.add(
    "pads-with-zero-mask-from-pad-id",
    "The ids were filled up with 0, and the mask asks for pad_id.",
    "Where `pad_id` enters your code, and what your mask is made of.",
    zero_and_from_pad_id,
)


def zero_and_from_zero(sequences: Sequences, pad_id: int) -> Padded:
    ids, _ = pad_batch(sequences, 0)
    return ids, ids != 0


mistake.add(
    "zero-for-padding",
    "0 stands for padding in the ids and in the mask, whatever pad_id is.",
    "Where `pad_id` enters your code, and what your mask is made of.",
    zero_and_from_zero,
)
mistake.add(
    "pads-with-one",
    "The ids were filled up with 1, whatever pad_id is.",
    "Where `pad_id` enters your code.",
    lambda sequences, pad_id: pad_batch(sequences, 1),
)
mistake.add(
    "pads-with-minus-100",
    "The ids were filled up with -100, which is for labels.",
    "Where `pad_id` enters your code.",
    lambda sequences, pad_id: pad_batch(sequences, -100),
)


def repeats_last_token(sequences: Sequences, pad_id: int) -> Padded:
    ids, mask = pad_batch(sequences, pad_id)
    for row, each in enumerate(sequences):
        if each:
            ids[row, len(each) :] = each[-1]
    return ids, mask


mistake.add(
    "repeats-last-token",
    "Short sequences were filled up with their own last token.",
    "What stands behind the end of a sequence.",
    repeats_last_token,
)
mistake.add(
    "cut-to-the-shortest",
    "All sequences were cut to the length of the shortest.",
    "`min` or `max`, and `zip`, which ends with the shortest.",
    to_width(lambda sequences: min(map(len, sequences))),
)
mistake.add(
    "as-wide-as-the-first",
    "All rows got the length of the first sequence.",
    "Which length your rows get: `sequences[0]` need not be the longest.",
    to_width(lambda sequences: len(sequences[0])),
)
mistake.add(
    "as-wide-as-the-last",
    "All rows got the length of the last sequence.",
    "Which length your rows get: a name from a loop has its last value after it.",
    to_width(lambda sequences: len(sequences[-1])),
)
mistake.add(
    "one-place-too-many",
    "Rows are one place longer than the longest sequence.",
    "The `+ 1` in the width of your rows.",
    to_width(lambda sequences: longest(sequences) + 1),
)
mistake.add(
    "one-place-too-few",
    "Rows are one place shorter than the longest sequence, which loses its last token.",
    "The `- 1` in the width of your rows.",
    to_width(lambda sequences: max(longest(sequences) - 1, 0)),
)
mistake.add(
    "one-place-at-least",
    "A batch of empty sequences got a place of padding. The longest has no token, so that there is no place.",
    "Limits such as `max(length, 1)`.",
    to_width(lambda sequences: max(longest(sequences), 1)),
)
for width in (8, 64):
    mistake.add(
        f"rounded-up-to-{width}",
        f"Rows were filled up to a multiple of {width}. They should end with the longest sequence of the batch.",
        "What the width of your rows is computed from.",
        to_width(lambda sequences, step=width: -(-longest(sequences) // step) * step),  # type: ignore[misc]
    )
for width in (128, 512):
    mistake.add(
        f"always-{width}",
        f"All rows have {width} places, whatever the batch is.",
        "Which length your rows get: that of the longest sequence of this batch.",
        to_width(lambda sequences, fixed=width: fixed),  # type: ignore[misc]
    )
    mistake.add(
        f"cut-at-{width}",
        f"Sequences of more than {width} tokens were cut. Nothing is to be cut here.",
        "Numbers in your code that limit the width of your rows.",
        to_width(lambda sequences, most=width: min(longest(sequences), most)),  # type: ignore[misc]
    )
mistake.add(
    "sorted-by-length",
    "The rows stand in another order: the longest sequence came first.",
    "`sort` and `sorted`, and `enforce_sorted`: a row has to be where its sequence is.",
    lambda sequences, pad_id: pad_batch(sorted(sequences, key=len, reverse=True), pad_id),
)
mistake.add(
    "empty-sequences-dropped",
    "Empty sequences have no row. They are rows of padding.",
    "Conditions such as `if sequence`: what do they say of an empty list?",
    lambda sequences, pad_id: pad_batch([each for each in sequences if each] or sequences, pad_id),
)


def without_pad_ids(sequences: Sequences, pad_id: int) -> Padded:
    return pad_batch([[each for each in one if each != pad_id] for one in sequences], pad_id)


mistake.add(
    "pad-ids-dropped",
    "Tokens that are pad_id were taken out of the sequences. They are real tokens all the same.",
    "Comparisons with `pad_id`.",
    without_pad_ids,
)
mistake.add(
    "ids-of-32-bits",
    "The ids have 32 bits. Torch's embeddings and this course take int64.",
    "`dtype=torch.int32`, `int()` and arrays of NumPy with a type of their own.",
    by_padded(lambda ids, mask, *given: (ids.int(), mask)),
)
mistake.add(
    "ids-are-floats",
    "The ids are floating-point numbers, which no embedding takes.",
    "Tensors that you make: `torch.zeros` and `torch.tensor([])` have floats unless `dtype=` says otherwise.",
    by_padded(lambda ids, mask, *given: (ids.float(), mask)),
)


def stacked(sequences: Sequences, pad_id: int) -> Tensor:
    """What comes of tensors without a type, of which an empty one has floats."""
    width = longest(sequences)
    rows = [torch.cat([torch.tensor(each), torch.full((width - len(each),), pad_id)]) for each in sequences]
    return torch.stack(rows)


@mistake(
    "An empty list became a tensor of floats, and with it a row or the whole batch.",
    "`torch.tensor` of an empty list: by what should it know a type?",
)
def floats_where_empty(sequences: Sequences, pad_id: int) -> Padded:
    check(sequences)
    return stacked(sequences, pad_id), pad_batch(sequences, pad_id)[1]


# ------------------------------------------------------------------------------------------------------------ the whole


@mistake("The batch stands second: rows and positions changed places.", "`batch_first`, and the order of dimensions.")
def batch_second(sequences: Sequences, pad_id: int) -> Padded:
    ids, mask = pad_batch(sequences, pad_id)
    return ids.T, mask.T


@mistake(
    "Only the ids have positions first: rows and positions changed places there and not in the mask.",
    "`batch_first`, and the order of dimensions.",
)
def ids_with_batch_second(sequences: Sequences, pad_id: int) -> Padded:
    check(sequences)
    rows = [torch.tensor(each, dtype=torch.long) for each in sequences]
    return pad_sequence(rows, padding_value=pad_id), pad_batch(sequences, pad_id)[1]


@mistake("The mask stands first. The ids come first, and then the mask.", "The order behind `return`.")
def mask_first(sequences: Sequences, pad_id: int) -> Padded:
    ids, mask = pad_batch(sequences, pad_id)
    return mask, ids


@mistake("Only the ids came back; the mask is asked for too.", "What stands behind `return`.")
def ids_alone(sequences: Sequences, pad_id: int) -> Tensor:
    return pad_batch(sequences, pad_id)[0]


@mistake("A dict came back where two tensors are asked for.", "What stands behind `return`.")
def as_dict(sequences: Sequences, pad_id: int) -> dict[str, Tensor]:
    ids, mask = pad_batch(sequences, pad_id)
    return {"input_ids": ids, "attention_mask": mask}


@mistake("Lists came back where tensors are asked for.", "What makes a tensor of rows that are equally long.")
def as_lists(sequences: Sequences, pad_id: int) -> Any:
    ids, mask = pad_batch(sequences, pad_id)
    return ids.tolist(), mask.tolist()


@mistake(
    "The ids are a list of lists where a tensor is asked for.", "What makes a tensor of rows that are equally long."
)
def ids_as_lists(sequences: Sequences, pad_id: int) -> Any:
    ids, mask = pad_batch(sequences, pad_id)
    return ids.tolist(), mask


@mistake("The lengths came back where a mask is asked for.", "What the docstring says of the second result.")
def lengths_for_mask(sequences: Sequences, pad_id: int) -> Padded:
    return pad_batch(sequences, pad_id)[0], sizes(sequences)


@mistake("A third result came back: two are asked for.", "What stands behind `return`.")
def lengths_besides(sequences: Sequences, pad_id: int) -> Any:
    return *pad_batch(sequences, pad_id), sizes(sequences)


@mistake("Only the first sequence came back.", "A `return` inside a loop.")
def first_sequence_alone(sequences: Sequences, pad_id: int) -> Padded:
    return pad_batch(sequences[:1], pad_id)


def filled_up(sequences: Sequences, pad_id: int) -> None:
    for each in sequences:
        each += [pad_id] * (longest(sequences) - len(each))


@mistake(
    "The sequences themselves were filled up, and belong to the caller.",
    "`append`, `extend` and `+=` change a list that others hold too.",
)
def fills_up_arguments(sequences: Sequences, pad_id: int) -> Padded:
    padded = pad_batch(sequences, pad_id)
    filled_up(sequences, pad_id)
    return padded


@mistake(
    "The sequences themselves were filled up, so that what is measured afterwards is all equally long.",
    "`append`, `extend` and `+=` change a list that others hold too, and when lengths are looked at.",
)
def measures_filled_up(sequences: Sequences, pad_id: int) -> Padded:
    filled_up(sequences, pad_id)
    return pad_batch(sequences, pad_id)


@mistake(
    "The sequences themselves were filled up, and the mask was read off the ids.",
    "`append`, `extend` and `+=` change a list that others hold too; and what your mask is made of.",
)
def fills_up_and_reads_ids(sequences: Sequences, pad_id: int) -> Padded:
    check(sequences)
    filled_up(sequences, pad_id)
    ids = torch.tensor(sequences, dtype=torch.long)
    return ids, ids != pad_id


@mistake(
    "The sequences were joined place by place, which makes rows of places and not of sequences, and none at all where "
    "every sequence is empty.",
    "What `zip_longest` gives: which way do its tuples run?",
)
def rows_of_places(sequences: Sequences, pad_id: int) -> Padded:
    check(sequences)
    marks = [[True] * len(each) for each in sequences]
    places, real = (list(zip_longest(*rows, fillvalue=fill)) for rows, fill in ((sequences, pad_id), (marks, False)))
    return torch.tensor(places, dtype=torch.long), torch.tensor(real)


@mistake(
    "Where every sequence is empty, the batch lost its rows.",
    "What is left of `zip_longest`, or of a `torch.tensor`, when no sequence has a token: how many rows are asked for?",
)
def no_rows_where_all_empty(sequences: Sequences, pad_id: int) -> Padded:
    check(sequences)
    ids = torch.tensor(list(zip_longest(*sequences, fillvalue=pad_id)), dtype=torch.long)
    return (ids.T if ids.dim() == 2 else ids), pad_batch(sequences, pad_id)[1]


# -------------------------------------------------------------------------------------------------------------- refusal


@mistake("A list without a sequence is taken.", "What the docstring has under Raises.")
def refuses_nothing(sequences: Sequences, pad_id: int) -> Padded:
    if not sequences:
        return torch.zeros(0, 0, dtype=torch.long), torch.zeros(0, 0, dtype=torch.bool)
    return pad_batch(sequences, pad_id)


@mistake(
    "An empty sequence is refused. It is a row of padding; only an empty list of sequences is refused.",
    "The condition in front of your `raise`: what does it ask, and of what?",
)
def empty_sequence_refused(sequences: Sequences, pad_id: int) -> Padded:
    if not sequences or any(not each for each in sequences):
        raise ValueError("there is an empty sequence")
    return pad_batch(sequences, pad_id)


@mistake(
    "A batch in which every sequence is empty is refused. It has rows, all of them padding.",
    "The condition in front of your `raise`: `any` and `max` ask for tokens, not for sequences.",
)
def all_empty_refused(sequences: Sequences, pad_id: int) -> Padded:
    if not any(sequences):
        raise ValueError("there is nothing to pad")
    return pad_batch(sequences, pad_id)


@mistake("None comes back for an empty list, where an exception is asked for.", "What the docstring has under Raises.")
def none_for_no_sequences(sequences: Sequences, pad_id: int) -> Any:
    return pad_batch(sequences, pad_id) if sequences else None


# ----------------------------------------------------------------------------------------------- known by what was seen

for name, likely, look_at in (
    (
        "other-types",
        "Ids are whole numbers of 64 bits, and a mask consists of True and False. One of them is of another type.",
        "`dtype=` wherever you make a tensor, also of an empty list, and what a mixture of types gives.",
    ),
    ("no-two-tensors", "What came back is not two tensors of shape (B, T).", "What stands behind `return`."),
    ("rows-too-many", "There are more rows than sequences.", "Where a row is made, and how often."),
    (
        "rows-missing",
        "A sequence has no row.",
        "Conditions and loops: does every sequence get a row, an empty one too?",
    ),
    (
        "padded-too-far",
        "Rows are longer than the longest sequence of this batch.",
        "What the width of your rows is computed from, and whether it is kept from one call to the next.",
    ),
    (
        "cut-short",
        "Rows are shorter than the longest sequence of this batch, which loses tokens.",
        "What the width of your rows is computed from, and every number that limits it.",
    ),
    (
        "other-tokens",
        "A row does not begin with its sequence as it is.",
        "How a sequence gets into its row: at which place, in which order, and whether all of it does.",
    ),
    (
        "other-padding",
        "Behind the end of a sequence something else stands than pad_id.",
        "What a row is filled up with, and where `pad_id` enters your code.",
    ),
    (
        "padding-is-real",
        "The mask is True at places behind the end of a sequence.",
        "Where the length of each sequence enters the mask.",
    ),
    (
        "token-is-padding",
        "The mask is False at tokens of a sequence.",
        "What your mask is made of: how many tokens each sequence has is all that counts.",
    ),
    ("pad-id-is-padding", "A token that happens to be pad_id was taken for padding in the mask.", WHAT_MASK_MEANS),
):
    mistake.add(name, likely, look_at, None)
