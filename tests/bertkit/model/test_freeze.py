"""A frozen encoder stays as it is, whatever the model around it does."""

from collections import namedtuple
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from bertkit.model.encoder import BertEncoder
from bertkit.model.freeze import FrozenEncoder, cache_features, evaluation_mode, frozen


@pytest.fixture
def encoder(small_config: Callable[..., Any]) -> BertEncoder:
    """With a lot of dropout."""
    torch.manual_seed(0)
    return BertEncoder(small_config(hidden_dropout_prob=0.5, attention_probs_dropout_prob=0.5))


def questions(rows: int = 7, length: int = 5, seed: int = 0) -> dict[str, Tensor]:
    ids = torch.randint(5, 50, (rows, length), generator=torch.Generator().manual_seed(seed))
    mask = torch.arange(length) < torch.arange(1, rows + 1)[:, None].clamp(max=length)
    return {"input_ids": ids, "attention_mask": mask}


def modes(module: nn.Module) -> list[bool]:
    return [part.training for part in module.modules()]


@pytest.mark.parametrize("around", [False, True], ids=["itself", "a model around it"])
def test_no_dropout_in_training_mode(encoder: BertEncoder, around: bool) -> None:
    expected = encoder.eval()(**questions())
    frozen = FrozenEncoder(encoder.train())
    for mode in (True, False, True):
        (nn.Sequential(nn.Linear(2, 2), frozen) if around else frozen).train(mode)
        assert frozen.training is mode
        torch.testing.assert_close(frozen(**questions()), expected)


def test_arguments_are_passed_on(encoder: BertEncoder) -> None:
    frozen = FrozenEncoder(encoder)
    given = questions()
    torch.testing.assert_close(frozen(given["input_ids"], given["attention_mask"]), frozen(**given))


@pytest.mark.parametrize("kind", [tuple, dict, namedtuple("Output", "hidden extra"), str])
def test_the_output_may_be_of_any_type(kind: Any) -> None:
    class Wrapping(nn.Module):
        def forward(self, hidden: Tensor) -> Any:
            return {tuple: (hidden, 1), dict: {"hidden": hidden}, str: "text"}.get(kind) or kind(hidden, 1)

    assert type(FrozenEncoder(Wrapping())(torch.ones(2))) is kind


def test_only_what_stands_above_learns(encoder: BertEncoder, weights_of: Any) -> None:
    model = nn.Sequential(FrozenEncoder(encoder), head := nn.Linear(24, 2)).train()
    assert any(parameter is encoder.layers[0].output.weight for parameter in model.parameters())
    assert [parameter for parameter in model.parameters() if parameter.requires_grad] == list(head.parameters())
    before, head_before = weights_of(encoder), weights_of(head)
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.1, weight_decay=0.5)
    model(questions()["input_ids"]).square().sum().backward()
    optimizer.step()
    assert torch.equal(weights_of(encoder), before)
    assert not torch.equal(weights_of(head), head_before)


@pytest.mark.parametrize("grad_mode", [True, False])
def test_grad_mode_is_left_as_it_was(encoder: BertEncoder, grad_mode: bool) -> None:
    with torch.set_grad_enabled(grad_mode):
        frozen, batch = FrozenEncoder(encoder), questions()
        assert not frozen(**batch).requires_grad
        assert not cache_features(encoder, [batch]).requires_grad
        with pytest.raises(TypeError):
            frozen(no_such_argument=1)
        assert torch.is_grad_enabled() == grad_mode


def test_no_gradient_even_to_the_input(encoder: BertEncoder) -> None:
    given = torch.ones(2, 40, requires_grad=True)
    assert not FrozenEncoder(encoder.layers[0].output)(given).requires_grad


def test_cached_features_are_the_vectors_at_position_0(encoder: BertEncoder) -> None:
    batches = [questions(rows, seed=rows) for rows in (3, 1, 4)]
    expected = torch.cat([encoder.eval()(**batch)[:, 0] for batch in batches])
    features = cache_features(encoder.train(), iter(batches))
    assert features.shape == (8, 24)
    torch.testing.assert_close(features, expected)
    nn.Linear(24, 2)(features).sum().backward()  # may be fed to what learns


def test_a_feature_keeps_no_other_vector_in_memory(encoder: BertEncoder) -> None:
    features = cache_features(encoder, [questions(4)])
    assert features.untyped_storage().nbytes() == 4 * features.numel()


def test_modes_are_put_back_part_by_part(encoder: BertEncoder) -> None:
    encoder.train().layers[1].eval()
    before = modes(encoder)
    assert len(set(before)) == 2
    cache_features(encoder, [questions()])
    assert modes(encoder) == before

    def failing() -> Iterator[dict[str, Tensor]]:
        yield questions()
        assert not any(modes(encoder))
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        cache_features(encoder, failing())
    assert modes(encoder) == before
    with evaluation_mode(encoder):
        assert not any(modes(encoder))
    assert modes(encoder) == before


def test_frozen_for_a_while(encoder: BertEncoder) -> None:
    encoder.train().layers[1].eval()
    encoder.embeddings.requires_grad_(False)
    before = modes(encoder), [parameter.requires_grad for parameter in encoder.parameters()]

    def stopped() -> None:
        with frozen(encoder) as kept:
            assert isinstance(kept, FrozenEncoder)
            assert kept.encoder is encoder
            assert not any(modes(encoder))
            assert not any(parameter.requires_grad for parameter in encoder.parameters())
            raise RuntimeError("stopped")

    with pytest.raises(RuntimeError, match="stopped"):
        stopped()
    assert (modes(encoder), [parameter.requires_grad for parameter in encoder.parameters()]) == before
    assert len(set(before[1])) == 2


def test_no_batches(encoder: BertEncoder) -> None:
    with pytest.raises(ValueError, match="no batches"):
        cache_features(encoder, [])
