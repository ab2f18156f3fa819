"""Hidden tests of `bidirectionality.next_token_labels`."""

import torch
from torch import Tensor

from autograder.exercise import Inputs
from autograder.judging.draw import RESERVED, Draw
from autograder.judging.parts import Compare, HiddenTests, Mistakes

mistake = Mistakes()
IGNORED = -100


def batch(draw: Draw, lengths: Tensor, columns: int) -> Inputs:
    """Rows with so many real tokens each, 0 among them more often than chance has it, and anything behind them."""
    shape, vocabulary = (len(lengths), columns), draw.vocabulary()
    ids = draw.ids(shape, vocabulary).masked_fill(draw.mask(shape, 0.15), 0)
    real = torch.arange(columns) < lengths[:, None]
    # What stands at padding says nothing: mostly one id, whatever that is, now and then a row's own tokens.
    padding = draw.contents.choice([0, 0, 1, draw.integer(0, vocabulary - 1), None])
    return {"input_ids": ids if padding is None else torch.where(real, ids, padding), "attention_mask": real}


def rows_of(draw: Draw, shortest: int, longest: int | None = None) -> Inputs:
    """Rows of `shortest` to `longest` real tokens, to the full width if None."""
    rows, columns = draw.rows(1, 9, 12), draw.size(1, 18, 1100)
    most = columns if longest is None else min(longest, columns)
    lengths = torch.tensor([draw.integer(min(shortest, most), most) for _ in range(rows)])
    return batch(draw, lengths, columns)


def inputs(draw: Draw) -> Inputs:
    """Rows of any length, one real token at least."""
    return rows_of(draw, 1)


def full(draw: Draw) -> Inputs:
    """Rows without padding."""
    rows, columns = draw.rows(1, 9, 12), draw.size(1, 18, 1100)
    return batch(draw, torch.full((rows,), columns), columns)


def padded(draw: Draw) -> Inputs:
    """Every row has padding, of the same width: the batch was cut from a wider one."""
    rows, columns = draw.rows(1, 9, 12), draw.size(2, 18, 1100)
    return batch(draw, torch.full((rows,), draw.integer(1, columns - 1)), columns)


def ends_in_zero(draw: Draw) -> Inputs:
    """The last real token is 0, and so is one in the middle."""
    drawn = inputs(draw)
    last = drawn["attention_mask"].sum(dim=1) - 1
    drawn["input_ids"].scatter_(1, last[:, None], 0)
    drawn["input_ids"].scatter_(1, (last // 2)[:, None], 0)
    return drawn


def equal_tokens(draw: Draw) -> Inputs:
    """The same token twice in a row, and rows that are the same."""
    rows, columns = draw.size(2, 4), draw.size(4, 9)
    ids = draw.ids((1, columns), draw.vocabulary(5)).expand(rows, columns).clone()
    ids[:, 1] = ids[:, 0]
    lengths = torch.tensor([draw.integer(2, columns) for _ in range(rows)])
    return {"input_ids": ids, "attention_mask": torch.arange(columns) < lengths[:, None]}


def every_id(draw: Draw) -> Inputs:
    """All the ids that released vocabularies have for special tokens are real ones."""
    ids = draw.permutation(RESERVED + draw.size(0, 40))[None]
    return {"input_ids": ids, "attention_mask": torch.ones_like(ids, dtype=torch.bool)}


def square(draw: Draw) -> Inputs:
    """As many rows as positions: no shape tells the two dimensions apart."""
    size = draw.size(2, 9)
    return batch(draw, torch.tensor([draw.integer(1, size) for _ in range(size)]), size)


def many_rows(draw: Draw) -> Inputs:
    """More rows than a usual batch has."""
    rows, columns = draw.size(80, 120), draw.size(2, 4)
    return batch(draw, torch.tensor([draw.integer(1, columns) for _ in range(rows)]), columns)


EDGES = {
    "no row has padding": full,
    "every row has padding": padded,
    "rows have a single real token": lambda draw: rows_of(draw, 1, 1),
    "the last real token is 0": ends_in_zero,
    "rows are equal": equal_tokens,
    "special tokens are real": every_id,
    "there are many rows": many_rows,
    "there are as many rows as positions": square,
}


def to_the_left(ids: Tensor, fill: int = IGNORED) -> Tensor:
    """What stands one place further on, and something in the last column."""
    return torch.cat([ids[:, 1:], torch.full_like(ids[:, :1], fill)], dim=1)


@mistake(
    "Every position is asked for the token that it holds itself: nothing was moved.",
    "Which token comes *after* position 0, and where it stands in your result.",
)
def own_token(input_ids: Tensor, attention_mask: Tensor) -> Tensor:
    return torch.where(attention_mask, input_ids, IGNORED)


@mistake(
    "Every position is asked for the token before it. A model that reads from the left has seen that one.",
    "The sign of your shift.",
)
def previous_token(input_ids: Tensor, attention_mask: Tensor) -> Tensor:
    labels = torch.full_like(input_ids, IGNORED)
    labels[:, 1:] = input_ids[:, :-1]
    return torch.where(attention_mask, labels, IGNORED)


@mistake(
    "`roll` goes around the end: in a row without padding, the last position is asked for the first token.",
    "What stands in the last column of a full row.",
)
def wraps_around(input_ids: Tensor, attention_mask: Tensor) -> Tensor:
    return torch.where(attention_mask.roll(-1, 1), input_ids.roll(-1, 1), IGNORED)


@mistake(
    "Padding was not left out: positions are asked for [PAD], and padding is asked, too.",
    "Where `attention_mask` enters your code.",
)
def padding_labelled(input_ids: Tensor, attention_mask: Tensor) -> Tensor:
    return to_the_left(input_ids)


@mistake(
    "The last real token of a short row is asked for [PAD]: the mask was read at the position, not at its target.",
    "Which of the two has to be real for a label: this token, or the one after it?",
)
def last_asked_for_padding(input_ids: Tensor, attention_mask: Tensor) -> Tensor:
    return torch.where(attention_mask, to_the_left(input_ids), IGNORED)


@mistake(
    "The labels were moved and the mask was not, around the end: the last real position got another token.",
    "What `roll` puts in the last column, and which mask you use after it.",
)
def rolled_with_own_mask(input_ids: Tensor, attention_mask: Tensor) -> Tensor:
    return torch.where(attention_mask, input_ids.roll(-1, 1), IGNORED)


@mistake(
    "`roll` goes around the end, and padding was not left out.",
    "What `roll` moves where, and what the mask says there.",
)
def rolled_alone(input_ids: Tensor, attention_mask: Tensor) -> Tensor:
    return input_ids.roll(-1, 1)


@mistake(
    "Padding is asked for padding: only the last real token was left out.",
    "What stands behind the last real token.",
)
def only_last_left_out(input_ids: Tensor, attention_mask: Tensor) -> Tensor:
    labels = to_the_left(input_ids)
    last = attention_mask.sum(dim=1) - 1
    labels[torch.arange(len(labels)), last] = IGNORED
    return labels


@mistake(
    "A label that is 0 was dropped: 0 was taken for padding. Whether a token is real is for the mask to say.",
    "Comparisons with 0: 0 may be a token like any other.",
)
def drops_token_zero(input_ids: Tensor, attention_mask: Tensor) -> Tensor:
    labels = torch.where(to_the_left(attention_mask.long(), 0).bool(), to_the_left(input_ids), IGNORED)
    return labels.masked_fill(labels == 0, IGNORED)


@mistake(
    "Padding was found by its id, not by the mask. Another id may stand for padding, and 0 may be a real token.",
    "`attention_mask`: does it enter your code?",
)
def zero_is_padding(input_ids: Tensor, attention_mask: Tensor) -> Tensor:
    labels = to_the_left(input_ids)
    return labels.masked_fill(labels == 0, IGNORED)


@mistake(
    '0 was used for "no label". But 0 is a token, and the loss would ask for it.',
    "The number that torch's cross-entropy leaves out.",
)
def ignore_zero(input_ids: Tensor, attention_mask: Tensor) -> Tensor:
    return torch.where(to_the_left(attention_mask.long(), 0).bool(), to_the_left(input_ids), 0)


@mistake(
    '-1 was used for "no label". The loss does not know that number and would stop with an error.',
    "The number that torch's cross-entropy leaves out.",
)
def ignore_minus_one(input_ids: Tensor, attention_mask: Tensor) -> Tensor:
    return torch.where(to_the_left(attention_mask.long(), 0).bool(), to_the_left(input_ids), -1)


@mistake(
    "The last column is missing. There is a label for every position, -100 where nothing is to be predicted.",
    "The shape of what you return: it should be that of `input_ids`.",
)
def one_column_short(input_ids: Tensor, attention_mask: Tensor) -> Tensor:
    return torch.where(attention_mask[:, 1:], input_ids[:, 1:], IGNORED)


@mistake(
    "Every position is asked for the token two places further on.",
    "How often your code moves by one place; the loss does not shift again.",
)
def two_ahead(input_ids: Tensor, attention_mask: Tensor) -> Tensor:
    real = to_the_left(to_the_left(attention_mask.long(), 0), 0).bool()
    return torch.where(real, to_the_left(to_the_left(input_ids)), IGNORED)


@mistake(
    "The mask is read the wrong way round: real positions were left out and padding was kept.",
    "What does True say in `attention_mask`?",
)
def mask_inverted(input_ids: Tensor, attention_mask: Tensor) -> Tensor:
    return torch.where(to_the_left((~attention_mask).long(), 0).bool(), to_the_left(input_ids), IGNORED)


@mistake(
    "Tokens were multiplied by the mask: where it is False stands 0, which is a token, and not -100.",
    "Arithmetic with masks: choosing between two values needs no multiplication.",
)
def multiplied(input_ids: Tensor, attention_mask: Tensor) -> Tensor:
    return to_the_left(input_ids * attention_mask)


@mistake(
    "The length of the first row was taken for all rows.",
    "Where a row's own mask enters your code.",
)
def length_of_the_first_row(input_ids: Tensor, attention_mask: Tensor) -> Tensor:
    real = to_the_left(attention_mask[:1].long(), 0).bool()
    return torch.where(real, to_the_left(input_ids), IGNORED)


@mistake(
    "The length of the longest row was taken for all rows: in a shorter one, positions are asked for [PAD].",
    "Where a row's own mask enters your code.",
)
def length_of_the_longest_row(input_ids: Tensor, attention_mask: Tensor) -> Tensor:
    real = to_the_left(attention_mask.any(dim=0, keepdim=True).long(), 0).bool()
    return torch.where(real, to_the_left(input_ids), IGNORED)


@mistake(
    "The rows follow one another like one long text: the last position of a row is asked for the first of the next.",
    "What stands in the last column, and whether the rows are one row when you move them.",
)
def next_row_follows(input_ids: Tensor, attention_mask: Tensor) -> Tensor:
    following = torch.cat([input_ids.flatten()[1:], torch.tensor([IGNORED])]).view(input_ids.shape)
    real = torch.cat([attention_mask.flatten()[1:], torch.tensor([False])]).view(input_ids.shape)
    return torch.where(real, following, IGNORED)


@mistake(
    "Rows are one long text, with padding left out: the end of a full row is asked for the first token of the next.",
    "The last column of a row without padding, and whether the rows are one row when you move them.",
)
def next_row_follows_full_rows(input_ids: Tensor, attention_mask: Tensor) -> Tensor:
    return torch.where(attention_mask, next_row_follows(input_ids, attention_mask), IGNORED)


@mistake(
    "The rows were moved, not the positions: each row is asked for the row after it.",
    "The dimension along which you move: 0 counts rows, 1 counts positions.",
)
def moved_along_rows(input_ids: Tensor, attention_mask: Tensor) -> Tensor:
    return torch.where(attention_mask.roll(-1, 0), input_ids.roll(-1, 0), IGNORED)


@mistake(
    "One label too many was left out: the last real token of a row is nobody's label any more.",
    "Which position is the last that has a target: the one that *holds* the last real token, or the one before?",
)
def last_token_unasked(input_ids: Tensor, attention_mask: Tensor) -> Tensor:
    real = to_the_left(to_the_left(attention_mask.long(), 0), 0).bool()
    return torch.where(real, to_the_left(input_ids), IGNORED)


@mistake(
    "The labels became floating-point numbers. A label is a class number, an integer.",
    "The types that meet in your expression: -100.0 and `float()` make everything float.",
)
def float_labels(input_ids: Tensor, attention_mask: Tensor) -> Tensor:
    real = to_the_left(attention_mask.long(), 0).bool()
    return torch.where(real, to_the_left(input_ids).float(), -100.0)


def after(given: Inputs) -> Tensor:
    """Where the next position holds a real token. Shape: (B, T), bool"""
    return to_the_left(given["attention_mask"].long(), 0).bool()


TESTS = HiddenTests(
    parts={
        "next": (Compare(inputs, EDGES, of=lambda given, labels: labels[after(given)]),),
        "ignored": (Compare(inputs, EDGES, of=lambda given, labels: labels[~after(given)]),),
    },
    mistakes=mistake.all,
)
