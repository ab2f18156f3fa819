"""BERT's pre-training loss: both objectives at once (Devlin et al. 2019, appendix A.2)."""

from torch import Tensor

from bertkit.objectives.mlm import mlm_loss
from bertkit.objectives.nsp import nsp_loss


def pretraining_loss(mlm_logits: Tensor, mlm_labels: Tensor, nsp_logits: Tensor, is_next: Tensor) -> Tensor:
    """The masked-language-model loss plus the next-sentence loss, each a mean, unweighted, in nats.

    Args:
        mlm_logits: scores of every token. Shape: (..., V)
        mlm_labels: -100 where nothing is to be predicted. Shape: (...), int64
        nsp_logits: scores of class 0, "second follows first", and class 1, "second is random". Shape: (B, 2)
        is_next: whether the second follows. Shape: (B,), bool

    Returns:
        A scalar that can be differentiated. Where no position has a label, the first loss is 0, with a gradient of all
        zeros.

    >>> import torch
    >>> labels, is_next = torch.tensor([[-100, 5, -100]]), torch.tensor([True])
    >>> pretraining_loss(torch.zeros(1, 3, 8), labels, torch.zeros(1, 2), is_next)  # ln 8 + ln 2
    tensor(2.7726)
    """
    return mlm_loss(mlm_logits, mlm_labels) + nsp_loss(nsp_logits, is_next)
