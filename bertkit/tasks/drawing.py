"""From a way to draw one example to a whole task: balanced, without repetition, the same for the same seed."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from random import Random
from typing import TypeVar

from bertkit.randomness import python_random
from bertkit.tasks.examples import AnyExample, Family, Task, words_of

Kind = TypeVar("Kind", bound=Hashable)
"""What one example is to be like: its label, and whatever else takes turns."""

Draw = Callable[[Random, Kind, bool], AnyExample | None]
"""Draws one example from (generator, kind, unseen), or None where that draw came to nothing.

With `unseen` False whatever decides the example is drawn from what may be labelled, with True from the rest.
"""

ATTEMPTS = 20_000
"""So many draws in vain, one after another, mean that there is no further example."""

Value = TypeVar("Value")


def draw_task(
    name: str,
    family: Family,
    labels: tuple[str, ...],
    draw: Draw[Kind, AnyExample],
    held_out: frozenset[str],
    train: int,
    test: int,
    seed: int,
    kinds: Sequence[Sequence[Kind]],
) -> Task[AnyExample]:
    """Draw a task of `train` examples to learn from and `test` examples in each of the two test sets.

    No two of its examples are equal. The kinds come in groups (of a classification one a label). The groups take turns
    in random order, so that each is as frequent as the next, and so do the kinds of a group among themselves. The test
    sets do not depend on `train`, and fewer training examples are the first of more.

    Raises:
        ValueError: for a size below 1, and where the grammar has no more examples.
    """
    for what, size in (("train", train), ("test", test)):
        if size < 1:
            raise ValueError(f"{name}: {what} is {size}; it has to be at least 1")
    taken: set[AnyExample] = set()

    def part(purpose: str, count: int, unseen: bool) -> tuple[AnyExample, ...]:
        rng = python_random(seed, "tasks", name, purpose)
        found: list[AnyExample] = []
        groups: list[int] = []
        waiting: list[list[Kind]] = [[] for _ in kinds]
        while len(found) < count:
            groups = groups or rng.sample(range(len(kinds)), len(kinds))
            group = groups.pop()
            if not waiting[group]:
                waiting[group] = in_random_order(rng, kinds[group])
            found.append(fresh(rng, waiting[group].pop(), unseen))
        return tuple(found)

    def fresh(rng: Random, kind: Kind, unseen: bool) -> AnyExample:
        for _ in range(ATTEMPTS):
            example = draw(rng, kind, unseen)
            if example is None or example in taken or held_out.isdisjoint(words_of(example)) is unseen:
                continue
            taken.add(example)
            return example
        raise ValueError(f"{name}: after {len(taken)} examples there are no more; ask for fewer")

    test_set = part("test", test, False)
    test_unseen = part("test unseen", test, True)
    return Task(name, family, labels, part("train", train, False), test_set, test_unseen, tuple(sorted(held_out)))


def in_random_order(rng: Random, kinds: Sequence[Kind]) -> list[Kind]:
    """All of them in random order. A single one asks for no randomness."""
    return rng.sample(list(kinds), len(kinds)) if len(kinds) > 1 else list(kinds)


def pick(rng: Random, choices: Sequence[tuple[float, Value]]) -> Value:
    """One value of (weight, value) pairs."""
    return rng.choices([value for _, value in choices], [weight for weight, _ in choices])[0]
