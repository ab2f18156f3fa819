"""Hidden tests of `nsp.pack_pair`."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from autograder.exercise import Inputs
from autograder.hidden.nsp.pack_pair_mistakes import mistake
from autograder.judging.advice import RETURNS_NOTHING
from autograder.judging.draw import Draw
from autograder.judging.parts import Case, Compare, Finding, HiddenTests, Refuse
from autograder.judging.values import kind_of

LEAST = 5
SPECIALS = 3
"""[CLS] and two [SEP]."""
Words = dict[str, Callable[[Any, Any], Finding]]


def texts(draw: Draw, first: int, second: int, room: int) -> Inputs:
    """Two texts of so many tokens, and a `max_length` that leaves room for so many in all."""
    vocabulary = draw.vocabulary(8)
    cls_id, sep_id = draw.contents.sample(range(vocabulary), 2)
    return {
        "first": draw.ids((first,), vocabulary).tolist(),
        "second": draw.ids((second,), vocabulary).tolist(),
        "cls_id": cls_id,
        "sep_id": sep_id,
        "max_length": room + SPECIALS,
    }


def side(draw: Draw) -> int:
    """How many tokens a text has."""
    return draw.size(1, 12, 700)


def fitting(draw: Draw, spare: int | None = None) -> Inputs:
    """Texts that fit, with room to spare."""
    first, second = side(draw), side(draw)
    return texts(draw, first, second, max(2, first + second + (draw.size(1, 9) if spare is None else spare)))


def with_specials(draw: Draw) -> Inputs:
    """Texts that have [CLS] and [SEP] in them, at their ends too."""
    drawn = fitting(draw)
    for name in ("first", "second"):
        specials = [drawn["cls_id"], drawn["sep_id"]]
        drawn[name] = [each if draw.integer(0, 2) else draw.contents.choice(specials) for each in drawn[name]]
        drawn[name][-1] = drawn["sep_id"]
    return drawn


def repeated_tokens(draw: Draw) -> Inputs:
    """Both sides are one token again and again, the same."""
    drawn = fitting(draw)
    token = drawn["first"][0]
    return drawn | {name: [token] * len(drawn[name]) for name in ("first", "second")}


def too_long(draw: Draw) -> Inputs:
    """Texts of any lengths, with less room than they need."""
    first, second = draw.size(2, 14, 700), draw.size(2, 14, 700)
    return texts(draw, first, second, draw.sizes.randint(2, first + second - 1))


def longer(draw: Draw, by_first: bool, reached: bool) -> Inputs:
    """One side is longer, and has to lose less than that, or so much that both lose tokens."""
    short = draw.size(2, 9, 300)
    long = short + draw.size(2, 9, 300)
    room = draw.sizes.randint(2, 2 * short - 1) if reached else draw.sizes.randint(2 * short + 1, short + long - 1)
    return texts(draw, *((long, short) if by_first else (short, long)), room)


def equal(draw: Draw, lost: int) -> Inputs:
    """Both sides are equally long, and have to lose so many tokens in all."""
    size = draw.size(3, 12, 400)
    return texts(draw, size, size, 2 * size - lost)


def shortest(draw: Draw) -> Inputs:
    """The least room there is: one token of each side."""
    return texts(draw, draw.size(1, 9), draw.size(2, 9), LEAST - SPECIALS)


def equal_tokens(draw: Draw) -> Inputs:
    """Texts too long of which the second has [SEP] in places."""
    drawn = too_long(draw)
    drawn["second"] = [drawn["sep_id"] if not draw.integer(0, 2) else each for each in drawn["second"]]
    return drawn


FITS: dict[str, Callable[[Draw], Inputs]] = {
    "both sides fit exactly": lambda draw: fitting(draw, 0),
    "texts contain [CLS] and [SEP]": with_specials,
    "both sides say the same": repeated_tokens,
    "each side has one token": lambda draw: texts(draw, 1, 1, draw.size(2, 9)),
    "first has one token": lambda draw: texts(draw, 1, draw.size(2, 9), 12),
    "second has one token": lambda draw: texts(draw, draw.size(2, 9), 1, 12),
    "texts are long": lambda draw: texts(draw, draw.size(2, 700), draw.size(2, 900), 1600),
}
CUTS: dict[str, Callable[[Draw], Inputs]] = {
    "first is longer": lambda draw: longer(draw, True, False),
    "second is longer": lambda draw: longer(draw, False, False),
    "first is longer and both lose tokens": lambda draw: longer(draw, True, True),
    "second is longer and both lose tokens": lambda draw: longer(draw, False, True),
    "both sides are equally long and one token is too many": lambda draw: equal(draw, 1),
    "both sides are equally long and two tokens are too many": lambda draw: equal(draw, 2),
    "both sides are equally long and three tokens are too many": lambda draw: equal(draw, 3),
    "`max_length` is 5": shortest,
    "second contains [SEP]": equal_tokens,
    "texts are long": lambda draw: texts(draw, draw.size(30, 900), draw.size(30, 900), draw.size(20, 50)),
}


def what_it_is(value: Any) -> str | None:
    """What came in the place of two lists of whole numbers; None where they did."""
    if not isinstance(value, list):
        return kind_of(value)
    if len(value) != 2 or not all(isinstance(each, list) for each in value):
        odd = next((each for each in value if not isinstance(each, list)), None) if len(value) == 2 else None
        return f"two results of which one is {kind_of(odd)}" if odd is not None else kind_of(value)
    strange = next((each for ids in value for each in ids if type(each) is not int), 0)
    if type(strange) is not int:
        return f"a list in which {kind_of(strange)} stands for a token or a type"
    if any(each.bit_length() > 62 for ids in value for each in ids):
        return "a list with a number that no token has"
    return None


def kept(given: Inputs) -> tuple[int, int]:
    """How many tokens of each side are left."""
    first, second = len(given["first"]), len(given["second"])
    while first + second + SPECIALS > given["max_length"]:
        first, second = (first - 1, second) if first > second else (first, second - 1)
    return first, second


def packed(given: Inputs, first: int, second: int) -> list[int]:
    """[CLS], so many tokens of first, [SEP], so many of second, [SEP]."""
    cls_id, sep_id = given["cls_id"], given["sep_id"]
    return [cls_id, *given["first"][:first], sep_id, *given["second"][:second], sep_id]


def sides_in(given: Inputs, ids: Sequence[int]) -> tuple[int, int] | None:
    """How many tokens of each side the ids have from its beginning; None where they are nothing of the kind."""
    total = len(ids) - SPECIALS
    right = kept(given)[0]
    possible = range(max(0, total - len(given["second"])), min(len(given["first"]), total) + 1)
    for first in sorted(possible, key=lambda each: abs(each - right)):
        if packed(given, first, total - first) == ids:
            return first, total - first
    return None


def of_order(given: Inputs, value: Any) -> dict[str, Any]:
    """The tokens."""
    kind = what_it_is(value)
    ids = packed(given, *kept(given)) if kind else value[0]
    return {"kind": kind, "length": len(ids), "tokens": torch.tensor(ids, dtype=torch.int64)}


def of_types(given: Inputs, value: Any) -> dict[str, Any]:
    """The types, as many as there should be tokens."""
    kind = what_it_is(value)
    first, second = kept(given)
    types = [0] * (first + 2) + [1] * (second + 1) if kind else value[1]
    return {"kind": kind, "types in all": len(types), "types": torch.tensor(types, dtype=torch.int64)}


def of_cut(given: Inputs, value: Any) -> dict[str, Any]:
    """How long the input is, what is left of each side, and whether types fit to that."""
    kind = what_it_is(value)
    if kind:
        return {"kind": kind, "room": 0, "beginnings": True, "sides": torch.tensor(kept(given)), "fit": True}
    ids, types = value
    found = sides_in(given, ids)
    first, second = found or kept(given)
    return {
        "kind": None,
        "room": len(ids) - given["max_length"],
        "beginnings": found is not None,
        "sides": torch.tensor([first, second]),
        "fit": types == [0] * (first + 2) + [1] * (second + 1) or not found,
    }


def another_kind(got: Any, want: Any) -> Finding:
    """Something else than two lists."""
    due = "Two lists of whole numbers: input_ids and token_type_ids."
    if got == "None":
        return Finding("It returned None.", due, RETURNS_NOTHING)
    inside = str(got).startswith("a list in") or str(got).startswith("a list with")
    return Finding(f"It returned {got}.", due, "no-whole-numbers" if inside else "no-two-lists")


def tokens(number: int) -> str:
    """So many tokens, in words."""
    return f"{number} token{'s' * (number != 1)}"


def another_length(got: Any, want: Any) -> Finding:
    """Tokens too many or too few."""
    many = "more" if got > want else "fewer"
    return Finding(
        f"The input had {tokens(abs(got - want))} {many} than both sides with [CLS], [SEP] and [SEP].",
        "All tokens of both sides, and three special ones.",
        "tokens-too-many" if got > want else "tokens-missing",
    )


def other_tokens(got: Tensor, want: Tensor) -> Finding:
    """The right number of tokens, and not the right ones."""
    same = sorted(got.tolist()) == sorted(want.tolist())
    seen = "The tokens were the right ones, in another order." if same else "Other tokens came than the right ones."
    return Finding(seen, "[CLS], first, [SEP], second, [SEP].", "tokens-elsewhere" if same else "other-tokens")


def number_of_types(got: Any, want: Any) -> Finding:
    """Types too many or too few."""
    return Finding(
        f"There were {got} types for {want} tokens.", "One type for each token of the input.", "number-of-types"
    )


def other_types(got: Tensor, want: Tensor) -> Finding:
    """Types that are not the right ones."""
    due = "0 up to and including the first of the two [SEP], then 1."
    if set(got.tolist()) - {0, 1}:
        return Finding("There were types other than 0 and 1.", due, "other-types")
    if not got.diff().ne(0).any():
        return Finding(f"All types were {int(got[0])}.", due, "one-type")
    if int(got[0]) == 1 or int(got.diff().ne(0).sum()) > 1:
        return Finding("The types were not 0 first and then 1.", due, "types-mixed")
    early = int(got.sum()) > int(want.sum())
    return Finding(
        f"The types changed from 0 to 1 {'before' if early else 'after'} the place where they should.",
        due,
        "types-change-early" if early else "types-change-late",
    )


def another_room(got: Any, want: Any) -> Finding:
    """Longer than allowed, or shorter than necessary."""
    if got > want:
        return Finding(
            f"The input was {tokens(got)} longer than max_length.", "No more tokens than max_length.", "too-long"
        )
    return Finding(
        f"The input was {tokens(-got)} shorter than max_length, where the texts could have filled it.",
        "No more tokens removed than necessary.",
        "cuts-too-much",
    )


def no_beginnings(got: Any, want: Any) -> Finding:
    """Something else than the beginnings of both sides between the special tokens."""
    return Finding(
        "The input was not [CLS], the beginning of first, [SEP], the beginning of second, [SEP].",
        "Each side without some of its last tokens; all three special tokens in their places.",
        "not-the-beginnings",
    )


def other_sides(got: Tensor, want: Tensor) -> Finding:
    """The right length, with too much of one side and too little of the other."""
    more = "first" if int(got[0]) > int(want[0]) else "second"
    off = abs(int(got[0] - want[0]))
    return Finding(
        f"{more} kept {tokens(off)} more, at the cost of the other side, than it should.",
        "One token at a time from the side that is longer then, from second where both are equally long.",
        f"{more}-keeps-too-much",
    )


def unfit_types(got: Any, want: Any) -> Finding:
    """Types that fit to other lengths than those that are left."""
    return Finding(
        "After cutting, the types did not fit the tokens that were left.",
        "0 up to and including the first of the two [SEP], then 1, for the tokens that are left.",
        "types-before-cutting",
    )


def refused(draw: Draw) -> list[Case]:
    """Lengths below 5, also where the texts would fit, and empty sides; beside them, 5 and one token."""
    one, other = draw.size(1, 4), draw.size(1, 4)
    bad = draw.integer(-90, -1)

    def case(first: int, second: int, max_length: int, raises: str | None, unless: str = "no-check") -> Case:
        inputs = texts(draw, first, second, max_length - SPECIALS)
        return Case(inputs, raises=raises, unless=unless)

    return [
        case(one, other, 4, "4", "short-length-taken"),
        case(1, 1, 4, "4", "short-length-taken"),
        case(one, other, 3, "3", "short-length-taken"),
        case(one, other, draw.integer(0, 2), "", "short-length-taken"),
        case(one, other, bad, str(bad), "short-length-taken"),
        case(0, other, 20, "", "empty-side-taken"),
        case(one, 0, 20, "", "empty-side-taken"),
        case(0, 0, 20, "", "empty-side-taken"),
        case(0, 40, 20, "", "empty-side-taken"),
        case(one + 9, other, 5, None),
        case(1, 1, 5, None),
        case(1, other, 20, None),
        case(one, 1, 20, None),
    ]


ORDER: Words = {"kind": another_kind, "length": another_length, "tokens": other_tokens}
TYPES: Words = {"kind": another_kind, "types in all": number_of_types, "types": other_types}
CUT: Words = {
    "kind": another_kind,
    "room": another_room,
    "beginnings": no_beginnings,
    "sides": other_sides,
    "fit": unfit_types,
}

TESTS = HiddenTests(
    parts={
        "order": (Compare(fitting, FITS, of=of_order, words=ORDER),),
        "types": (Compare(fitting, FITS, of=of_types, words=TYPES),),
        "cut": (Compare(too_long, CUTS, of=of_cut, words=CUT),),
        "refused": (Refuse(refused, "refuses-nothing"),),
    },
    mistakes=mistake.all,
)
