"""Hidden tests of `finetuning.entity_f1`."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import torch

from autograder.calls import KEPT
from autograder.exercise import Inputs
from autograder.hidden.finetuning.entity_f1_mistakes import Span, mistake
from autograder.judging.comparing import off
from autograder.judging.draw import Draw
from autograder.judging.forms import form_name
from autograder.judging.parts import AGAIN, TOLERANCES, Case, Compare, Finding, HiddenTests, Refuse
from autograder.judging.values import kind_of

LETTERS = "abdefgmnoprstuvxyz"
ROUNDING = TOLERANCES | {torch.float64: 1e-12}
"""Counts are whole: what their quotients leave is far below what a number added to them makes."""
TRACE = 2e-6
Written = list[list[str]]


def word(draw: Draw) -> str:
    """A name of a few letters."""
    drawn = "".join(draw.contents.choice(LETTERS) for _ in range(draw.integer(2, 5)))
    return draw.contents.choice([drawn, drawn.upper(), drawn.capitalize()])


def plain_types(draw: Draw, number: int = 3) -> list[str]:
    """Names that have nothing in common."""
    return [f"{LETTERS[place]}{word(draw)}" for place in range(number)]


def alike_types(draw: Draw) -> list[str]:
    """Names with hyphens, names that begin or end like others, and names that differ by the case of a letter."""
    one, other = word(draw).lower(), word(draw).lower()
    return [one, f"{one}-{other}", f"{other}-{one}", f"{one}{other}", one.upper(), f"{one}-{word(draw)}-{other}"]


def layout(draw: Draw, length: int, types: list[str], dense: bool = False) -> list[Span]:
    """Entities in a text, from left to right."""
    found: list[Span] = []
    place = 0 if dense else draw.integer(0, 2)
    while place < length:
        end = min(length, place + draw.integer(1, 3))
        found.append((place, end, draw.contents.choice(types)))
        place = end + (0 if draw.integer(0, 2 if not dense else 4) else draw.integer(1, 2))
    return found


def changed(draw: Draw, entities: list[Span], length: int, types: list[str], keep: float = 0.5) -> list[Span]:
    """The same as somebody predicts them: some right, others missing, of another type, longer or shorter."""
    found: list[Span] = []
    for start, end, kind in entities:
        if draw.share() < keep:
            found.append((start, end, kind))
            continue
        how = draw.contents.choice(["missing", "type", "shorter", "shorter", "longer", "split"])
        if how == "type":
            found.append((start, end, draw.contents.choice([each for each in types if each != kind] or types)))
        elif how == "shorter" and end - start > 1:
            found.append((start + 1, end, kind) if draw.integer(0, 1) else (start, end - 1, kind))
        elif how == "longer" and end < length:
            found.append((start, end + 1, kind))
        elif how == "split" and end - start > 1:
            found += [(start, start + 1, kind), (start + 1, end, kind)]
    ends = [0, *(each[1] for each in found)]
    return [each for each, before in zip(found, ends, strict=False) if each[0] >= before]


def written(length: int, entities: list[Span], starts_with_i: Callable[[], bool] = lambda: False) -> list[str]:
    """The tags of some entities. Where it is possible, one may begin with `I-`: right after its own type it cannot."""
    tags = ["O"] * length
    for place, (start, end, kind) in enumerate(entities):
        tags[start:end] = [f"I-{kind}"] * (end - start)
        follows = place > 0 and entities[place - 1][1:] == (start, kind)
        if follows or not starts_with_i():
            tags[start] = f"B-{kind}"
    return tags


def texts(
    draw: Draw,
    types: list[str] | None = None,
    count: int | None = None,
    keep: float = 0.5,
    orphans: bool = False,
    dense: bool = False,
    length: int | None = None,
) -> Inputs:
    """Texts with entities, and what was predicted for them; with `orphans`, many begin with `I-`."""
    types = plain_types(draw) if types is None else types
    predicted: Written = []
    gold: Written = []
    for _ in range(draw.size(3, 7, 60) if count is None else count):
        tags = draw.integer(4, 12) if length is None else length
        truth = layout(draw, tags, types, dense)
        guesses = changed(draw, truth, tags, types, keep)
        for side, found in ((predicted, guesses), (gold, truth)):
            side.append(written(tags, found, lambda: orphans and draw.integer(0, 2) > 0))
    return {"predicted": predicted, "gold": gold}


def equally_long(draw: Draw) -> Inputs:
    """Texts of one length: those of one side can stand in any order."""
    return texts(draw, length=draw.size(5, 9))


def at_the_end(draw: Draw) -> Inputs:
    """Each text ends in an entity, most of which are found."""
    drawn = texts(draw)
    kind = plain_types(draw)[0]
    for ours, theirs in zip(drawn["predicted"], drawn["gold"], strict=True):
        tail = ["O", f"B-{kind}", *[f"I-{kind}"] * draw.integer(0, 2)]
        theirs += tail
        ours += tail if draw.integer(0, 3) else ["O"] * len(tail)
    return drawn


def of_single_words(draw: Draw) -> Inputs:
    """All entities have one word."""
    drawn = texts(draw)
    return {name: [[tag.replace("I-", "B-", 1) for tag in tags] for tags in side] for name, side in drawn.items()}


def the_same_again(draw: Draw) -> Inputs:
    """The same text several times, predicted now and then."""
    drawn = texts(draw, count=1, keep=1.0)
    (gold,) = drawn["gold"]
    count = draw.integer(3, 6)
    nothing = ["O"] * len(gold)
    found = [True, *(draw.integer(0, 1) == 1 for _ in range(count - 1)), False]
    return {
        "predicted": [list(gold if each else nothing) for each in found],
        "gold": [list(gold) for _ in range(count + 1)],
    }


def with_a_long_one(draw: Draw) -> Inputs:
    """Some texts, and one of several hundred tags."""
    some, long = texts(draw, count=2), texts(draw, count=1, length=draw.integer(300, 600))
    return {name: [*some[name], *long[name]] for name in some}


def other_types(draw: Draw) -> Inputs:
    """Every other entity has the right span and another type."""
    drawn = texts(draw, keep=1.0)
    kinds = plain_types(draw)
    for tags in drawn["predicted"][::2]:
        tags[:] = [f"{tag[:2]}{kinds[0]}x" if tag != "O" else tag for tag in tags]
    return drawn


SPANS = {
    "there is one text": lambda draw: texts(draw, count=1, keep=0.6),
    "there are many texts": lambda draw: texts(draw, count=draw.integer(60, 90)),
    "a text is long": with_a_long_one,
    "all is right": lambda draw: texts(draw, keep=1.0),
    "entities stand side by side": lambda draw: texts(draw, plain_types(draw, 2), dense=True),
    "there is one type": lambda draw: texts(draw, plain_types(draw, 1), dense=True),
    "texts end in an entity": at_the_end,
    "all entities have one word": of_single_words,
    "the same text comes again": the_same_again,
    "spans are right and types are not": other_types,
    "one type is rare": lambda draw: texts(draw, plain_types(draw, 1) * 9 + plain_types(draw, 2)[1:], keep=0.7),
    "there are empty texts": lambda draw: (lambda drawn: {name: [[], *side, []] for name, side in drawn.items()})(
        texts(draw)
    ),
}


def pair(draw: Draw, *tags: str, gold: tuple[str, ...]) -> Inputs:
    """Some texts, and one with these tags."""
    drawn = texts(draw, count=2)
    return {"predicted": [*drawn["predicted"], [*tags]], "gold": [*drawn["gold"], [*gold]]}


def after(draw: Draw, *before: str) -> Inputs:
    """An `I-` after these tags, in which `X` is its type and `Y` another; the right tags have a `B-` there."""
    one, other = plain_types(draw, 2)
    named = [tag.replace("X", one).replace("Y", other) for tag in before]
    rest = [f"I-{one}", "O"]
    return pair(draw, *named, f"I-{one}", *rest, gold=(*named, f"B-{one}", *rest))


def over_the_end(draw: Draw) -> Inputs:
    """A text ends in an entity, and the next one begins with an `I-` of its type."""
    (one,) = plain_types(draw, 1)
    ours = [["O", f"B-{one}"], [f"I-{one}", "O", f"B-{one}"], [f"I-{one}", f"I-{one}"]]
    theirs = [["O", f"B-{one}"], [f"B-{one}", "O", "O"], [f"B-{one}", f"I-{one}"]]
    drawn = texts(draw, count=1)
    return {"predicted": [*ours, *drawn["predicted"]], "gold": [*theirs, *drawn["gold"]]}


def around_the_end(draw: Draw) -> Inputs:
    """Texts begin with an `I-` of the type that they end in."""
    (one,) = plain_types(draw, 1)
    tags = [f"I-{one}", f"I-{one}", "O", f"B-{one}", f"I-{one}"]
    return pair(draw, *tags, gold=(f"B-{one}", *tags[1:]))


STARTS = {
    "an `I-` stands at the beginning": lambda draw: after(draw),
    "an `I-` comes after O": lambda draw: after(draw, "O"),
    "an `I-` comes after a `B-` of another type": lambda draw: after(draw, "O", "B-Y"),
    "an `I-` comes after an `I-` of another type": lambda draw: after(draw, "B-Y", "I-Y"),
    "a `B-` comes after an entity of its type": lambda draw: (
        lambda one: pair(draw, f"B-{one}", f"I-{one}", f"B-{one}", f"I-{one}", gold=(f"B-{one}", *[f"I-{one}"] * 3))
    )(plain_types(draw)[0]),
    "a text begins with an `I-` of the type that the one before ends in": over_the_end,
    "a text begins with an `I-` of the type that it ends in": around_the_end,
    "entities stand side by side": lambda draw: texts(draw, plain_types(draw, 2), dense=True, orphans=True, keep=0.8),
    "all is right": lambda draw: texts(draw, keep=1.0, orphans=True),
}


def types_told_apart(draw: Draw, pick: Callable[[list[str]], list[str]]) -> Inputs:
    """Entities of two types that are hard to tell apart, side by side, and each in the place of the other."""
    one, other = pick(alike_types(draw))
    drawn = texts(draw, [one, other], dense=True, orphans=True, keep=0.4)
    for first, second in ((one, other), (other, one)):
        drawn["predicted"].append([f"B-{first}", "O", f"B-{second}", f"I-{second}"])
        drawn["gold"].append([f"B-{second}", "O", f"B-{second}", f"I-{first}"])
    return drawn


TYPES = {
    "types end alike": lambda draw: types_told_apart(draw, lambda types: [types[0], types[2]]),
    "types with hyphens begin alike": lambda draw: types_told_apart(draw, lambda types: [types[1], types[5]]),
    "a type begins like another": lambda draw: types_told_apart(draw, lambda types: [types[0], types[3]]),
    "types differ by a hyphen": lambda draw: types_told_apart(draw, lambda types: [types[1], types[3]]),
    "types differ by large and small letters": lambda draw: types_told_apart(draw, lambda types: [types[0], types[4]]),
    "a type is a part of another": lambda draw: types_told_apart(draw, lambda types: [types[0], types[1]]),
    "types are called B, I and O": lambda draw: texts(draw, ["B", "I", "O"], dense=True, orphans=True),
}


def without_hits(draw: Draw) -> Inputs:
    """Entities on both sides, none of them the same."""
    drawn = texts(draw, plain_types(draw, 2))
    drawn["predicted"] = [[tag if tag == "O" else f"{tag}x" for tag in tags] for tags in drawn["predicted"]]
    return drawn


def empty(draw: Draw, *names: str) -> Inputs:
    """No entity on these sides."""
    drawn = texts(draw)
    return drawn | {name: [["O"] * len(tags) for tags in drawn[name]] for name in names}


NOTHING = {
    "nothing is predicted": lambda draw: empty(draw, "predicted"),
    "there is no entity": lambda draw: empty(draw, "gold"),
    "there is no entity, and none is predicted": lambda draw: empty(draw, "predicted", "gold"),
    "there are no texts": lambda draw: {"predicted": [], "gold": []},
    "there is one empty text": lambda draw: {"predicted": [[]], "gold": [[]]},
}


def another_score(got: Any, want: Any) -> Finding:
    """A score that is not the right one; by how much says something where it is a trace."""
    due = "The F1 of whole entities over all texts together, from 0 to 1."
    if type(got) is not float:
        name, about = form_name(got, want)
        return Finding(f"What came back was {kind_of(got)}.", "A Python float.", name, about)
    name = "epsilon" if abs(got - want) < TRACE else "another-score"
    return Finding(f"The score was {got:.6g}, which is {off(got, want)}.", due, name)


def refused(draw: Draw) -> list[Case]:
    """Lists of different lengths, and texts of different lengths; beside them, the same lengths."""
    drawn = texts(draw, count=draw.integer(2, 4))
    predicted, gold = drawn["predicted"], drawn["gold"]
    longer = [[*gold[0], "O"], *gold[1:]]
    moved = [gold[0][:-1], *gold[1:-1], [*gold[-1], "O"]]

    def case(predicted: Written, gold: Written, what: str, unless: str) -> Case:
        return Case(deepcopy({"predicted": predicted, "gold": gold}), raises="", what=what, unless=unless)

    numbers, lengths = "another-number-taken", "another-length-taken"
    return [
        case(predicted, longer, "a text with a tag too few", lengths),
        case(longer, gold, "a text with a tag too many", lengths),
        case(moved, gold, "texts of which one is shorter and another longer", lengths),
        case([*predicted[:-1], []], gold, "a text without any tag", lengths),
        case(predicted[:-1], gold, "a text too few", numbers),
        case([*predicted, ["O"]], gold, "a text too many", numbers),
        case([*predicted, []], gold, "an empty text too many", numbers),
        case([], gold, "no text at all", numbers),
        case([["O"]], [], "a text where there is none", numbers),
        Case(drawn),
        Case({"predicted": [], "gold": []}),
    ]


TESTS = HiddenTests(
    parts={
        "spans": (
            Compare(
                lambda draw: texts(draw),
                SPANS,
                lambda given, value: {"score": value},
                tolerances=ROUNDING,
                words={"score": another_score},
                conditions=(),
            ),
            Compare(equally_long, cases=0, tolerances=ROUNDING, conditions=(AGAIN, KEPT)),
        ),
        "starts": (Compare(lambda draw: texts(draw, orphans=True), STARTS, tolerances=ROUNDING, conditions=()),),
        "types": (Compare(lambda draw: texts(draw, alike_types(draw)), TYPES, tolerances=ROUNDING, conditions=()),),
        "nothing": (Compare(without_hits, NOTHING, tolerances=ROUNDING, conditions=()),),
        "refused": (Refuse(refused, "refuses-nothing"),),
    },
    mistakes=mistake.all,
    otherwise={
        "spans": "another-score",
        "starts": "starts-otherwise",
        "types": "types-otherwise",
        "nothing": "not-0-for-nothing",
    },
)
