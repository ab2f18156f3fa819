"""Next-sentence prediction (Devlin et al. 2019, section 3.1, task 2) and two harder variants of it.

A pair is real in half of the cases; else its second part is drawn from another document (`sample_pairs`), from another
document of the same topic, so that topics do not give it away (`sample_same_topic_pairs`), or it is the same two
sentences in the wrong order (`sample_order_pairs`; ALBERT, arXiv 1909.11942, section 3.1).
"""

import random
from collections.abc import Hashable, Iterator, Sequence
from itertools import pairwise
from typing import TypeVar

from torch import Tensor
from torch.nn import functional as F

from bertkit.data.batches import truncated_lengths

Sentence = TypeVar("Sentence")
Document = Sequence[Sentence]
Pair = tuple[Sentence, Sentence, bool]

SHORTEST_PAIR = 5
"""Tokens of the shortest pair: three special ones and one of each side."""


def sample_pairs(documents: Sequence[Document[Sentence]], rng: random.Random) -> list[Pair[Sentence]]:
    """Make one pair of every two consecutive sentences: half real, half with a random second.

    Args:
        documents: each a list of sentences, a sentence being any value.
        rng: the only source of randomness.

    Returns:
        (first, second, is_next) for every sentence that has a next one, in order. A random second comes from a
        *different* document, every sentence of all of them being equally likely.

    Raises:
        ValueError: if fewer than two documents have a sentence.

    >>> pairs = sample_pairs([["a cat .", "it slept ."], ["rain fell ."]], random.Random(0))
    >>> pairs == [("a cat .", "rain fell .", False)] or pairs == [("a cat .", "it slept .", True)]
    True
    """
    return list(_pairs(documents, [None] * len(documents), rng))


def sample_same_topic_pairs(
    documents: Sequence[Document[Sentence]], topics: Sequence[Hashable], rng: random.Random
) -> list[Pair[Sentence]]:
    """`sample_pairs` with random seconds from other documents of the same topic.

    Args:
        documents: each a list of sentences.
        topics: one for every document.
        rng: the only source of randomness.

    Raises:
        ValueError: if a topic has fewer than two documents with a sentence, naming it, or the lengths differ.
    """
    if len(documents) != len(topics):
        raise ValueError(f"{len(documents)} documents but {len(topics)} topics; there has to be one for each")
    return list(_pairs(documents, topics, rng))


def sample_order_pairs(documents: Sequence[Document[Sentence]], rng: random.Random) -> list[Pair[Sentence]]:
    """Make one pair of every two consecutive sentences: half in their order, half swapped.

    Args:
        documents: each a list of sentences.
        rng: the only source of randomness.

    Returns:
        (first, second, in_order) for every sentence that has a next one.

    Raises:
        ValueError: if no document has two sentences.
    """
    pairs: list[Pair[Sentence]] = []
    for document in documents:
        for first, second in pairwise(document):
            in_order = rng.random() < 0.5
            pairs.append((first, second, True) if in_order else (second, first, False))
    if not pairs:
        raise ValueError("no document has two sentences, so there is no order to tell; pass longer documents")
    return pairs


def _pairs(
    documents: Sequence[Document[Sentence]], topics: Sequence[Hashable], rng: random.Random
) -> Iterator[Pair[Sentence]]:
    # Sentences of one topic side by side: a random number among those outside a document's own range is a negative.
    pools: dict[Hashable, list[Sentence]] = {}
    own: list[range] = []
    sources: dict[Hashable, int] = {}
    for document, topic in zip(documents, topics, strict=True):
        pool = pools.setdefault(topic, [])
        own.append(range(len(pool), len(pool) + len(document)))
        pool.extend(document)
        sources[topic] = sources.get(topic, 0) + bool(document)
    for topic, count in sources.items():
        if count < 2:
            about = "" if topic is None else f" about {topic!r}"
            raise ValueError(
                f"{count} document(s){about} with a sentence; a random second comes from another, so pass at least 2"
            )
    if not sources:
        raise ValueError("0 documents with a sentence; a random second comes from another one, so pass at least 2")
    for document, topic, mine in zip(documents, topics, own, strict=True):
        pool = pools[topic]
        for first, following in pairwise(document):
            if rng.random() < 0.5:
                yield first, following, True
            else:
                index = rng.randrange(len(pool) - len(mine))
                yield first, pool[index if index < mine.start else index + len(mine)], False


def pack_pair(
    first: Sequence[int], second: Sequence[int], cls_id: int, sep_id: int, max_length: int
) -> tuple[list[int], list[int]]:
    """Put two token sequences into one input: `[CLS] first [SEP] second [SEP]`.

    While it is too long, the last token of the longer side goes, of `second` where both are equally long.

    Args:
        first: token ids of the first side, at least one.
        second: token ids of the second side, at least one.
        cls_id: id of [CLS].
        sep_id: id of [SEP].
        max_length: longest result, in tokens, at least 5.

    Returns:
        (input_ids, token_type_ids): lists of equal length; types are 0 up to and including the first of these [SEP],
        then 1.

    Raises:
        ValueError: if `max_length` is less than 5, or a side is empty.

    >>> pack_pair([7, 8], [9], cls_id=2, sep_id=3, max_length=16)
    ([2, 7, 8, 3, 9, 3], [0, 0, 0, 0, 1, 1])
    """
    if max_length < SHORTEST_PAIR:
        raise ValueError(f"max_length is {max_length}; [CLS], [SEP], [SEP] and a token of each side need 5")
    if not (first and second):
        raise ValueError(f"the {'second' if first else 'first'} side is empty; a pair needs a token on each side")
    kept_first, kept_second = truncated_lengths(len(first), len(second), max_length - 3)
    input_ids = [cls_id, *first[:kept_first], sep_id, *second[:kept_second], sep_id]
    return input_ids, [0] * (kept_first + 2) + [1] * (kept_second + 1)


def nsp_loss(logits: Tensor, is_next: Tensor) -> Tensor:
    """Mean cross-entropy, in nats, of "does the second follow the first".

    Args:
        logits: class 0 is "follows", class 1 "random", as in the released BERT. Shape: (B, 2)
        is_next: True where the second follows the first. Shape: (B,), bool

    Returns:
        A scalar that can be differentiated.

    >>> import torch
    >>> nsp_loss(torch.zeros(4, 2), torch.tensor([True, False, True, True]))  # ln 2: a coin
    tensor(0.6931)
    """
    return F.cross_entropy(logits, (~is_next).long())
