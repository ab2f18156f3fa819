"""Next-sentence prediction: what can be drawn and how often, and what is left of a pair that is too long."""

import random
from collections import Counter
from math import log

import pytest
import torch
from scipy.stats import binom
from torch.nn import functional as F

from bertkit.data.batches import Batch, truncated_lengths
from bertkit.objectives.nsp import NextSentencePrediction, nsp_loss, pack_pair, sample_pairs

DOCUMENTS = [["a1", "a2", "a3"], [], ["b1"], ["c1", "c2"]]
"""Three pairs; one document that can only supply seconds, and one that supplies nothing."""
ONE_IN_A_MILLION = 1e-6


def assert_binomial(count: int, draws: int, probability: float) -> None:
    """A right sampler is outside these bounds less than once in a million, by the exact distribution."""
    low, high = binom.ppf([ONE_IN_A_MILLION / 2, 1 - ONE_IN_A_MILLION / 2], draws, probability)
    assert low <= count <= high, (count, draws, probability)


@pytest.fixture(scope="module")
def many() -> list[tuple[str, str, bool]]:
    """The pairs of thousands of calls on one generator."""
    rng = random.Random(7)
    return [pair for _ in range(4000) for pair in sample_pairs(DOCUMENTS, rng)]


def test_one_pair_for_every_two_consecutive_sentences() -> None:
    for seed in range(20):
        pairs = sample_pairs(DOCUMENTS, random.Random(seed))
        assert [type(pair[2]) for pair in pairs] == [bool] * 3
        for pair, two in zip(pairs, [("a1", "a2"), ("a2", "a3"), ("c1", "c2")], strict=True):
            assert pair[0] == two[0]
            assert pair[1] == two[1] if pair[2] else pair[1][0] != two[0][0]  # the letter is the document


def test_half_are_real_and_each_decides_for_itself(many: list[tuple[str, str, bool]]) -> None:
    real = [pair[2] for pair in many]
    assert_binomial(sum(real), len(real), 0.5)
    agreeing = sum(first == second for first, second in zip(real[::3], real[1::3], strict=True))
    assert_binomial(agreeing, len(real) // 3, 0.5)


@pytest.mark.parametrize(
    ("first", "shares"),
    [("a1", {"b1": 1 / 2, "c1": 1 / 4, "c2": 1 / 4}), ("c1", {"a1": 1 / 6, "a2": 1 / 6, "a3": 1 / 6, "b1": 1 / 2})],
)
def test_every_sentence_of_every_other_document_can_come(
    first: str, shares: dict[str, float], many: list[tuple[str, str, bool]]
) -> None:
    seconds = Counter(pair[1] for pair in many if pair[0] == first and not pair[2])
    assert set(seconds) == set(shares)
    for second, share in shares.items():
        assert_binomial(seconds[second], seconds.total(), share)


def test_equal_documents_at_two_places_are_two_documents() -> None:
    twins = [["same", "next"], ["same", "next"]]
    drawn = {pair for seed in range(200) for pair in sample_pairs(twins, random.Random(seed))}
    assert drawn == {("same", "next", True), ("same", "same", False), ("same", "next", False)}


def test_the_seed_alone_decides() -> None:
    documents = [[(place, number) for number in range(8)] for place in range(4)]  # a sentence may be any value
    before = random.getstate()
    first, again, other = (sample_pairs(documents, random.Random(seed)) for seed in (1, 1, 2))
    assert first == again
    assert first != other
    rng = random.Random(1)
    assert sample_pairs(documents, rng) != sample_pairs(documents, rng)
    assert random.getstate() == before
    assert documents == [[(place, number) for number in range(8)] for place in range(4)]


@pytest.mark.parametrize(
    ("documents", "seen"),
    [([], 0), ([[], []], 0), ([["a", "b"]], 1), ([["a", "b"], []], 1)],
    ids=["none", "empty", "one", "one and an empty one"],
)
def test_too_few_documents(documents: list[list[str]], seen: int) -> None:
    with pytest.raises(ValueError, match=f"^{seen} document"):
        sample_pairs(documents, random.Random(0))


def test_what_is_left_of_a_pair_that_is_too_long() -> None:
    rng = random.Random(5)
    kinds: Counter[str] = Counter()
    for _ in range(3000):
        # Tokens equal to [SEP] are tokens all the same.
        first, second = ([rng.randrange(2, 9) for _ in range(rng.randint(1, 12))] for _ in range(2))
        max_length = rng.randint(5, 24)
        copies = list(first), list(second)
        ids, types = pack_pair(first, second, cls_id=2, sep_id=3, max_length=max_length)
        assert (first, second) == copies
        one = types.index(1) - 2
        other = len(ids) - one - 3
        assert ids == [2, *first[:one], 3, *second[:other], 3]
        assert types == [0] * (one + 2) + [1] * (other + 1)
        match one < len(first), other < len(second):
            case False, False:
                assert len(ids) <= max_length
                kinds["whole"] += 1
            case True, True:  # equally long when the last token went, or `second` gave the last one
                assert (len(ids), one - other) in ((max_length, 0), (max_length, 1))
                kinds["both cut"] += 1
            case True, False:  # until `second` would have been the longer one, or as long
                assert len(ids) == max_length
                assert one >= other
                kinds["first cut"] += 1
            case False, True:
                assert len(ids) == max_length
                assert other >= one - 1
                kinds["second cut"] += 1
    assert len(kinds) == 4
    assert min(kinds.values()) > 100


def test_what_is_left_is_computed_in_one_step_for_training() -> None:
    """The data path asks `truncated_lengths`, which takes no token away one by one."""
    for first in range(1, 13):
        for second in range(1, 13):
            for max_length in range(5, 30):
                _, types = pack_pair([7] * first, [8] * second, 2, 3, max_length)
                kept = truncated_lengths(first, second, max_length - 3)
                assert (types.count(0) - 2, types.count(1) - 1) == kept


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


def test_the_objective_alone_hides_nothing_and_asks_of_pairs_alone() -> None:
    ids, real = torch.tensor([[2, 7, 3, 8, 3]]), torch.ones(1, 5, dtype=torch.bool)
    types, is_next = torch.tensor([[0, 0, 0, 1, 1]]), torch.tensor([False])
    batch = Batch(ids, real, ids < 4, types, is_next)
    question = NextSentencePrediction().question(batch, torch.Generator())
    assert question.keys() == {"input_ids", "attention_mask", "token_type_ids", "labels", "is_next"}
    assert torch.equal(question["input_ids"], ids)
    assert question["labels"].tolist() == [[-100] * 5]
    with pytest.raises(ValueError, match="these are single texts"):
        NextSentencePrediction().question(Batch(ids, real, ids < 4), torch.Generator())
