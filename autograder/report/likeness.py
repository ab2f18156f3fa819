"""Near copies, for a human to look at. Nothing here ever changes a grade.

The rule. Every answer is put into its normal form (`normal_form`), a sequence of tokens. The *likeness* of two is the
share of the tokens that a longest common subsequence keeps, `2 LCS / (a + b)`: 1 for equal forms. Two answers are
*alike* from `ALIKE` on.

Being alike alone says little: a short answer can hardly be written in two ways, and many in a class take the same good
way. What counts is the *surplus*: how many tokens two answers have in common beyond what others explain,

    surplus = tokens of the shorter × (likeness of the two - likeness of either to its nearest others),

where the nearest others are whatever the course itself knows, its reference and its known mistakes, and the classmate
of rank `max(2, n / 20)` in likeness. So a form that more than a twentieth of the class has counts nothing, and a group
of copiers up to that size does not hide itself. Length and rarity are both in that one number. A pair is listed from a
surplus of `SURPLUS` tokens on, all exercises together.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Indel
from rapidfuzz.process import cdist
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from autograder.report.normal_form import normal_form

ALIKE = 0.85
"""Likeness from which two answers are alike."""
SURPLUS = 15
"""Tokens that a pair has in common beyond what others explain, from which it is listed."""
SHORT = 60
"""A reference of fewer tokens is short: to be like it says little."""

Form = tuple[str, ...]
Forms = Mapping[str, Mapping[str, Form]]
"""By exercise, then by student."""


@dataclass(frozen=True)
class Agreement:
    """Two answers to one exercise that are alike."""

    exercise: str
    likeness: float
    """From `ALIKE` to 1."""
    surplus: float
    """In tokens, see the rule."""


@dataclass(frozen=True)
class Pair:
    """Two students with answers that are alike."""

    students: tuple[str, str]
    agreements: tuple[Agreement, ...]
    """In the order of the exercises."""

    @property
    def surplus(self) -> float:
        """Over all exercises, in tokens."""
        return sum(agreement.surplus for agreement in self.agreements)


@dataclass(frozen=True)
class Group:
    """Students linked by listed pairs."""

    students: tuple[str, ...]
    pairs: tuple[Pair, ...]
    """The listed pairs among them, the most telling first."""

    @property
    def surplus(self) -> float:
        """Of the most telling pair, in tokens."""
        return self.pairs[0].surplus

    def agreements(self, exercise: str) -> list[Agreement]:
        """Those of its pairs in one exercise."""
        return [each for pair in self.pairs for each in pair.agreements if each.exercise == exercise]

    def alike_in(self, exercise: str) -> list[str]:
        """The students who are alike there."""
        alike = {
            student
            for pair in self.pairs
            if any(each.exercise == exercise for each in pair.agreements)
            for student in pair.students
        }
        return [student for student in self.students if student in alike]


@dataclass(frozen=True)
class LikeReference:
    """The answers to one exercise that are alike to bertkit's own version."""

    exercise: str
    students: tuple[tuple[str, float], ...]
    """With their likeness, the highest first."""
    n: int
    """Answers compared."""
    short: bool
    """Whether the reference is too short for that to mean much."""


def normal_forms(answers: Mapping[str, Mapping[str, str]]) -> Forms:
    """The normal forms of answers, by exercise and then by student; an answer without any token is none.

    Args:
        answers: by student, then by exercise: what they wrote.
    """
    forms: dict[str, dict[str, Form]] = {}
    for student, written in answers.items():
        for exercise, source in written.items():
            if form := normal_form(source):
                forms.setdefault(exercise, {})[student] = form
    return forms


def near_copies(forms: Forms, known: Mapping[str, Sequence[str]]) -> list[Group]:
    """Groups of students whose answers agree by more than chance, the most telling first.

    Args:
        forms: what `normal_forms` makes of the answers.
        known: by exercise, the code that people are known to arrive at on their own: the reference, known mistakes.
    """
    agreements: dict[tuple[str, str], list[Agreement]] = {}
    for exercise, written in forms.items():
        for students, agreement in _agreements(exercise, written, known.get(exercise, ())):
            agreements.setdefault(students, []).append(agreement)
    pairs = [Pair(students, tuple(found)) for students, found in agreements.items()]
    listed = sorted(
        (pair for pair in pairs if pair.surplus >= SURPLUS), key=lambda pair: (-pair.surplus, pair.students)
    )
    return _groups(listed)


def like_reference(forms: Forms, references: Mapping[str, str]) -> list[LikeReference]:
    """For every exercise with a reference, whose answers are alike to it.

    Args:
        forms: what `normal_forms` makes of the answers.
        references: source of the reference by exercise.
    """
    found = []
    for exercise, written in forms.items():
        if exercise in references:
            reference = normal_form(references[exercise])
            shares = {name: float(Indel.normalized_similarity(form, reference)) for name, form in written.items()}
            alike = [(name, share) for name, share in shares.items() if share >= ALIKE]
            alike.sort(key=lambda each: (-each[1], each[0]))
            found.append(LikeReference(exercise, tuple(alike), len(written), len(reference) < SHORT))
    return found


def likenesses(forms: Sequence[Form]) -> NDArray[np.float64]:
    """The likeness of every form to every other. Shape: (forms, forms)."""
    # rapidfuzz is fastest on strings, so every distinct token becomes one letter; surrogates are no letters.
    letters: dict[str, str] = {}
    spare = (chr(number) for number in itertools.count(1) if not 0xD800 <= number < 0xE000)
    for token in itertools.chain.from_iterable(forms):
        if token not in letters:
            letters[token] = next(spare)
    words = ["".join(letters[token] for token in form) for form in forms]
    distinct = list(dict.fromkeys(words))
    matrix = cdist(distinct, distinct, scorer=Indel.normalized_similarity, dtype=np.float64)
    places = {word: place for place, word in enumerate(distinct)}
    order = [places[word] for word in words]
    return np.asarray(matrix[np.ix_(order, order)], dtype=np.float64)


def _agreements(
    exercise: str, written: Mapping[str, Form], known: Sequence[str]
) -> list[tuple[tuple[str, str], Agreement]]:
    """The pairs that are alike in one exercise."""
    names, forms = list(written), list(written.values())
    if len(names) < 2:
        return []
    everything = likenesses([*forms, *map(normal_form, known)])
    matrix = everything[: len(names), : len(names)]
    explained = everything[: len(names), len(names) :].max(axis=1, initial=0.0)
    rank = max(2, len(names) // 20)
    others = matrix.copy()
    np.fill_diagonal(others, -1.0)
    nearest = np.zeros((len(names), max(len(names), rank + 1)))  # no further classmates: likeness 0
    nearest[:, : len(names) - 1] = -np.sort(-others, axis=1)[:, :-1]
    found = []
    for one, other in np.argwhere(np.triu(matrix >= ALIKE, 1)):
        likeness = matrix[one, other]
        # Without the partner, everybody behind them moves up by one rank.
        ranks = [rank if likeness >= nearest[who, rank] else rank - 1 for who in (one, other)]
        by_class = max(nearest[one, ranks[0]], nearest[other, ranks[1]])
        beyond = max(0.0, likeness - max(by_class, explained[one], explained[other]))
        surplus = beyond * min(len(forms[one]), len(forms[other]))
        found.append(((names[one], names[other]), Agreement(exercise, float(likeness), float(surplus))))
    return found


def _groups(pairs: Sequence[Pair]) -> list[Group]:
    """Connected components of the listed pairs, which come with the most telling first."""
    names = sorted({student for pair in pairs for student in pair.students})
    if not names:
        return []
    places = {name: place for place, name in enumerate(names)}
    ends = np.array([[places[student] for student in pair.students] for pair in pairs])
    graph = coo_array((np.ones(len(pairs)), (ends[:, 0], ends[:, 1])), shape=(len(names), len(names)))
    count, labels = connected_components(graph, directed=False)
    groups = [
        Group(
            tuple(name for name in names if labels[places[name]] == label),
            tuple(pair for pair in pairs if labels[places[pair.students[0]]] == label),
        )
        for label in range(count)
    ]
    return sorted(groups, key=lambda group: (-group.surplus, group.students))
