"""What rules that understand nothing reach on a task: the least that a model's figure has to be held against."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any

from bertkit.tasks.examples import PairExample, SentenceExample, SpanExample, Task, TokenExample
from bertkit.tasks.holdout import FUNCTION_WORDS

ARTICLE = re.compile("^(an?|the) ")

Features = Callable[[Any], Iterable[Hashable]]
"""What a rule sees of a sentence or a pair."""


def majority(task: Task[Any]) -> tuple[float, float]:
    """What the most frequent label, tag or answer of the training set gets right: (seen words, unseen words).

    Of a text or pair the share with that label, of words with that tag, of questions with that answer. Where the most
    frequent tag is `O`, no entity is found, which is an F1 of 0.
    """
    usual = Counter(label for example in task.train for label in labels_of(example)).most_common(1)[0][0]

    def right(examples: Sequence[Any]) -> float:
        if usual == "O":
            return 0.0
        found = [label == usual for example in examples for label in labels_of(example)]
        return sum(found) / len(found)

    return right(task.test), right(task.test_unseen)


def labels_of(example: Any) -> Sequence[str]:
    """The label of a text or pair, the tags of words, the answer to a question."""
    match example:
        case SentenceExample(label=label) | PairExample(label=label):
            return (label,)
        case TokenExample(tags=tags):
            return tags
        case _:
            return (example.answer,)


def word_overlap(task: Task[Any]) -> tuple[float, float] | None:
    """What the words get right that two texts share: (seen words, unseen words). None where there are no two texts.

    Of a pair their number tells the label, as it did in the training set. Of a passage the sentence that shares most
    words with the question is taken, and of it the longest run of other words.
    """
    if task.family == "pair":
        return naive_bayes(task, lambda example: [len(shared_words(example.first, example.second))])
    if task.family != "span":
        return None
    seen, unseen = (
        sum(least_asked(each) == each.answer for each in examples) / len(examples)
        for examples in (task.test, task.test_unseen)
    )
    return seen, unseen


def shared_words(first: str, second: str) -> set[str]:
    """The words that both texts have."""
    return set(first.split()) & set(second.split())


def least_asked(example: SpanExample) -> str:
    """In the sentence of the passage that shares most words with the question, the longest run of other words.

    Function words count as other words; an article at the beginning of a run does not belong to it.
    """
    asked = set(example.question.split()) - FUNCTION_WORDS
    sentences = [sentence.split() for sentence in example.passage.split(" .")]
    nearest = max(range(len(sentences)), key=lambda place: len(asked.intersection(sentences[place])))
    runs: list[list[str]] = [[]]
    for word in sentences[nearest]:
        if word in asked:
            runs.append([])
        else:
            runs[-1].append(word)
    longest = max(runs, key=len)
    return ARTICLE.sub("", " ".join(longest))


def naive_bayes(task: Task[Any], features: Features) -> tuple[float, float]:
    """Accuracy of a naive Bayes classifier of these features, learned from the training set: (seen, unseen words).

    Features are there or not; those that the training set lacks count for nothing.
    """
    counts: dict[str, Counter[Hashable]] = defaultdict(Counter)
    for example in task.train:
        counts[example.label].update(set(features(example)))
    known = {feature for each in counts.values() for feature in each}
    size = {label: sum(example.label == label for example in task.train) for label in task.labels}

    def guess(example: Any) -> str:
        present = set(features(example)) & known

        def score(label: str) -> float:
            return sum(math.log((counts[label][feature] + 0.5) / (size[label] + 1)) for feature in present)

        return max(task.labels, key=score)

    seen, unseen = (
        sum(guess(example) == example.label for example in examples) / len(examples)
        for examples in (task.test, task.test_unseen)
    )
    return seen, unseen
