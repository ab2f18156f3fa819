"""Known mistakes of `finetuning.entity_f1`."""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from statistics import fmean
from typing import Any

from autograder.judging.parts import Mistakes
from bertkit.evaluation.metrics import entities, entity_f1

mistake = Mistakes()
Tags = Sequence[str]
Texts = Sequence[Tags]
Span = tuple[int, int, str]


def first_hyphen(tag: str) -> str:
    return tag.partition("-")[2]


def spans(
    tags: Tags,
    kind: Callable[[str], str] = first_hyphen,
    orphan: str = "starts",
    after_other: str = "starts",
    b_starts: bool = True,
    closes: bool = True,
) -> list[Span]:
    """The entities of a text with replaceable rules; what an `I-` without anything to continue does is one of them."""
    found: list[Span] = []
    start, current = 0, ""
    for place, tag in enumerate([*tags, "O"] if closes else tags):
        name = kind(tag)
        continues = bool(current) and tag.startswith("I-" if b_starts else ("B-", "I-")) and name == current
        if bool(current) and tag.startswith("I-") and name != current and after_other == "continues":
            continues = True
        if continues:
            continue
        if current:
            found.append((start, place, current))
        within = bool(current)
        current = ""
        begins = tag.startswith("B-") or (tag.startswith("I-") and (after_other if within else orphan) == "starts")
        if begins:
            start, current = place, name
    return found


def checked(predicted: Texts, gold: Texts) -> Iterator[tuple[Tags, Tags]]:
    """Pairs of texts, once their lengths have been looked at."""
    if len(predicted) != len(gold):
        raise ValueError(f"{len(predicted)} texts and {len(gold)}")
    for ours, theirs in zip(predicted, gold, strict=True):
        if len(ours) != len(theirs):
            raise ValueError(f"{len(ours)} tags and {len(theirs)}")
    return zip(predicted, gold, strict=True)


def f1(right: int, said: int, there: int) -> float:
    return 2 * right / (said + there) if right else 0.0


def scored(
    predicted: Texts,
    gold: Texts,
    found: Callable[[Tags], Sequence[Any]] = entities,
    pairs: Callable[[Texts, Texts], Any] = checked,
    score: Callable[[int, int, int], Any] = f1,
) -> Any:
    """The score with replaceable pieces, from which the wrong ones are made."""
    right = said = there = 0
    for ours, theirs in pairs(predicted, gold):
        guesses, truth = set(found(ours)), set(found(theirs))
        right += len(guesses & truth)
        said += len(guesses)
        there += len(truth)
    return score(right, said, there)


def by(**rules: Any) -> Callable[[Tags], list[Span]]:
    return lambda tags: spans(tags, **rules)


# ------------------------------------------------------------------------------------------------------------- spans


@mistake(
    "Tags are compared word by word. An entity is right as a whole or not at all, and words outside do not count.",
    "What is counted: words or entities?",
)
def accuracy_of_words(predicted: Texts, gold: Texts) -> Any:
    pairs = [pair for ours, theirs in checked(predicted, gold) for pair in zip(ours, theirs, strict=True)]
    return sum(one == other for one, other in pairs) / len(pairs) if pairs else 0.0


@mistake(
    "Words that carry a tag are counted, one by one. An entity is right as a whole or not at all.",
    "What is counted: words or entities?",
)
def f1_of_words(predicted: Texts, gold: Texts) -> Any:
    def tagged(tags: Tags) -> list[Any]:
        return [(place, tag) for place, tag in enumerate(tags) if tag != "O"]

    return scored(predicted, gold, tagged)


@mistake(
    "Every word with a tag is an entity of its own, by its type alone. One of several words is right as a whole.",
    "What is counted, words or entities, and what an `I-` does inside an entity.",
)
def f1_of_types_of_words(predicted: Texts, gold: Texts) -> Any:
    def tagged(tags: Tags) -> list[Any]:
        return [(place, first_hyphen(tag)) for place, tag in enumerate(tags) if tag != "O"]

    return scored(predicted, gold, tagged)


@mistake(
    "The type is left out: the right span with another type counts as found.",
    "What two entities have in common where they are the same to your code.",
)
def ignores_types(predicted: Texts, gold: Texts) -> Any:
    return scored(predicted, gold, lambda tags: [each[:2] for each in entities(tags)])


@mistake(
    "An entity counts as found where it begins in the right place; where it ends is left out.",
    "What two entities have in common where they are the same to your code.",
)
def ignores_ends(predicted: Texts, gold: Texts) -> Any:
    return scored(predicted, gold, lambda tags: [(start, kind) for start, _, kind in entities(tags)])


@mistake(
    "An entity counts as found where it ends in the right place; where it begins is left out.",
    "What two entities have in common where they are the same to your code.",
)
def ignores_starts(predicted: Texts, gold: Texts) -> Any:
    return scored(predicted, gold, lambda tags: [(end, kind) for _, end, kind in entities(tags)])


@mistake(
    "Only the types of a text's entities are compared, not where they stand.",
    "What two entities have in common where they are the same to your code.",
)
def ignores_places(predicted: Texts, gold: Texts) -> Any:
    return scored(predicted, gold, lambda tags: [kind for _, _, kind in entities(tags)])


@mistake(
    "An entity counts as found where it overlaps one of its type. Start and end have to be the same.",
    "The comparison of starts and ends.",
)
def overlap_is_enough(predicted: Texts, gold: Texts) -> Any:
    right = said = there = 0
    for ours, theirs in checked(predicted, gold):
        guesses, truth = entities(ours), entities(theirs)
        right += sum(any(a < d and c < b and kind == other for c, d, other in truth) for a, b, kind in guesses)
        said, there = said + len(guesses), there + len(truth)
    return f1(right, said, there)


@mistake(
    "Which text an entity stands in is left out, so that the same span in two texts is one to your code.",
    "What is in your sets, and whether they are made for each text or for all.",
)
def ignores_the_text(predicted: Texts, gold: Texts) -> Any:
    pairs = [*checked(predicted, gold)]
    guesses, truth = ({each for pair in pairs for each in entities(pair[side])} for side in (0, 1))
    return f1(len(guesses & truth), len(guesses), len(truth))


@mistake(
    "All texts are one to your code: an entity goes on from the end of one to the beginning of the next.",
    "Whether each text is read by itself.",
)
def runs_into_the_next_text(predicted: Texts, gold: Texts) -> Any:
    pairs = [*checked(predicted, gold)]
    ours, theirs = ([*chain.from_iterable(pair[side] for pair in pairs)] for side in (0, 1))
    return scored([ours], [theirs])


@mistake(
    "An entity at the end of a text is lost: it is added when the next tag comes, and none comes.",
    "What is left when the loop over the tags is over.",
)
def loses_the_last(predicted: Texts, gold: Texts) -> Any:
    return scored(predicted, gold, by(closes=False))


@mistake(
    "A `B-` right after an entity of its type is taken for more of the same. It always starts another one.",
    "What a `B-` does inside an entity.",
)
def merges_neighbours(predicted: Texts, gold: Texts) -> Any:
    return scored(predicted, gold, by(b_starts=False))


@mistake("Entities of one word are lost.", "Starts and ends that are one word apart, or the same.")
def loses_single_words(predicted: Texts, gold: Texts) -> Any:
    return scored(predicted, gold, lambda tags: [each for each in entities(tags) if each[1] - each[0] > 1])


@mistake("Only the first entity of each text is found.", "A `return` or `break` in the loop over the tags.")
def first_entity_alone(predicted: Texts, gold: Texts) -> Any:
    return scored(predicted, gold, lambda tags: entities(tags)[:1])


# ------------------------------------------------------------------------------------------------------------- average


@mistake("That is the precision: of what was predicted, the share that is right.", "The last formula.")
def precision(predicted: Texts, gold: Texts) -> Any:
    return scored(predicted, gold, score=lambda right, said, there: right / said if said else 0.0)


@mistake("That is the recall: of what is there, the share that was found.", "The last formula.")
def recall(predicted: Texts, gold: Texts) -> Any:
    return scored(predicted, gold, score=lambda right, said, there: right / there if there else 0.0)


@mistake("Precision and recall are averaged; F1 is their harmonic mean.", "The last formula.")
def arithmetic_mean(predicted: Texts, gold: Texts) -> Any:
    return scored(
        predicted, gold, score=lambda right, said, there: (right / said + right / there) / 2 if right else 0.0
    )


@mistake("That is half of F1: the 2 of the harmonic mean is missing.", "The last formula.")
def without_the_two(predicted: Texts, gold: Texts) -> Any:
    return scored(predicted, gold, score=lambda right, said, there: right / (said + there) if right else 0.0)


@mistake(
    "What is shared is divided by all entities that either side has, which is another measure (Jaccard's).",
    "The last formula.",
)
def jaccard(predicted: Texts, gold: Texts) -> Any:
    return scored(predicted, gold, score=lambda right, said, there: right / (said + there - right) if right else 0.0)


@mistake("The score is given in per cent; from 0 to 1 is asked for.", "The last formula.")
def in_per_cent(predicted: Texts, gold: Texts) -> Any:
    return 100 * entity_f1(predicted, gold)


@mistake("The score was rounded.", "`round` in what you return: it is for reading, not for keeping.")
def rounded_score(predicted: Texts, gold: Texts) -> Any:
    return round(entity_f1(predicted, gold), 2)


@mistake(
    "Each type has an F1 of its own, and these are averaged (macro). All entities together are asked for (micro).",
    "Where true positives and the other counts are added up, and what is divided when.",
)
def macro_over_types(predicted: Texts, gold: Texts) -> Any:
    pairs = [*checked(predicted, gold)]
    kinds = {each[2] for pair in pairs for tags in pair for each in entities(tags)}
    scores = [
        scored(predicted, gold, lambda tags, kind=kind: [each for each in entities(tags) if each[2] == kind])  # type: ignore[misc]
        for kind in sorted(kinds)
    ]
    return fmean(scores) if scores else 0.0


@mistake(
    "Each text has an F1 of its own, and these are averaged. All entities together are asked for.",
    "Where the counts are added up: for each text, or for all?",
)
def mean_over_texts(predicted: Texts, gold: Texts) -> Any:
    scores = [scored([ours], [theirs]) for ours, theirs in checked(predicted, gold)]
    return fmean(scores) if scores else 0.0


@mistake("Only the last text counts: the counts begin anew with each.", "Where the counts are set to 0.")
def last_text_alone(predicted: Texts, gold: Texts) -> Any:
    return scored(predicted, gold, pairs=lambda *both: [*checked(*both)][-1:])


@mistake("Only the first text counts.", "A `return` in the loop over the texts, and its indentation.")
def first_text_alone(predicted: Texts, gold: Texts) -> Any:
    return scored(predicted, gold, pairs=lambda *both: [*checked(*both)][:1])


@mistake(
    "It is the share of texts in which all is right.",
    "What is counted: texts or entities?",
)
def share_of_whole_texts(predicted: Texts, gold: Texts) -> Any:
    pairs = [*checked(predicted, gold)]
    return sum(entities(ours) == entities(theirs) for ours, theirs in pairs) / len(pairs) if pairs else 0.0


# -------------------------------------------------------------------------------------------------------------- starts


@mistake(
    "An `I-` that continues nothing is left out. It starts an entity, as `B-` does.",
    "What your code does with an `I-` where no entity of its type is open.",
)
def drops_orphans(predicted: Texts, gold: Texts) -> Any:
    return scored(predicted, gold, by(orphan="ends", after_other="ends"))


@mistake(
    "An `I-` after `O`, or at the beginning, is left out. It starts an entity, as `B-` does.",
    "What your code does with an `I-` where no entity is open.",
)
def drops_orphans_after_o(predicted: Texts, gold: Texts) -> Any:
    return scored(predicted, gold, by(orphan="ends"))


@mistake(
    "An `I-` after an entity of another type ends that and is left out. It starts an entity of its own.",
    "What your code does with an `I-` whose type is not that of the open entity.",
)
def drops_after_another_type(predicted: Texts, gold: Texts) -> Any:
    return scored(predicted, gold, by(after_other="ends"))


@mistake(
    "An `I-` continues whatever entity is open, even one of another type.",
    "What your code compares before an `I-` continues an entity.",
)
def continues_any_type(predicted: Texts, gold: Texts) -> Any:
    return scored(predicted, gold, by(after_other="continues"))


@mistake(
    "An `I-` without a `B-` is left out, and one of another type continues the open entity.",
    "What your code does with an `I-` whose type is not that of the open entity, or where none is open.",
)
def only_b_starts(predicted: Texts, gold: Texts) -> Any:
    return scored(predicted, gold, by(orphan="ends", after_other="continues"))


@mistake(
    "An `I-` at the very beginning of a text is left out, or looks at the last tag of the text.",
    "What the first tag of a text is compared with: index -1 is the last.",
)
def first_looks_at_the_last(predicted: Texts, gold: Texts) -> Any:
    def found(tags: Tags) -> list[Span]:
        last = tags[-1] if tags else "O"
        if len(tags) < 2 or last == "O" or not tags[0].startswith("I-") or first_hyphen(last) != first_hyphen(tags[0]):
            return entities(tags)
        return [each for each in entities(tags) if each[0] > 0]

    return scored(predicted, gold, found)


# --------------------------------------------------------------------------------------------------------------- types


@mistake(
    "The type is what follows the *last* hyphen; a type may have hyphens itself.",
    "How a tag is split, and how often.",
)
def last_hyphen(predicted: Texts, gold: Texts) -> Any:
    return scored(predicted, gold, by(kind=lambda tag: tag.rpartition("-")[2] if "-" in tag else ""))


@mistake(
    "The type is cut off at its first hyphen: `split` makes more than two pieces of it.",
    "How a tag is split, and how often.",
)
def second_piece(predicted: Texts, gold: Texts) -> Any:
    return scored(predicted, gold, by(kind=lambda tag: f"{tag}-".split("-")[1]))


@mistake(
    "Only the first letter of a type is looked at, or another part of it. All of what follows the hyphen is the type.",
    "How a tag is cut.",
)
def first_letter(predicted: Texts, gold: Texts) -> Any:
    return scored(predicted, gold, by(kind=lambda tag: tag[2:3]))


@mistake(
    "Large and small letters are the same to your code; they tell types apart.",
    "`lower` and `upper`.",
)
def ignores_case(predicted: Texts, gold: Texts) -> Any:
    return scored(predicted, gold, by(kind=lambda tag: first_hyphen(tag).lower()))


@mistake(
    "Hyphens in a type make no difference to your code; they tell types apart.",
    "What is done with a type's hyphens: `replace`, and pieces that are joined again.",
)
def ignores_hyphens(predicted: Texts, gold: Texts) -> Any:
    return scored(predicted, gold, by(kind=lambda tag: first_hyphen(tag).replace("-", "")))


@mistake(
    "An `I-` continues an entity whose type begins like its own: `toy` and `toys` are two types.",
    "How types are compared: `startswith` and `in` are no equality.",
)
def begins_like_it(predicted: Texts, gold: Texts) -> Any:
    def found(tags: Tags) -> list[Span]:
        known: list[Span] = []
        for place, tag in enumerate(tags):
            name = first_hyphen(tag)
            if tag.startswith("I-") and known and known[-1][1] == place and name.startswith(known[-1][2]):
                known[-1] = (known[-1][0], place + 1, known[-1][2])
            elif tag != "O":
                known.append((place, place + 1, name))
        return known

    return scored(predicted, gold, found)


@mistake(
    "A tag is split at every hyphen and taken for two pieces; a type with a hyphen gives three.",
    "How a tag is split, and how often.",
)
def two_pieces_expected(predicted: Texts, gold: Texts) -> Any:
    def kind(tag: str) -> str:
        if tag == "O":
            return ""
        _, name = tag.split("-")
        return name

    return scored(predicted, gold, by(kind=kind))


# ------------------------------------------------------------------------------------------------ nothing, and refused


@mistake(
    "Where there is no entity on either side, 1 came back. No true positive is a score of 0 here.",
    "The case in which nothing can be divided.",
)
def nothing_is_perfect(predicted: Texts, gold: Texts) -> Any:
    return scored(predicted, gold, score=lambda right, said, there: f1(right, said, there) if said + there else 1.0)


@mistake(
    "Where nothing can be divided, the result is no number.",
    "The case in which there is no true positive.",
)
def nan_for_nothing(predicted: Texts, gold: Texts) -> Any:
    return scored(predicted, gold, score=lambda right, said, there: f1(right, said, there) if right else float("nan"))


@mistake(
    "The score is off by a trace: a small number is added so that nothing is divided by 0, or digits were lost.",
    "Constants such as 1e-8 in the last formula, and numbers of 32 bits.",
)
def epsilon(predicted: Texts, gold: Texts) -> Any:
    return scored(predicted, gold, score=lambda right, said, there: (2 * right + 1e-6) / (said + there + 1e-6))


@mistake(
    "Nothing compares lengths: lists that do not belong together are taken, or stop the code somewhere.",
    "`zip` stops with the shorter list: what should happen before?",
)
def refuses_nothing(predicted: Texts, gold: Texts) -> Any:
    def pairs(predicted: Texts, gold: Texts) -> Any:
        return zip(predicted, gold, strict=False)

    return scored(predicted, gold, pairs=pairs)


@mistake(
    "Only the number of texts is compared; two taggings of one text may have different lengths, too.",
    "Both kinds of lengths: of the lists, and of the lists in them.",
)
def different_texts_taken(predicted: Texts, gold: Texts) -> Any:
    def pairs(predicted: Texts, gold: Texts) -> Any:
        if len(predicted) != len(gold):
            raise ValueError(f"{len(predicted)} texts and {len(gold)}")
        return zip(predicted, gold, strict=True)

    return scored(predicted, gold, pairs=pairs)


@mistake(
    "The lengths of two texts are compared; their number is not, and those that are too many are left out.",
    "`zip` over the texts: what does it do where one list is longer?",
)
def different_numbers_taken(predicted: Texts, gold: Texts) -> Any:
    return scored(
        predicted,
        gold,
        pairs=lambda ours, theirs: (
            checked(*zip(*zip(ours, theirs, strict=False), strict=True)) if ours and theirs else []
        ),
    )


@mistake(
    "Only the sums of all lengths are compared. Two texts may differ although all together are equally long.",
    "Which lengths are compared with which.",
)
def sums_of_lengths_compared(predicted: Texts, gold: Texts) -> Any:
    def pairs(predicted: Texts, gold: Texts) -> Any:
        if len(predicted) != len(gold) or sum(map(len, predicted)) != sum(map(len, gold)):
            raise ValueError("lengths differ")
        return zip(predicted, gold, strict=True)

    return scored(predicted, gold, pairs=pairs)


# ------------------------------------------------------------------------------------------------ known by what is seen

for name, likely, look_at in (
    (
        "another-score",
        "It is not the F1 of whole entities, over all texts together.",
        "What counts as found, where the counts are added up, and the last formula.",
    ),
    (
        "starts-otherwise",
        "Where an `I-` continues nothing, your code sees other entities than conlleval does.",
        "An `I-` at the beginning, after `O` and after another type; and a `B-` inside an entity.",
    ),
    (
        "types-otherwise",
        "Some types are not told apart, or are not the whole of what follows the first hyphen.",
        "How a tag is split, and how types are compared.",
    ),
    (
        "another-number-taken",
        "Lists with different numbers of texts are taken, at least some of them.",
        "What your code compares before it starts, in both directions, and `zip`, which stops with the shorter list.",
    ),
    (
        "another-length-taken",
        "Two taggings of one text are taken, although one has more tags than the other, at least in some cases.",
        "What your code compares of each pair of texts, in both directions, and `zip`, which stops with the shorter.",
    ),
    (
        "not-0-for-nothing",
        "Without a true positive the score is 0, whatever the rest is.",
        "The case in which nothing can be divided.",
    ),
):
    mistake.add(name, likely, look_at, None)
