"""Next-sentence prediction: what can be drawn and how often, and packing against a loop that takes token by token."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from math import log

import pytest
import torch
from scipy.stats import binom
from torch.nn import functional as F

from bertkit.objectives.nsp import (
    nsp_loss,
    pack_pair,
    sample_order_pairs,
    sample_pairs,
    sample_same_topic_pairs,
)

DOCUMENTS = [["a1", "a2", "a3"], [], ["b1"], ["c1", "c2"]]
"""Three pairs; one document that can only supply seconds, and one that supplies nothing."""
TOPICS = ["sea", "sea", "sea", "land"]
ONE_IN_A_MILLION = 1e-6

Sampler = Callable[[Sequence[Sequence[str]], random.Random], list[tuple[str, str, bool]]]


def same_topic(documents: Sequence[Sequence[str]], rng: random.Random) -> list[tuple[str, str, bool]]:
    """The variant, all documents being of one topic."""
    return sample_same_topic_pairs(documents, ["one"] * len(documents), rng)


SAMPLERS: dict[str, Sampler] = {"random": sample_pairs, "same topic": same_topic, "order": sample_order_pairs}
EVERY_SAMPLER = pytest.mark.parametrize("sampler", SAMPLERS.values(), ids=SAMPLERS)
BY_TOPIC = pytest.mark.parametrize("sampler", [sample_pairs, same_topic], ids=["random", "same topic"])


def assert_binomial(count: int, draws: int, probability: float) -> None:
    """A right sampler is outside these bounds less than once in a million, by the exact distribution."""
    low, high = binom.ppf([ONE_IN_A_MILLION / 2, 1 - ONE_IN_A_MILLION / 2], draws, probability)
    assert low <= count <= high, (count, draws, probability)


def many(sampler: Sampler, rounds: int = 4000) -> list[tuple[str, str, bool]]:
    rng = random.Random(7)
    return [pair for _ in range(rounds) for pair in sampler(DOCUMENTS, rng)]


@EVERY_SAMPLER
def test_one_pair_for_every_two_consecutive_sentences(sampler: Sampler) -> None:
    for seed in range(20):
        pairs = sampler(DOCUMENTS, random.Random(seed))
        assert [type(pair[2]) for pair in pairs] == [bool] * 3
        for pair, two in zip(pairs, [("a1", "a2"), ("a2", "a3"), ("c1", "c2")], strict=True):
            if pair[2]:
                assert pair[:2] == two
            elif sampler is sample_order_pairs:
                assert pair[:2] == two[::-1]
            else:
                assert pair[0] == two[0]
                assert pair[1][0] != two[0][0]  # the letter is the document


@EVERY_SAMPLER
def test_half_are_real_and_each_decides_for_itself(sampler: Sampler) -> None:
    pairs = many(sampler)
    real = [pair[2] for pair in pairs]
    assert_binomial(sum(real), len(real), 0.5)
    agreeing = sum(first == second for first, second in zip(real[::3], real[1::3], strict=True))
    assert_binomial(agreeing, len(real) // 3, 0.5)


@BY_TOPIC
def test_every_sentence_of_every_other_document_can_come(sampler: Sampler) -> None:
    seconds = Counter(pair[1] for pair in many(sampler) if pair[0] == "a1" and not pair[2])
    draws = seconds.total()
    assert set(seconds) == {"b1", "c1", "c2"}
    for count in seconds.values():
        assert_binomial(count, draws, 1 / 3)


def test_equal_documents_at_two_places_are_two_documents() -> None:
    twins = [["same", "next"], ["same", "next"]]
    drawn = {pair for seed in range(200) for pair in sample_pairs(twins, random.Random(seed))}
    assert drawn == {("same", "next", True), ("same", "same", False), ("same", "next", False)}


@EVERY_SAMPLER
def test_the_seed_alone_decides(sampler: Sampler) -> None:
    documents = [[(place, number) for number in range(8)] for place in range(4)]  # a sentence may be any value
    before = random.getstate()
    first, again, other = (sampler(documents, random.Random(seed)) for seed in (1, 1, 2))
    assert first == again
    assert first != other
    rng = random.Random(1)
    assert sampler(documents, rng) != sampler(documents, rng)
    assert random.getstate() == before
    assert documents[3][7] == (3, 7)


def test_same_topic_seconds_have_the_topic_of_the_first() -> None:
    documents = [[f"{topic}{number}.{place}" for place in range(3)] for topic in "xyz" for number in range(2)]
    topics = [sentences[0][0] for sentences in documents]
    rng = random.Random(0)
    negatives = [pair for _ in range(300) for pair in sample_same_topic_pairs(documents, topics, rng) if not pair[2]]
    assert len(negatives) > 1000
    assert all(first[0] == second[0] and first[1] != second[1] for first, second, _ in negatives)
    assert {second for first, second, _ in negatives if first == "x0.0"} == {"x1.0", "x1.1", "x1.2"}


@pytest.mark.parametrize(
    ("documents", "seen"),
    [([], 0), ([[], []], 0), ([["a", "b"]], 1), ([["a", "b"], []], 1)],
    ids=["none", "empty", "one", "one and an empty one"],
)
@BY_TOPIC
def test_too_few_documents(sampler: Sampler, documents: list[list[str]], seen: int) -> None:
    with pytest.raises(ValueError, match=f"^{seen} document"):
        sampler(documents, random.Random(0))


def test_a_topic_alone_is_named() -> None:
    with pytest.raises(ValueError, match=r"1 document.* about 'land'"):
        sample_same_topic_pairs(DOCUMENTS, TOPICS, random.Random(0))
    with pytest.raises(ValueError, match="4 documents but 1 topics"):
        sample_same_topic_pairs(DOCUMENTS, TOPICS[:1], random.Random(0))


@pytest.mark.parametrize("documents", [[], [[]], [["a"], ["b"]]])
def test_no_order_to_tell(documents: list[list[str]]) -> None:
    with pytest.raises(ValueError, match="no document has two sentences"):
        sample_order_pairs(documents, random.Random(0))


def packed_by_hand(first: list[int], second: list[int], max_length: int) -> tuple[list[int], list[int]]:
    """The rule, literally: while it is too long, the last token of the longer side goes."""
    first, second = list(first), list(second)
    while len(first) + len(second) + 3 > max_length:
        (first if len(first) > len(second) else second).pop()
    return [2, *first, 3, *second, 3], [0] * (len(first) + 2) + [1] * (len(second) + 1)


def test_pack_pair_is_the_rule_token_by_token() -> None:
    rng = random.Random(5)
    cut = 0
    for _ in range(3000):
        # Tokens equal to [SEP] are tokens all the same.
        sides = [[rng.randrange(2, 9) for _ in range(rng.randint(1, 12))] for _ in range(2)]
        max_length = rng.randint(5, 24)
        copies = [list(side) for side in sides]
        found = pack_pair(*sides, cls_id=2, sep_id=3, max_length=max_length)
        assert found == packed_by_hand(*sides, max_length)
        assert sides == copies
        cut += len(found[0]) < len(sides[0]) + len(sides[1]) + 3
    assert cut > 500


@pytest.mark.parametrize(
    ("first", "second", "max_length", "message"),
    [
        ([7], [8], 4, "max_length is 4"),
        ([7], [8], -1, "max_length is -1"),
        ([], [8], 9, "the first side is empty"),
        ([7], [], 9, "the second side is empty"),
    ],
)
def test_a_pair_that_cannot_be_packed(first: list[int], second: list[int], max_length: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        pack_pair(first, second, 2, 3, max_length)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("batch", [1, 6])
def test_nsp_loss_class_0_follows(batch: int, dtype: torch.dtype) -> None:
    wide = torch.randn(batch, 4, generator=torch.Generator().manual_seed(0), dtype=dtype)
    logits = wide[:, ::2].requires_grad_()  # not contiguous
    is_next = torch.arange(batch) % 3 == 0
    expected = sum(
        float(torch.logsumexp(row, 0) - row[0 if follows else 1])
        for row, follows in zip(logits.detach(), is_next, strict=True)
    )
    loss = nsp_loss(logits, is_next)
    assert (loss.shape, loss.dtype) == ((), dtype)
    assert loss.item() == pytest.approx(expected / batch, rel=1e-5)
    (gradient,) = torch.autograd.grad(loss, logits)
    right = F.one_hot((~is_next).long(), 2)
    torch.testing.assert_close(gradient, (logits.detach().softmax(dim=-1) - right) / batch)


def test_nsp_loss_of_a_coin_is_ln_2() -> None:
    assert nsp_loss(torch.zeros(4, 2), torch.tensor([True, False, False, True])).item() == pytest.approx(log(2))
