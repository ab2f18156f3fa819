"""Statement 13, the pitfall: a `[MASK]` in the input of a model that was fine-tuned without one.

Measured before this design, on the checkpoint that came before this one: a `[MASK]` put in, sentiment 100 to 100 %,
entailment 73 to 67 %, frozen sentiment 100 to 92 %; in the place of a word about as much as losing the word.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random

from bertkit.claims.claim import Claim, Figures, Record
from bertkit.claims.tuned import REGIMES, tuned
from bertkit.model.pretrained import shipped
from bertkit.randomness import python_random
from bertkit.tasks import STORY_TASKS
from bertkit.tasks.examples import PairExample, SentenceExample, words_of

MASK = "[MASK]"
TASKS = ("sentiment", "entailment")
USES = ("end to end", "frozen")
LABELS, STEPS, TEST = 256, 200, 300
WholeText = SentenceExample | PairExample
Change = Callable[[WholeText, str, set[int], Random], WholeText]
"""From (example, a word, the places of the words that decide, randomness) to the example that is shown. Places count
over both texts of a pair."""


def edited(example: WholeText, edits: dict[int, Sequence[str]]) -> WholeText:
    """The example with the words at some places exchanged for others, or none.

    >>> edited(PairExample("a b", "c d", "x"), {1: [], 2: ["e", "c"]})
    PairExample(first='a', second='e c d', label='x')
    """
    words = words_of(example)
    shown = [" ".join(edits.get(place, [word])) for place, word in enumerate(words)]
    if isinstance(example, SentenceExample):
        return replace(example, text=joined(shown))
    cut = len(example.first.split())
    return replace(example, first=joined(shown[:cut]), second=joined(shown[cut:]))


def joined(words: Sequence[str]) -> str:
    """Words as a text, those that are empty left out."""
    return " ".join(word for word in words if word)


def put_in(what: str | None) -> Change:
    """Put a word before another; one drawn at random if it is None."""

    def change(example: WholeText, drawn: str, deciding: set[int], rng: Random) -> WholeText:
        words = words_of(example)
        place = rng.randrange(len(words))
        return edited(example, {place: [drawn if what is None else what, words[place]]})

    return change


def in_place(what: Sequence[str] | None) -> Change:
    """Put words, or none, in the place of one word; one drawn at random if it is None."""

    def change(example: WholeText, drawn: str, deciding: set[int], rng: Random) -> WholeText:
        place = rng.randrange(len(words_of(example)))
        return edited(example, {place: [drawn] if what is None else what})

    return change


def for_deciding(what: Sequence[str]) -> Change:
    """Put words, or none, in the place of every word that decides."""

    def change(example: WholeText, drawn: str, deciding: set[int], rng: Random) -> WholeText:
        return edited(example, dict.fromkeys(deciding, what))

    return change


NOTHING = "nothing changed"
CHANGES: dict[str, Change] = {
    NOTHING: lambda example, drawn, deciding, rng: example,
    "[MASK] put in": put_in(MASK),
    "a random word put in": put_in(None),
    "[MASK] in place of a word": in_place([MASK]),
    "a word lost": in_place([]),
    "a random word in place of a word": in_place(None),
    "[MASK] in place of what decides": for_deciding([MASK]),
    "what decides lost": for_deciding([]),
}


def masks_at_inference(seed: int, small: bool) -> Figures:
    """Task, words held out, head and order are the seed's; all changes are at the same places."""
    steps, test, labels = (2, 10, 32) if small else (STEPS, TEST, LABELS)
    figures: dict[str, dict[str, float]] = {}
    for name in TASKS:
        task = STORY_TASKS[name](labels, test, seed)
        known = sorted({word for example in task.train for word in words_of(example)})
        learned = {use: tuned(shipped(), task, REGIMES[use], steps, seed) for use in USES}
        for what, change in CHANGES.items():
            shown = [
                change(
                    example,
                    python_random(seed, "drawn word", number).choice(known),
                    {place for place, word in enumerate(words_of(example)) if word in task.held_out},
                    python_random(seed, "place", number),
                )
                for number, example in enumerate(task.test_unseen)
            ]
            figures[f"{name}, {what}"] = {use: model.score(shown) for use, model in learned.items()}
    return figures


def mean(record: Record, task: str, what: str, use: str) -> float:
    """Over seeds."""
    return record.interval(f"{task}, {what}", use).mean


def costs(record: Record, what: str, than: str = NOTHING) -> list[float]:
    """How much lower the mean accuracy is than with another change, for both tasks and both uses."""
    return [mean(record, task, than, use) - mean(record, task, what, use) for task in TASKS for use in USES]


STATEMENT_13B = Claim(
    number="13b",
    says="A [MASK] at inference asks for nothing: it takes a word away, or stands in the way.",
    design="The shipped encoder fine-tuned for sentiment and for entailment, 256 labels, 200 steps of 16, end to end "
    "and frozen, judged on 300 examples with unseen words whose text is changed at one random place, or wherever a "
    "word decides.",
    columns=dict.fromkeys(USES, "%"),
    measure=masks_at_inference,
    of_shipped=True,
    criteria={
        "a [MASK] put in costs less than 10 points": lambda record: max(costs(record, "[MASK] put in")) < 0.1,
        "in the place of a word it is within 5 points of the word lost": lambda record: (
            max(map(abs, costs(record, "[MASK] in place of a word", "a word lost"))) < 0.05
        ),
        "in the place of what decides it is within 10 points of that lost": lambda record: (
            max(map(abs, costs(record, "[MASK] in place of what decides", "what decides lost"))) < 0.1
        ),
        "no change makes anything better by more than 2 points": lambda record: all(
            min(costs(record, what)) > -0.02 for what in CHANGES
        ),
    },
)
