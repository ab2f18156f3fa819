"""Both objectives at once: the sum of two means, and what a model computes without scoring every position."""

from typing import Any

import pytest
import torch
from torch.nn import functional as F

from bertkit.data.labels import IGNORE_INDEX
from bertkit.model.bert import BertForPreTraining
from bertkit.objectives.joint import pretraining_loss
from bertkit.objectives.mlm import mlm_loss
from bertkit.objectives.nsp import nsp_loss


@pytest.fixture(params=[0, 1, 7], ids="{} labels".format)
def answers(request: pytest.FixtureRequest) -> dict[str, torch.Tensor]:
    """Labels of so many positions of four rows, and of their pairs."""
    labels = torch.full((4, 9), IGNORE_INDEX)
    places = torch.randperm(labels.numel(), generator=torch.Generator().manual_seed(1))[: request.param]
    labels.view(-1)[places] = places
    return {"labels": labels, "is_next": torch.tensor([True, False, False, True])}


def test_each_is_a_mean_and_they_are_added(answers: dict[str, torch.Tensor]) -> None:
    drawing = torch.Generator().manual_seed(2)
    mlm_logits, nsp_logits = torch.randn(4, 9, 50, generator=drawing), torch.randn(4, 2, generator=drawing)
    found = pretraining_loss(mlm_logits, answers["labels"], nsp_logits, answers["is_next"])
    assert found.shape == ()
    assert found == mlm_loss(mlm_logits, answers["labels"]) + nsp_loss(nsp_logits, answers["is_next"])


def test_the_model_computes_it(answers: dict[str, torch.Tensor], small_config: Any) -> None:
    model = BertForPreTraining(small_config(hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)).double()
    drawing = torch.Generator().manual_seed(3)
    inputs = {
        "input_ids": torch.randint(5, 50, (4, 9), generator=drawing),
        "attention_mask": torch.arange(9) < torch.tensor([9, 9, 7, 8])[:, None],
        "token_type_ids": (torch.arange(9) > 4).long().expand(4, 9),
    }
    mlm_logits, nsp_logits = model(**inputs)
    expected = pretraining_loss(mlm_logits, answers["labels"], nsp_logits, answers["is_next"])
    torch.testing.assert_close(model(**inputs, **answers), expected, rtol=1e-12, atol=0)


@pytest.mark.parametrize("arranged", ["rows and positions", "flat"])
def test_a_loss_of_one_s_own_is_called_with_rows_and_positions(
    arranged: str, answers: dict[str, torch.Tensor], small_config: Any
) -> None:
    """One that moves the vocabulary to the second place, as torch's cross-entropy wants it, needs three dimensions."""

    def own(mlm_logits: torch.Tensor, labels: torch.Tensor, nsp_logits: torch.Tensor, is_next: torch.Tensor) -> Any:
        if arranged == "flat":
            mlm_logits, labels = mlm_logits.flatten(0, 1)[None], labels.flatten()[None]
        words = F.cross_entropy(mlm_logits.transpose(1, 2), labels, ignore_index=IGNORE_INDEX, reduction="sum")
        return words / (labels != IGNORE_INDEX).sum().clamp(min=1) + nsp_loss(nsp_logits, is_next)

    config = small_config(hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
    inputs = {"input_ids": torch.randint(5, 50, (4, 9), generator=torch.Generator().manual_seed(3))}
    models = [BertForPreTraining(config, pretraining_loss=each).double() for each in (own, pretraining_loss)]
    losses = [model(**inputs, **answers) for model in models]
    torch.testing.assert_close(*losses, rtol=1e-12, atol=1e-12)
    for loss in losses:
        loss.backward()
    for (name, ours), (_, reference) in zip(*(model.named_parameters() for model in models), strict=True):
        if reference.grad is not None:
            torch.testing.assert_close(ours.grad, reference.grad, rtol=1e-9, atol=1e-12, msg=name)
