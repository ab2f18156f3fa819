"""Hidden tests of `heads.best_span`."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from autograder.exercise import Inputs
from autograder.hidden.heads.best_span_mistakes import mistake
from autograder.judging.draw import Draw
from autograder.judging.parts import Case, Compare, Finding, HiddenTests, Refuse
from autograder.judging.values import kind_of

MARGIN = 0.5
"""By how much the best pair is better than the next, in units of the scores: ties are never judged."""

Drawers = dict[str, Callable[[Draw], Inputs]]


def passage(
    draw: Draw,
    length: int | None = None,
    allowed: Tensor | None = None,
    max_length: int | None = None,
    scale: float = 1.0,
    shift: float = 0.0,
) -> Inputs:
    """Logits of so many positions; all are allowed, and no span is too long, unless it is said."""
    length = draw.size(1, 18, 260) if length is None else length
    drawn = {
        "start_logits": draw.normal(length, scale=2 * scale) + shift,
        "end_logits": draw.normal(length, scale=2 * scale) + shift,
        "allowed": torch.ones(length, dtype=torch.bool) if allowed is None else allowed,
        "max_length": length + draw.integer(0, 9) if max_length is None else max_length,
    }
    return settled(drawn, scale)


def settled(drawn: Inputs, scale: float = 1.0) -> Inputs:
    """The same with a best pair that is better than all others."""
    start, end = best_pair(drawn)
    drawn["start_logits"][start] += MARGIN * scale
    drawn["end_logits"][end] += MARGIN * scale
    return drawn


def best_pair(drawn: Inputs) -> tuple[int, int]:
    """The pair with the highest sum, in double precision."""
    start, end, allowed = (drawn[name] for name in ("start_logits", "end_logits", "allowed"))
    sums = start.double()[:, None] + end.double()
    places = torch.arange(len(start))
    apart = places - places[:, None]
    possible = allowed[:, None] & allowed & (apart >= 0) & (apart < drawn["max_length"])
    best = int(sums.masked_fill(~possible, -torch.inf).argmax())
    return best // len(start), best % len(start)


def scattered(draw: Draw, max_length: int | None = None, scale: float = 1.0, shift: float = 0.0) -> Inputs:
    """Some positions are allowed, here and there; the others have the higher logits."""
    length = draw.size(3, 18, 260)
    allowed = draw.mask((length,), draw.share(0.2, 0.7))
    allowed[draw.integer(0, length - 1)] = True
    drawn = passage(draw, length, allowed, max_length, scale, shift)
    for name in ("start_logits", "end_logits"):
        drawn[name] = drawn[name] + 2 * scale * ~allowed
    return drawn


def as_in_a_window(draw: Draw) -> Inputs:
    """`[CLS] question [SEP] passage [SEP]`, of which the passage is allowed."""
    before, inside = draw.size(2, 8, 30), draw.size(1, 12, 200)
    allowed = torch.tensor([False] * before + [True] * inside + [False])
    drawn = passage(draw, len(allowed), allowed, draw.size(1, 12))
    for name in ("start_logits", "end_logits"):
        drawn[name][0] += 8  # [CLS], as where a question has no answer
    return drawn


def far_below(draw: Draw) -> Inputs:
    """Allowed positions whose logits lie so far below the others that a softmax leaves nothing of them."""
    drawn = scattered(draw)
    for name in ("start_logits", "end_logits"):
        drawn[name] = drawn[name] + 400 * ~drawn["allowed"]
    return drawn


def limited(draw: Draw) -> Inputs:
    """Spans of some length at most, where longer ones would be better."""
    length = draw.size(4, 18, 260)
    return stretched(draw, length, draw.size(1, max(2, length // 2), 30))


def stretched(draw: Draw, length: int, max_length: int) -> Inputs:
    """A good start and a good end that are further apart than a span may be long, by one more often than not."""
    drawn = passage(draw, length, max_length=max_length)
    first = draw.integer(0, max(0, length - max_length - 1))
    last = min(length - 1, first + max_length + draw.integer(0, 2) // 2)
    drawn["start_logits"][first] += 3
    drawn["end_logits"][last] += 3
    return settled(drawn)


def start_after_end(draw: Draw) -> Inputs:
    """The best start stands behind the best end."""
    drawn = passage(draw, draw.size(3, 18, 60))
    length = len(drawn["allowed"])
    last = draw.integer(1, length - 1)
    drawn["start_logits"][last] += 9
    drawn["end_logits"][draw.integer(0, last - 1)] += 9
    return settled(drawn)


def one_token(draw: Draw) -> Inputs:
    """The best span is a single token."""
    drawn = passage(draw, draw.size(2, 18, 60))
    place = draw.integer(0, len(drawn["allowed"]) - 1)
    for name in ("start_logits", "end_logits"):
        drawn[name][place] += 9
    return drawn


def whole_passage(draw: Draw) -> Inputs:
    """The best span goes from the first position to the last."""
    drawn = passage(draw, draw.size(2, 18, 60))
    drawn["start_logits"][0] += 12
    drawn["end_logits"][-1] += 12
    return drawn


def negative(draw: Draw) -> Inputs:
    """All logits are below 0."""
    return passage(draw, draw.size(2, 18), shift=-30.0)


def deep(draw: Draw, *shifts: float) -> Inputs:
    """All sums are below whatever an answer may begin with."""
    return scattered(draw, scale=2.0, shift=draw.contents.choice(shifts))


def gaps(draw: Draw) -> Inputs:
    """Every other position is allowed, and the best pair but for its length has few of them inside."""
    length, most = draw.size(9, 18), draw.integer(3, 4)
    allowed = torch.arange(length) % 2 == 0
    drawn = passage(draw, length, allowed, most)
    first = 2 * draw.integer(0, (length - 5) // 2)
    drawn["start_logits"][first] += 9
    drawn["end_logits"][first + 4] += 9
    return settled(drawn)


def infinite(draw: Draw) -> Inputs:
    """Some logits are minus infinity, at allowed positions too; one pair is finite at least."""
    drawn = scattered(draw)
    length = len(drawn["allowed"])
    there = int(drawn["allowed"].nonzero()[0])
    for name in ("start_logits", "end_logits"):
        hidden = draw.mask((length,), 0.4)
        hidden[there] = False
        drawn[name] = drawn[name].masked_fill(hidden, -torch.inf)
    return settled(drawn)


def only_one(draw: Draw) -> Inputs:
    """One position is allowed."""
    length = draw.size(3, 18, 60)
    allowed = torch.zeros(length, dtype=torch.bool)
    allowed[draw.integer(1, length - 1)] = True
    drawn = passage(draw, length, allowed)
    for name in ("start_logits", "end_logits"):
        drawn[name] -= 20 * allowed
    return drawn


def many_rivals(draw: Draw) -> Inputs:
    """The best pair lies between more than twenty better ends in front of it and as many better starts behind it."""
    ends, inside, starts = draw.sizes.randint(24, 40), draw.size(2, 12), draw.sizes.randint(24, 40)
    drawn = passage(draw, ends + inside + starts)
    drawn["end_logits"][:ends] += 20
    drawn["start_logits"][:ends] -= 60
    drawn["start_logits"][-starts:] += 20
    drawn["end_logits"][-starts:] -= 60
    return settled(drawn)


HIGHEST: Drawers = {
    "there is one position": lambda draw: passage(draw, 1),
    "there are two positions": lambda draw: passage(draw, 2),
    "the best start stands behind the best end": start_after_end,
    "the best span is one token": one_token,
    "the best span is the whole passage": whole_passage,
    "all logits are negative": negative,
    "all logits are positive": lambda draw: passage(draw, draw.size(2, 18), shift=30.0),
    "logits are far apart": lambda draw: passage(draw, draw.size(2, 18), scale=80.0),
    "there are more than twenty positions": lambda draw: passage(draw, draw.sizes.randint(24, 60)),
    "more than twenty starts and ends are better than those of the best pair": many_rivals,
    "there are hundreds of positions": lambda draw: passage(draw, draw.sizes.randint(180, 300), max_length=25),
}
ALLOWED: Drawers = {
    "the middle is allowed": as_in_a_window,
    "one position is allowed": only_one,
    "sums are far below 0": lambda draw: deep(draw, -70.0, -600.0),
    "sums are below a million": lambda draw: deep(draw, -9e5),
    "what is not allowed has far higher logits": far_below,
    "some logits are minus infinity": infinite,
    "some are allowed, and no span is longer than two": lambda draw: scattered(draw, 2),
    "some are allowed, and no span is longer than one": lambda draw: scattered(draw, 1),
}
LENGTH: Drawers = {
    "`max_length` is 1": lambda draw: stretched(draw, draw.size(3, 18), 1),
    "some positions inside are not allowed": gaps,
    "`max_length` is 2": lambda draw: stretched(draw, draw.size(4, 18), 2),
    "`max_length` is the number of positions": lambda draw: exactly(draw, 0),
    "`max_length` is one less than the number of positions": lambda draw: exactly(draw, 1),
    "`max_length` is far larger than the number of positions": lambda draw: passage(
        draw, draw.size(2, 18), None, 9_000
    ),
}


def exactly(draw: Draw, less: int) -> Inputs:
    """From the first position to the last would be the best, and is as long as is allowed, or one longer."""
    length = draw.size(3, 18)
    drawn = passage(draw, length, max_length=length - less)
    drawn["start_logits"][0] += 12
    drawn["end_logits"][-1] += 12
    return settled(drawn)


def what_it_is(value: Any) -> str | None:
    """What came in the place of two whole numbers; None where they did."""
    if not isinstance(value, list) or len(value) != 2:
        return kind_of(value)
    odd = next((each for each in value if type(each) is not int), None)
    if odd is None and None not in value:
        return None
    return f"two results of which one is {kind_of(odd)}"


def of_pair(given: Inputs, value: Any) -> dict[str, Any]:
    """Whether it is a span of those that are asked for, and whether it is the best."""
    right = best_pair(given)
    kind = what_it_is(value)
    start, end = right if kind else value
    length = len(given["allowed"])
    inside = 0 <= start < length and 0 <= end < length
    if not inside:
        start, end = right
    return {
        "kind": kind,
        "inside": inside,
        "order": start <= end,
        "ends": all(bool(given["allowed"][place]) for place in (start, end)),
        "tokens": end - start < given["max_length"],
        "best": (start, end) == right,
    }


def another_kind(got: Any, want: Any) -> Finding:
    """Something else than two whole numbers."""
    due = "Two whole numbers, start and end."
    if got == "None":
        return Finding("It returned None.", due, "returns-nothing")
    return Finding(f"It returned {got}.", due, "tensors-for-numbers" if "tensor" in str(got) else "no-two-numbers")


def outside(got: Any, want: Any) -> Finding:
    """A position that does not exist."""
    return Finding("A start or end was no position of the passage.", "Positions from 0 to T - 1.", "outside")


def disordered(got: Any, want: Any) -> Finding:
    """The start stands behind the end."""
    return Finding("The start came behind the end.", "A start that is not behind its end.", "start-behind-end")


def not_allowed(got: Any, want: Any) -> Finding:
    """An end that is not allowed."""
    return Finding(
        "The span began or ended where `allowed` is False.", "Both ends where `allowed` is True.", "forbidden-ends"
    )


def too_many_tokens(got: Any, want: Any) -> Finding:
    """More tokens than `max_length`."""
    return Finding(
        "The span had more tokens than `max_length`.", "At most `max_length` tokens, both ends counted.", "too-long"
    )


def not_the_best(got: Any, want: Any) -> Finding:
    """A span, and not the best."""
    return Finding(
        "It was a span that may be chosen, but another one has a higher sum.",
        "The highest sum of a start's logit and an end's, among all pairs that make a span.",
        "not-the-highest",
    )


WORDS = {
    "kind": another_kind,
    "inside": outside,
    "order": disordered,
    "ends": not_allowed,
    "tokens": too_many_tokens,
    "best": not_the_best,
}


def refused(draw: Draw) -> list[Case]:
    """Nothing is allowed, or no length; beside them, one position and a length of 1."""
    size = draw.size(2, 9)
    nowhere = torch.zeros(size, dtype=torch.bool)
    everywhere = ~nowhere

    def case(allowed: Tensor, max_length: int, raises: str | None, what: str = "") -> Case:
        logits = {name: draw.normal(len(allowed)) for name in ("start_logits", "end_logits")}
        return Case(
            logits | {"allowed": allowed, "max_length": max_length}, raises=raises, what=what, unless=UNLESS[what]
        )

    one = nowhere.clone()
    one[draw.integer(0, size - 1)] = True
    return [
        case(nowhere, size, "", NOWHERE),
        case(nowhere[:1], 3, "", NOWHERE),
        case(nowhere, 1, "", NOWHERE),
        case(everywhere, 0, "", NO_LENGTH),
        case(one, 0, "", NO_LENGTH),
        case(everywhere, draw.integer(-90, -1), "", NO_LENGTH),
        case(nowhere, 0, "", NOWHERE),
        case(one, 1, None),
        case(everywhere[:1], 1, None),
        case(one, 9_000, None),
    ]


NOWHERE, NO_LENGTH = "`allowed` that is nowhere True", "a `max_length` below 1"
UNLESS = {NOWHERE: "nothing-allowed-taken", NO_LENGTH: "no-length-taken", "": None}

TESTS = HiddenTests(
    parts={
        "highest": (Compare(passage, HIGHEST, of=of_pair, words=WORDS),),
        "allowed": (Compare(scattered, ALLOWED, of=of_pair, words=WORDS, cases=1),),
        "length": (Compare(limited, LENGTH, of=of_pair, words=WORDS, cases=1),),
        "refused": (Refuse(refused, "refuses-nothing"),),
    },
    mistakes=mistake.all,
)
