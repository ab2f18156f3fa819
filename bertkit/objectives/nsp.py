"""Next-sentence prediction (Devlin et al. 2019, section 3.1, task 2).

A pair is real in half of the cases; else its second part is drawn from another document. `bertkit.data.reading.Reader`
makes the same pairs out of a token store, with runs of sentences for sentences, and three harder variants: seconds of
the same topic, so that topics do not give them away, which is `sample_pairs` of each topic's documents; what follows in
a document that runs parallel, so that order does not either; and the same two in the wrong order (ALBERT, arXiv
1909.11942, section 3.1).
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch.nn import functional as F

from bertkit.data.labels import IGNORE_INDEX

if TYPE_CHECKING:  # not needed where the functions alone are, and the tokenizers take their time
    from bertkit.data.batches import Batch


def sample_pairs(documents: Sequence[Sequence[Any]], rng: random.Random) -> list[tuple[Any, Any, bool]]:
    """Make one pair of every two consecutive sentences: half real, half with a random second.

    Args:
        documents: each a list of sentences, a sentence being any value.
        rng: the only source of randomness.

    Returns:
        (first, second, is_next) for every sentence that has a next one, in order. A random second comes from a
        *different* document: draw the document first and then a sentence of it, or one of all their sentences.

    Raises:
        ValueError: if fewer than two documents have a sentence.

    >>> [(first, second, is_next)] = sample_pairs([["a cat .", "it slept ."], ["rain fell ."]], random.Random(0))
    >>> first
    'a cat .'
    >>> second == ("it slept ." if is_next else "rain fell .")
    True
    """
    sources = [document for document in documents if document]
    if len(sources) < 2:
        raise ValueError(
            f"{len(sources)} document(s) with a sentence; a random second comes from another one, so pass at least 2"
        )
    pairs: list[tuple[Any, Any, bool]] = []
    for place, document in enumerate(sources):
        for first, following in pairwise(document):
            if rng.random() < 0.5:
                pairs.append((first, following, True))
            else:
                drawn = rng.randrange(len(sources) - 1)  # numbers the other documents, its own left out
                elsewhere = sources[drawn + (drawn >= place)]
                pairs.append((first, rng.choice(elsewhere), False))
    return pairs


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

    >>> input_ids, token_type_ids = pack_pair([7, 8], [9], cls_id=2, sep_id=3, max_length=16)
    >>> input_ids
    [2, 7, 8, 3, 9, 3]
    >>> token_type_ids
    [0, 0, 0, 0, 1, 1]
    """
    if max_length < 5:
        raise ValueError(f"max_length is {max_length}; [CLS], [SEP], [SEP] and a token of each side need 5")
    if not (first and second):
        raise ValueError(f"the {'second' if first else 'first'} side is empty; a pair needs a token on each side")
    first, second = list(first), list(second)
    while len(first) + len(second) + 3 > max_length:
        longer = first if len(first) > len(second) else second
        longer.pop()
    return [cls_id, *first, sep_id, *second, sep_id], [0] * (len(first) + 2) + [1] * (len(second) + 1)


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


@dataclass(frozen=True)
class NextSentencePrediction:
    """The objective alone, as a function of a batch: nothing is hidden, and [CLS] has to tell.

    It trains a `BertForPreTraining`, whose other head then learns nothing.
    """

    def question(self, batch: "Batch", generator: torch.Generator) -> dict[str, Tensor]:
        """A batch as a model is asked about it: its arguments, the right answers among them.

        Args:
            batch: pairs.
            generator: not used, since nothing is drawn.

        Returns:
            `input_ids`, `attention_mask`, `token_type_ids`, `is_next`, and `labels` that are -100 everywhere.

        Raises:
            ValueError: for single texts.
        """
        if batch.token_type_ids is None or batch.is_next is None:
            raise ValueError("these are single texts, in which no sentence follows another one; pass pairs")
        return {
            "input_ids": batch.input_ids,
            "attention_mask": batch.attention_mask,
            "token_type_ids": batch.token_type_ids,
            "labels": torch.full_like(batch.input_ids, IGNORE_INDEX),
            "is_next": batch.is_next,
        }
