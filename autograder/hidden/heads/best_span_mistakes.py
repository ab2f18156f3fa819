"""Known mistakes of `heads.best_span`."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from autograder.judging.parts import Mistakes
from bertkit.objectives.spans import best_span

mistake = Mistakes()

Answer = Callable[[Tensor, Tensor, Tensor, int], Any]
LOWEST = -torch.inf


def apart(length: int) -> Tensor:
    """How many positions the end stands behind the start. Shape: (T, T)"""
    places = torch.arange(length)
    return places - places[:, None]


def both(allowed: Tensor) -> Tensor:
    """Where both ends are allowed. Shape: (T, T)"""
    return allowed[:, None] & allowed


def chosen(scores: Tensor, possible: Tensor) -> tuple[int, int]:
    """The pair with the highest score among those that are possible; raises where none is."""
    if not possible.any():
        raise ValueError("no span is left")
    place = int(scores.masked_fill(~possible, LOWEST).argmax())
    return place // len(scores), place % len(scores)


def among(possible: Callable[[Tensor, Tensor, int], Tensor]) -> Answer:
    """The highest sum among other pairs: a function of how far apart they are, of `allowed` and of `max_length`."""

    def answer(start_logits: Tensor, end_logits: Tensor, allowed: Tensor, max_length: int) -> tuple[int, int]:
        pairs = possible(apart(len(allowed)), allowed, max_length)
        return chosen(start_logits[:, None] + end_logits, pairs)

    return answer


def by_score(score: Callable[[Tensor, Tensor], Tensor]) -> Answer:
    """The highest of other scores of the pairs."""

    def answer(start_logits: Tensor, end_logits: Tensor, allowed: Tensor, max_length: int) -> tuple[int, int]:
        distance = apart(len(allowed))
        possible = both(allowed) & (distance >= 0) & (distance < max_length)
        return chosen(score(start_logits, end_logits), possible)

    return answer


def checked(allowed: Tensor, max_length: int) -> None:
    """Raises where no pair is left."""
    if max_length < 1 or not allowed.any():
        raise ValueError("no span is left")


def best_of(logits: Tensor, possible: Tensor) -> int:
    """The best position among some."""
    return int(logits.masked_fill(~possible, LOWEST).argmax())


# ------------------------------------------------------------------------------------------------- one after the other


@mistake(
    "The best start and the best end were chosen each by itself, so that the one may stand behind the other.",
    "Whether your code ever looks at a start and an end together.",
)
def each_by_itself(start_logits: Tensor, end_logits: Tensor, allowed: Tensor, max_length: int) -> tuple[int, int]:
    checked(allowed, max_length)
    return best_of(start_logits, allowed), best_of(end_logits, allowed)


@mistake(
    "The best start and the best end were chosen each by itself, without a look at `allowed` either.",
    "Whether your code ever looks at a start and an end together.",
)
def two_maxima(start_logits: Tensor, end_logits: Tensor, allowed: Tensor, max_length: int) -> tuple[int, int]:
    checked(allowed, max_length)
    return int(start_logits.argmax()), int(end_logits.argmax())


@mistake(
    "Start and end were chosen each by itself, and exchanged where they came in the wrong order. That is another span.",
    "What the sum of logits of the exchanged pair is.",
)
def exchanged(start_logits: Tensor, end_logits: Tensor, allowed: Tensor, max_length: int) -> tuple[int, int]:
    start, end = each_by_itself(start_logits, end_logits, allowed, max_length)
    return min(start, end), max(start, end)


@mistake(
    "The best start was chosen first, and then the best end for it. A lesser start may have a far better end.",
    "Whether every start gets its chance.",
)
def start_first(start_logits: Tensor, end_logits: Tensor, allowed: Tensor, max_length: int) -> tuple[int, int]:
    checked(allowed, max_length)
    start = best_of(start_logits, allowed)
    places = torch.arange(len(allowed))
    return start, best_of(end_logits, allowed & (places >= start) & (places < start + max_length))


@mistake(
    "The best end was chosen first, and then the best start for it. A lesser end may have a far better start.",
    "Whether every end gets its chance.",
)
def end_first(start_logits: Tensor, end_logits: Tensor, allowed: Tensor, max_length: int) -> tuple[int, int]:
    checked(allowed, max_length)
    end = best_of(end_logits, allowed)
    places = torch.arange(len(allowed))
    return best_of(start_logits, allowed & (places <= end) & (places > end - max_length)), end


@mistake(
    "Only the twenty best starts and ends were tried. The best pair may be made of others.",
    "Every `topk`, and every number that limits how many are tried.",
)
def twenty_best(start_logits: Tensor, end_logits: Tensor, allowed: Tensor, max_length: int) -> tuple[int, int]:
    checked(allowed, max_length)
    few = torch.zeros(2, len(allowed), dtype=torch.bool)
    for row, logits in zip(few, (start_logits, end_logits), strict=True):
        row[logits.masked_fill(~allowed, LOWEST).topk(min(20, len(allowed))).indices] = True
    distance = apart(len(allowed))
    possible = both(allowed) & (distance >= 0) & (distance < max_length)
    return chosen(start_logits[:, None] + end_logits, possible & few[0][:, None] & few[1])


# --------------------------------------------------------------------------------------------------------- which pairs

for name, likely, look_at, possible in (
    (
        "order-ignored",
        "Pairs whose start stands behind their end were tried too.",
        "The condition that a pair has to meet: which of the two comes first?",
        lambda distance, allowed, most: both(allowed) & (distance < most) & (most > 0),
    ),
    (
        "distance-without-sign",
        "The distance of the two was taken without its sign, so that a start may stand behind its end.",
        "`abs`, and the order in which you take one from the other.",
        lambda distance, allowed, most: both(allowed) & (distance.abs() < most),
    ),
    (
        "allowed-ignored",
        "`allowed` has no say: question, [CLS] and padding can be answers.",
        "Where `allowed` enters your code.",
        lambda distance, allowed, most: (distance >= 0) & (distance < most) & allowed.any(),
    ),
    (
        "start-alone-allowed",
        "`allowed` is asked about the start alone.",
        "Both ends of a span have to be allowed.",
        lambda distance, allowed, most: allowed[:, None] & (distance >= 0) & (distance < most),
    ),
    (
        "end-alone-allowed",
        "`allowed` is asked about the end alone.",
        "Both ends of a span have to be allowed.",
        lambda distance, allowed, most: allowed & (distance >= 0) & (distance < most),
    ),
    (
        "one-end-allowed",
        "A pair was taken where one of its ends is allowed. Both have to be.",
        "The word between the two conditions: `|` or `&`?",
        lambda distance, allowed, most: (allowed[:, None] | allowed) & (distance >= 0) & (distance < most),
    ),
    (
        "allowed-inverted",
        "`allowed` was read the wrong way round.",
        "Every `~` and `not` in front of `allowed`.",
        lambda distance, allowed, most: both(~allowed) & (distance >= 0) & (distance < most),
    ),
    (
        "all-inside-allowed",
        "Every position of a span was asked to be allowed. It is the two ends that have to be.",
        "Which positions of a pair your code looks up in `allowed`.",
        lambda distance, allowed, most: (
            both(allowed)
            & (distance >= 0)
            & (distance < most)
            & (allowed.cumsum(0) - allowed.cumsum(0)[:, None] == distance)
        ),
    ),
    (
        "length-of-allowed",
        "The length of a span was counted in allowed positions. Every token from start to end counts.",
        "What you compare `max_length` with.",
        lambda distance, allowed, most: (
            both(allowed) & (distance >= 0) & (allowed.cumsum(0) - allowed.cumsum(0)[:, None] < most)
        ),
    ),
    (
        "one-token-too-long",
        "A span may be one token longer than `max_length`: both ends count.",
        "The comparison with `max_length`: `<` or `<=`, and the end of every `range` and slice.",
        lambda distance, allowed, most: both(allowed) & (distance >= 0) & (distance <= most) & (most > 0),
    ),
    (
        "one-token-too-short",
        "A span of exactly `max_length` tokens was left out.",
        "The comparison with `max_length`, and the end of every `range` and slice.",
        lambda distance, allowed, most: both(allowed) & (distance >= 0) & (distance < most - 1),
    ),
    (
        "length-ignored",
        "`max_length` has no say.",
        "Where `max_length` enters your code.",
        lambda distance, allowed, most: both(allowed) & (distance >= 0) & (most > 0),
    ),
    (
        "two-tokens-at-least",
        "A span of one token, which starts where it ends, was left out.",
        "The comparison of start and end: `<` or `<=`?",
        lambda distance, allowed, most: both(allowed) & (distance > 0) & (distance < most),
    ),
    (
        "one-token-always",
        "Start and end were always the same position.",
        "Which ends are tried for a start.",
        lambda distance, allowed, most: both(allowed) & (distance == 0) & (most > 0),
    ),
):
    mistake.add(name, likely, look_at, among(possible))


@mistake(
    "The last position is never an end.",
    "The end of every `range` and slice.",
)
def without_last(start_logits: Tensor, end_logits: Tensor, allowed: Tensor, max_length: int) -> tuple[int, int]:
    checked(allowed, max_length)
    places = torch.arange(len(allowed))
    shortened = allowed & (places < len(allowed) - 1)
    return best_span(start_logits, end_logits, shortened if shortened.any() else allowed, max_length)


@mistake(
    "Position 0 is never a start, although `allowed` says so.",
    "The beginning of every `range` and slice, and every truth value of a position: 0 counts as false.",
)
def without_first(start_logits: Tensor, end_logits: Tensor, allowed: Tensor, max_length: int) -> tuple[int, int]:
    checked(allowed, max_length)
    shortened = allowed & (torch.arange(len(allowed)) > 0)
    return best_span(start_logits, end_logits, shortened if shortened.any() else allowed, max_length)


# --------------------------------------------------------------------------------------------------------- which score

for name, likely, look_at, score in (
    (
        "product-of-logits",
        "The logits were multiplied. Two negative ones make a large product; it is their sum that counts.",
        "The score of a pair: `*` or `+`?",
        lambda start, end: start[:, None] * end,
    ),
    (
        "larger-of-both",
        "The larger of the two logits counts alone.",
        "The score of a pair: both logits enter it.",
        lambda start, end: torch.maximum(start[:, None], end[None]),
    ),
    (
        "smaller-of-both",
        "The smaller of the two logits counts alone.",
        "The score of a pair: both logits enter it.",
        lambda start, end: torch.minimum(start[:, None], end[None]),
    ),
    (
        "start-counts-alone",
        "The logit of the start counts alone.",
        "The score of a pair: both logits enter it.",
        lambda start, end: start[:, None] + 0 * end.nan_to_num(neginf=0.0),
    ),
    (
        "end-counts-alone",
        "The logit of the end counts alone.",
        "The score of a pair: both logits enter it.",
        lambda start, end: 0 * start.nan_to_num(neginf=0.0)[:, None] + end,
    ),
    (
        "lowest-sum",
        "The pair with the lowest sum was chosen.",
        "The direction of the comparison, `min` and `argmin`.",
        lambda start, end: -(start[:, None] + end),
    ),
    (
        "mean-over-length",
        "The sum was divided by the length of the span, so that short ones win.",
        "The score of a pair: the length decides only whether it may be chosen.",
        lambda start, end: (start[:, None] + end) / (apart(len(start)) + 1).clamp(min=1),
    ),
    (
        "probabilities-vanish",
        "Probabilities were multiplied. Where other positions have far higher logits, they are all 0 in the computer.",
        "`softmax` and `exp`: sums of logits need neither.",
        lambda start, end: start.softmax(0)[:, None] * end.softmax(0),
    ),
    (
        "probabilities-added",
        "Probabilities were added. It is the sum of the logits that counts.",
        "`softmax`: what is added has to be logits.",
        lambda start, end: start.softmax(0)[:, None] + end.softmax(0),
    ),
    (
        "start-and-end-exchanged",
        "The logits of starts were read as those of ends, and the other way round.",
        "Which of the two belongs to the rows of your table, and which to the columns.",
        lambda start, end: end[:, None] + start,
    ),
):
    mistake.add(name, likely, look_at, by_score(score))


def begins_with(lowest: float) -> Answer:
    """Whatever is better than some number; the first pair where none is."""

    def answer(start_logits: Tensor, end_logits: Tensor, allowed: Tensor, max_length: int) -> tuple[int, int]:
        start, end = best_span(start_logits, end_logits, allowed, max_length)
        return (start, end) if float(start_logits[start] + end_logits[end]) > lowest else (0, 0)

    return answer


mistake.add(
    "begins-with-zero",
    "The search begins with 0 as the best score so far, so that nothing is found where all sums are negative.",
    "The value that your best score has before the first pair is tried.",
    begins_with(0.0),
)
mistake.add(
    "begins-with-minus-hundred",
    "The search begins with some negative number as the best score so far, and there are sums below it.",
    "The value that your best score has before the first pair is tried: which number is below all others?",
    begins_with(-100.0),
)


def hidden_behind(lowest: float) -> Answer:
    """Other pairs get some low score that is not the lowest there is."""

    def answer(start_logits: Tensor, end_logits: Tensor, allowed: Tensor, max_length: int) -> tuple[int, int]:
        checked(allowed, max_length)
        distance = apart(len(allowed))
        possible = both(allowed) & (distance >= 0) & (distance < max_length)
        place = int((start_logits[:, None] + end_logits).masked_fill(~possible, lowest).argmax())
        return place // len(allowed), place % len(allowed)

    return answer


for name, lowest in (("other-pairs-zero", 0.0), ("other-pairs-minus-hundred", -100.0)):
    mistake.add(
        name,
        f"Pairs that may not be chosen were given the score {lowest:g}, and all others can be below that.",
        "The number that stands in the place of their sums: which one is below all others?",
        hidden_behind(lowest),
    )


@mistake(
    "Logits that are not allowed were multiplied by 0, which is more than a negative logit.",
    "What `allowed` does to the logits: which number is below all others?",
)
def multiplied_by_allowed(
    start_logits: Tensor, end_logits: Tensor, allowed: Tensor, max_length: int
) -> tuple[int, int]:
    checked(allowed, max_length)
    distance = apart(len(allowed))
    return chosen((start_logits * allowed)[:, None] + end_logits * allowed, (distance >= 0) & (distance < max_length))


# -------------------------------------------------------------------------------------------------------- what is told


@mistake("The end is one too far: both positions belong to the span.", "The last line: is anything added to the end?")
def end_exclusive(start_logits: Tensor, end_logits: Tensor, allowed: Tensor, max_length: int) -> tuple[int, int]:
    start, end = best_span(start_logits, end_logits, allowed, max_length)
    return start, end + 1


@mistake("Start and number of tokens came back in the place of start and end.", "The second result.")
def start_and_length(start_logits: Tensor, end_logits: Tensor, allowed: Tensor, max_length: int) -> tuple[int, int]:
    start, end = best_span(start_logits, end_logits, allowed, max_length)
    return start, end - start + 1


@mistake("End and start came back, in this order.", "The order after `return`, and what rows and columns stand for.")
def end_before_start(start_logits: Tensor, end_logits: Tensor, allowed: Tensor, max_length: int) -> tuple[int, int]:
    start, end = best_span(start_logits, end_logits, allowed, max_length)
    return end, start


@mistake(
    "The positions were counted among the allowed ones, and not among all.",
    "What an index into a shortened tensor means in the whole one.",
)
def counted_among_allowed(
    start_logits: Tensor, end_logits: Tensor, allowed: Tensor, max_length: int
) -> tuple[int, int]:
    few = int(allowed.sum())
    checked(allowed, max_length)
    return best_span(start_logits[allowed], end_logits[allowed], torch.ones(few, dtype=torch.bool), max_length)


@mistake("Tensors came back in the place of numbers.", "`argmax` and `max` give tensors: what makes a number of one?")
def returns_tensors(start_logits: Tensor, end_logits: Tensor, allowed: Tensor, max_length: int) -> tuple[Any, Any]:
    start, end = best_span(start_logits, end_logits, allowed, max_length)
    return torch.tensor(start), torch.tensor(end)


@mistake("The score came back beside the pair.", "What stands after `return`: start and end alone.")
def returns_score(start_logits: Tensor, end_logits: Tensor, allowed: Tensor, max_length: int) -> tuple[Any, ...]:
    start, end = best_span(start_logits, end_logits, allowed, max_length)
    return start, end, float(start_logits[start] + end_logits[end])


@mistake(
    "What is not allowed was set to minus infinity in the caller's logits.",
    "Methods ending in `_` and assignments to `logits[...]`: work on something of your own.",
)
def writes_into_logits(start_logits: Tensor, end_logits: Tensor, allowed: Tensor, max_length: int) -> tuple[int, int]:
    start_logits[~allowed] = LOWEST
    end_logits[~allowed] = LOWEST
    return best_span(start_logits, end_logits, allowed, max_length)


# ------------------------------------------------------------------------------------------------------ what is refused


@mistake(
    "Where no pair is left, a pair comes back all the same.",
    "What the docstring has under Raises: how do you know that no pair was found?",
)
def refuses_nothing(start_logits: Tensor, end_logits: Tensor, allowed: Tensor, max_length: int) -> tuple[int, int]:
    if max_length < 1 or not allowed.any():
        return 0, 0
    return best_span(start_logits, end_logits, allowed, max_length)


@mistake(
    "Where no pair is left, None comes back, which callers take apart and stop at.",
    "What the docstring has under Raises: how do you know that no pair was found?",
)
def none_for_no_pair(start_logits: Tensor, end_logits: Tensor, allowed: Tensor, max_length: int) -> Any:
    if max_length < 1 or not allowed.any():
        return None
    return best_span(start_logits, end_logits, allowed, max_length)


@mistake(
    "A `max_length` below 1 is taken: there is no span without a token.",
    "Every `max(1, ...)`, and how an end before the start comes about.",
)
def no_length_taken(start_logits: Tensor, end_logits: Tensor, allowed: Tensor, max_length: int) -> tuple[int, int]:
    return best_span(start_logits, end_logits, allowed, max(max_length, 1))


@mistake(
    "Where nothing is allowed, a pair comes back all the same.",
    "What your code does where `allowed` is nowhere True.",
)
def nothing_allowed_taken(
    start_logits: Tensor, end_logits: Tensor, allowed: Tensor, max_length: int
) -> tuple[int, int]:
    return best_span(start_logits, end_logits, allowed if allowed.any() else ~allowed, max_length)


# ------------------------------------------------------------------------------------------------ known by what is seen

for name, likely, look_at in (
    (
        "start-behind-end",
        "Start and end were not chosen together, or nothing keeps them in order.",
        "The condition that a pair has to meet.",
    ),
    (
        "forbidden-ends",
        "`allowed` is not asked about both ends, or what it forbids can still be the best.",
        "Where `allowed` enters your code: for the start, and for the end.",
    ),
    (
        "too-long",
        "Nothing keeps a span from being longer than `max_length`, or the count of its tokens is off.",
        "What you compare `max_length` with.",
    ),
    (
        "not-the-highest",
        "Not every pair was tried, or they were compared by something else than the sum of their two logits.",
        "Which pairs your code tries, what it begins with, and what it compares.",
    ),
    (
        "outside",
        "A place in some smaller or larger tensor was taken for a position.",
        "What your index counts: positions, pairs, or something that was cut out.",
    ),
    ("tensors-for-numbers", "Tensors came back in the place of numbers.", "The type of both results."),
    ("no-two-numbers", "Something else than two whole numbers came back.", "What stands after `return`."),
):
    mistake.add(name, likely, look_at, None)
