"""Known mistakes of `nsp.pack_pair`."""

from collections.abc import Callable, Sequence
from typing import Any

import torch

from autograder.judging.parts import Mistakes
from bertkit.objectives.nsp import pack_pair

mistake = Mistakes()
Ids = list[int]
Packed = tuple[Ids, Ids]
Cut = Callable[[Ids, Ids, int], tuple[Ids, Ids]]
"""What is left of both sides, given the room for both together."""


def check(first: Sequence[int], second: Sequence[int], max_length: int) -> None:
    if max_length < 5:
        raise ValueError(f"max_length {max_length} is too short")
    if not first or not second:
        raise ValueError("a side is empty")


def joined(first: Ids, second: Ids, cls_id: int, sep_id: int) -> Packed:
    return [cls_id, *first, sep_id, *second, sep_id], [0] * (len(first) + 2) + [1] * (len(second) + 1)


def by_cut(cut: Cut) -> Any:
    """Right but for what is left of each side."""

    def packing(first: Ids, second: Ids, cls_id: int, sep_id: int, max_length: int) -> Packed:
        check(first, second, max_length)
        room = max_length - 3
        sides = cut(list(first), list(second), room) if len(first) + len(second) > room else (first, second)
        return joined(*sides, cls_id, sep_id)

    return packing


def shortened(first: Ids, second: Ids, room: int, from_first: Callable[[Ids, Ids], bool], end: int = -1) -> Packed:
    """One token at a time, from the side that is said, at the end or the beginning."""
    while len(first) + len(second) > room:
        (first if from_first(first, second) else second).pop(end)
    return first, second


# -------------------------------------------------------------------------------------------------------------- cutting

mistake.add(
    "ties-from-first",
    "Where both sides are equally long, first loses a token. It is second that has to.",
    "The comparison of the two lengths: `>` or `>=`?",
    by_cut(lambda first, second, room: shortened(first, second, room, lambda a, b: len(a) >= len(b))),
)


def exact_fit_cut(first: Ids, second: Ids, cls_id: int, sep_id: int, max_length: int) -> Packed:
    check(first, second, max_length)
    sides = shortened(list(first), list(second), max_length - 4, lambda a, b: len(a) > len(b))
    return joined(*sides, cls_id, sep_id)


mistake.add(
    "exact-fit-cut",
    "A pair that fills `max_length` exactly loses a token, and a longer one loses one too many.",
    "The comparison with `max_length`: `>` or `>=`?",
    exact_fit_cut,
)
mistake.add(
    "shorter-side-cut",
    "The shorter side loses tokens instead of the longer one.",
    "The direction of the comparison of the two lengths.",
    by_cut(
        lambda first, second, room: shortened(
            first, second, room, lambda a, b: len(b) < 2 or (len(a) < len(b) and len(a) > 1)
        )
    ),
)
mistake.add(
    "cut-at-the-beginning",
    "The longer side loses its first tokens. It is the last ones that have to go.",
    "The end of the list that you take tokens from: `pop()` or `pop(0)`, and slices.",
    by_cut(lambda first, second, room: shortened(first, second, room, lambda a, b: len(a) > len(b), 0)),
)
mistake.add(
    "second-alone-cut",
    "Only second loses tokens, until there is one left of it.",
    "Whether your loop looks again which side is longer.",
    by_cut(lambda first, second, room: shortened(first, second, room, lambda a, b: len(b) < 2)),
)
mistake.add(
    "first-alone-cut",
    "Only first loses tokens, until there is one left of it.",
    "Whether your loop looks again which side is longer.",
    by_cut(lambda first, second, room: shortened(first, second, room, lambda a, b: len(a) > 1)),
)
mistake.add(
    "both-cut-to-half",
    "Each side was cut to half of the room, so that room is left unused where one of them is short.",
    "Where one side needs less than its half, the other may have the rest.",
    by_cut(lambda first, second, room: (first[: room - room // 2], second[: room // 2])),
)
mistake.add(
    "cut-in-turns",
    "Both sides lose tokens in turn, whichever of them is longer.",
    "What decides in your loop which side loses the next token.",
    by_cut(
        lambda first, second, room: (
            lambda lost: shortened(
                first, second, room, lambda a, b: len(b) < 2 or (len(a) > 1 and (lost - len(a) - len(b)) % 2 == 1)
            )
        )(len(first) + len(second))
    ),
)
mistake.add(
    "longer-side-cut-at-once",
    "All that is too much is taken from the side that was longer at first, however short it gets by that.",
    "Whether your code looks again which side is longer, after each token.",
    by_cut(
        lambda first, second, room: (
            (first[: max(1, room - len(second))], second[: room - 1])
            if len(first) > len(second)
            else (first[: room - 1], second[: max(1, room - len(first))])
        )
    ),
)
mistake.add(
    "cut-in-proportion",
    "Both sides were shortened in proportion to their lengths. The longer one has to lose tokens until they are equal.",
    "What decides how many tokens each side loses.",
    by_cut(
        lambda first, second, room: (lambda share: (first[:share], second[: room - share]))(
            min(max(1, room * len(first) // (len(first) + len(second))), room - 1)
        )
    ),
)


@mistake(
    "The whole input was cut at its end, and lost the last [SEP] and perhaps all of second.",
    "When you cut: before or after everything is put together?",
)
def cut_after_joining(first: Ids, second: Ids, cls_id: int, sep_id: int, max_length: int) -> Packed:
    check(first, second, max_length)
    ids, types = joined(first, second, cls_id, sep_id)
    return ids[:max_length], types[:max_length]


@mistake(
    "The whole input was cut at its end, and a [SEP] put over the last token that was left.",
    "When you cut: before or after everything is put together?",
)
def cut_after_joining_with_end(first: Ids, second: Ids, cls_id: int, sep_id: int, max_length: int) -> Packed:
    ids, types = cut_after_joining(first, second, cls_id, sep_id, max_length)
    return [*ids[:-1], sep_id], types


@mistake("Nothing is cut, whatever `max_length` says.", "Where `max_length` enters your code.")
def never_cut(first: Ids, second: Ids, cls_id: int, sep_id: int, max_length: int) -> Packed:
    check(first, second, max_length)
    return joined(first, second, cls_id, sep_id)


def with_room(more: int) -> Any:
    """Right with a `max_length` larger by so many."""

    def packing(first: Ids, second: Ids, cls_id: int, sep_id: int, max_length: int) -> Packed:
        check(first, second, max_length)
        room = max(max_length + more - 3, 2)
        return joined(*shortened(list(first), list(second), room, lambda a, b: len(a) > len(b)), cls_id, sep_id)

    return packing


mistake.add(
    "specials-not-counted",
    "Only the tokens of the texts were counted, so that the special ones make the input too long.",
    "What your condition compares with `max_length`: how many special tokens come on top?",
    with_room(3),
)
mistake.add(
    "one-special-forgotten",
    "Only two of the three special tokens were counted, so that the input is one token too long.",
    "How many special tokens your condition counts.",
    with_room(1),
)
mistake.add(
    "one-token-too-few",
    "The input is one token shorter than it may be: `max_length` itself is allowed.",
    "The comparison with `max_length`: `<` or `<=`?",
    with_room(-1),
)

# ----------------------------------------------------------------------------------------------------- tokens and types


def by_packed(change: Callable[[Ids, Ids, int, int, int, int], Packed]) -> Any:
    """A change of a right result, given it with the number of tokens left of first, of second, and both special ids."""

    def packing(first: Ids, second: Ids, cls_id: int, sep_id: int, max_length: int) -> Packed:
        ids, types = pack_pair(first, second, cls_id, sep_id, max_length)
        return change(ids, types, types.count(0) - 2, types.count(1) - 1, cls_id, sep_id)

    return packing


mistake.add(
    "no-last-sep",
    "The [SEP] at the end is missing.",
    "What comes after second.",
    by_packed(lambda ids, types, a, b, cls_id, sep_id: (ids[:-1], types[:-1])),
)
mistake.add(
    "no-middle-sep",
    "There is no [SEP] between the two sides.",
    "What comes between first and second.",
    by_packed(lambda ids, types, a, b, cls_id, sep_id: (ids[: a + 1] + ids[a + 2 :], types[1:])),
)
mistake.add(
    "no-cls",
    "There is no [CLS] in front.",
    "What the input begins with.",
    by_packed(lambda ids, types, a, b, cls_id, sep_id: (ids[1:], types[1:])),
)
mistake.add(
    "second-begins-with-cls",
    "Second begins with a [CLS] of its own. There is one, at the very beginning.",
    "What comes between first and second.",
    by_packed(lambda ids, types, a, b, cls_id, sep_id: ([*ids[: a + 2], cls_id, *ids[a + 2 :]], [*types, 1])),
)
mistake.add(
    "sides-exchanged",
    "Second stands in front of first.",
    "The order in which you put the two sides together.",
    lambda first, second, cls_id, sep_id, max_length: pack_pair(second, first, cls_id, sep_id, max_length),
)
mistake.add(
    "specials-exchanged",
    "[CLS] and [SEP] are in each other's places.",
    "Where `cls_id` and `sep_id` stand.",
    lambda first, second, cls_id, sep_id, max_length: pack_pair(first, second, sep_id, cls_id, max_length),
)
mistake.add(
    "middle-sep-of-type-1",
    "The [SEP] between the sides got type 1. It belongs to first, with type 0.",
    "How many tokens get type 0: which special ones are among them?",
    by_packed(lambda ids, types, a, b, cls_id, sep_id: (ids, [0] * (a + 1) + [1] * (b + 2))),
)
mistake.add(
    "last-sep-of-type-0",
    "The last [SEP] got type 0. It belongs to second, with type 1.",
    "How many tokens get type 1.",
    by_packed(lambda ids, types, a, b, cls_id, sep_id: (ids, [0] * (a + 2) + [1] * b + [0])),
)
mistake.add(
    "types-exchanged",
    "The types are the wrong way round: first has 0, second 1.",
    "The two numbers in your list of types.",
    by_packed(lambda ids, types, a, b, cls_id, sep_id: (ids, [1 - each for each in types])),
)
mistake.add(
    "types-from-1",
    "The types are 1 and 2. Counting begins at 0.",
    "The two numbers in your list of types.",
    by_packed(lambda ids, types, a, b, cls_id, sep_id: (ids, [each + 1 for each in types])),
)
mistake.add(
    "all-types-0",
    "All types are 0, so that the encoder cannot tell the sides apart.",
    "What the second side gets.",
    by_packed(lambda ids, types, a, b, cls_id, sep_id: (ids, [0] * len(ids))),
)
mistake.add(
    "types-of-texts-alone",
    "Only the tokens of the texts got a type. The special tokens need one too.",
    "How long your list of types is, and how long the input.",
    by_packed(lambda ids, types, a, b, cls_id, sep_id: (ids, [0] * a + [1] * b)),
)
mistake.add(
    "types-change-at-any-sep",
    "The types change after the first [SEP] that stands anywhere, also where it is part of the text.",
    "How you find the place: you know how many tokens first has.",
    by_packed(
        lambda ids, types, a, b, cls_id, sep_id: (
            ids,
            [0] * (ids.index(sep_id) + 1) + [1] * (len(ids) - ids.index(sep_id) - 1),
        )
    ),
)
mistake.add(
    "types-count-seps",
    "A type counts the [SEP] before it, also those that are part of the text.",
    "How you find the place: you know how many tokens first has.",
    by_packed(
        lambda ids, types, a, b, cls_id, sep_id: (
            (ids, [min(1, ids[:place].count(sep_id)) for place in range(len(ids))])
            if ids[: a + 2].count(sep_id) == 1
            else (ids, [ids[:place].count(sep_id) for place in range(len(ids))])
        )
    ),
)
mistake.add(
    "padded",
    "The input was padded to `max_length`. Padding comes later, when a batch is made.",
    "What you append at the end.",
    lambda *arguments: tuple(
        each + [0] * (arguments[-1] - len(each)) for each in (pack_pair(*arguments)[0], pack_pair(*arguments)[1])
    ),
)
mistake.add(
    "ids-alone",
    "Only the tokens came back; the types are missing.",
    "What stands after `return`.",
    lambda *arguments: pack_pair(*arguments)[0],
)
mistake.add(
    "tensors-for-lists",
    "Tensors came back. Lists are asked for, since pairs have different lengths until a batch is made of them.",
    "The type of what you return.",
    lambda *arguments: tuple(map(torch.tensor, pack_pair(*arguments))),
)
mistake.add(
    "results-in-a-dict",
    "A dict came back in the place of two lists.",
    "What stands after `return`.",
    lambda *arguments: dict(zip(("input_ids", "token_type_ids"), pack_pair(*arguments), strict=True)),
)
mistake.add(
    "types-first",
    "The types came first and the tokens second.",
    "The order after `return`.",
    lambda *arguments: pack_pair(*arguments)[::-1],
)


@mistake(
    "The caller's lists lost their tokens: cutting was done on them.",
    "What `pop`, `del` or `+=` is used on: make lists of your own first.",
)
def cuts_the_callers_lists(first: Ids, second: Ids, cls_id: int, sep_id: int, max_length: int) -> Packed:
    check(first, second, max_length)
    return joined(*shortened(first, second, max_length - 3, lambda a, b: len(a) > len(b)), cls_id, sep_id)


# ------------------------------------------------------------------------------------------------------------- refusals


def with_checks(length: Callable[[int], bool], empty: Callable[[Ids, Ids], bool]) -> Any:
    """Right where nothing has to be refused; what is refused is said."""

    def packing(first: Ids, second: Ids, cls_id: int, sep_id: int, max_length: int) -> Packed:
        if length(max_length):
            raise ValueError(f"max_length {max_length} is too short")
        if empty(first, second):
            raise ValueError("a side is empty")
        first, second = list(first), list(second)
        while len(first) + len(second) + 3 > max_length and (first or second):
            (first if len(first) > len(second) else second).pop()
        return joined(first, second, cls_id, sep_id)

    return packing


mistake.add(
    "refuses-nothing",
    "Nothing is refused: neither an empty side, nor a `max_length` with no room for a token of each.",
    "What the docstring has under Raises, and what comes first in your code.",
    with_checks(lambda length: False, lambda first, second: False),
)
mistake.add(
    "empty-side-taken",
    "An empty side is taken. A pair needs a token on each side.",
    "What the docstring has under Raises; each of the two sides.",
    with_checks(lambda length: length < 5, lambda first, second: False),
)
mistake.add(
    "one-empty-side-taken",
    "Only two empty sides are refused; one is enough to make a pair impossible.",
    "`and` or `or` in your condition.",
    with_checks(lambda length: length < 5, lambda first, second: not first and not second),
)
mistake.add(
    "short-length-taken",
    "A `max_length` below 5 is taken: three special tokens and one of each side need 5.",
    "The number that you compare `max_length` with.",
    with_checks(lambda length: False, lambda first, second: not first or not second),
)
mistake.add(
    "length-4-taken",
    "A `max_length` of 4 is taken, which leaves room for one token of the two sides.",
    "The number that you compare `max_length` with: count the special tokens.",
    with_checks(lambda length: length < 4, lambda first, second: not first or not second),
)
mistake.add(
    "length-5-refused",
    "A `max_length` of 5 is refused, which is just enough.",
    "`<` or `<=` in front of your `raise`.",
    with_checks(lambda length: length <= 5, lambda first, second: not first or not second),
)
mistake.add(
    "length-3-taken",
    "A `max_length` of 3 or 4 is taken: with room for the special tokens alone, no text is left.",
    "The number that you compare `max_length` with: count the tokens of the texts too.",
    with_checks(lambda length: length < 3, lambda first, second: not first or not second),
)

# ------------------------------------------------------------------------------------------------ known by what is seen

for name, likely, look_at in (
    ("no-two-lists", "What came back is not a pair of lists.", "What stands after `return`, and its type."),
    (
        "no-whole-numbers",
        "A token or a type is no whole number.",
        "What your lists are made of: comparisons give True and False, divisions give fractions.",
    ),
    (
        "tokens-too-many",
        "There are more tokens than both sides and three special ones.",
        "Everything that you append, and how often.",
    ),
    (
        "tokens-missing",
        "Tokens are missing although all of them fit.",
        "The three special tokens, the ends of slices, and the condition for cutting.",
    ),
    ("tokens-elsewhere", "The order of the tokens is another one.", "The order in which you put the parts together."),
    ("other-tokens", "Tokens stand where others should.", "Each part that you put together, special tokens included."),
    (
        "number-of-types",
        "There are more or fewer types than tokens.",
        "How long your list of types gets: which special tokens does it count?",
    ),
    ("other-types", "A type is neither 0 nor 1.", "The numbers in your list of types."),
    (
        "one-type",
        "All tokens got one type, so that the encoder cannot tell the sides apart.",
        "Where the type changes.",
    ),
    ("types-mixed", "Types go back and forth, or begin with 1.", "The order of your list of types."),
    (
        "types-change-early",
        "Type 1 begins too early.",
        "How many tokens get type 0: [CLS], all of first, and which [SEP]?",
    ),
    (
        "types-change-late",
        "Type 1 begins too late.",
        "How many tokens get type 0, and how you find the place where second begins.",
    ),
    (
        "too-long",
        "Too little is cut.",
        "The condition of your loop: what is counted, and what is it compared with?",
    ),
    (
        "cuts-too-much",
        "More is cut than necessary.",
        "The condition of your loop, and how many tokens a step takes.",
    ),
    (
        "not-the-beginnings",
        "Something else is cut than the ends of the two sides.",
        "Which end loses tokens, and whether special tokens are among what is cut.",
    ),
    (
        "first-keeps-too-much",
        "First keeps tokens that it should have lost.",
        "What decides which side loses the next token, also where both are equally long.",
    ),
    (
        "second-keeps-too-much",
        "Second keeps tokens that it should have lost.",
        "What decides which side loses the next token, also where both are equally long.",
    ),
    (
        "types-before-cutting",
        "The types do not go with the tokens that are left.",
        "When the types are made: before or after cutting?",
    ),
):
    mistake.add(name, likely, look_at, None)
