"""A linear probe: what is there linearly is read, what is not is not, and what it was fitted to does not count."""

import pytest
import torch

from bertkit.evaluation.linear_probe import linear_probe


def drawn(count: int, seed: int) -> torch.Tensor:
    return torch.randn(count, 8, generator=torch.Generator().manual_seed(seed))


def test_a_direction_is_read_whatever_its_scale_and_offset() -> None:
    vectors, unseen = (drawn(400, seed) * 1e-3 + 50 for seed in (0, 1))
    classes = [["a", "b", "c"][int(each[2] > 50) + int(each[2] > 50.0005)] for each in vectors]
    others = ["a" if each[2] <= 50 else "not a" for each in unseen]
    assert linear_probe(vectors, ["a" if c == "a" else "not a" for c in classes], unseen, others) > 0.95


def test_what_two_features_say_together_is_not_linear() -> None:
    """Whether two signs agree is in the vector, and no line parts the two classes."""
    vectors, unseen = drawn(2000, 0), drawn(2000, 1)
    labels, others = ([bool(each[0] * each[1] > 0) for each in some] for some in (vectors, unseen))
    assert 0.45 < linear_probe(vectors, labels, unseen, others) < 0.55


def test_a_constant_feature_does_no_harm_and_the_commonest_class_is_said_where_nothing_is_known() -> None:
    vectors, unseen = torch.zeros(90, 4), torch.zeros(10, 4)
    labels = [number % 3 == 0 for number in range(90)]
    assert linear_probe(vectors, labels, unseen, [True] * 2 + [False] * 8) == 0.8


def test_what_does_not_match_is_named() -> None:
    with pytest.raises(ValueError, match="3 vectors but 2 labels to fit"):
        linear_probe(drawn(3, 0), [1, 2], drawn(1, 0), [1])
    with pytest.raises(ValueError, match="2 vectors but 1 labels to judge"):
        linear_probe(drawn(2, 0), [1, 2], drawn(2, 0), [1])
    with pytest.raises(ValueError, match="all vectors to fit are of the class 7"):
        linear_probe(drawn(2, 0), [7, 7], drawn(2, 0), [7, 7])
