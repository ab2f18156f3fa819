"""BERT's pre-training loss: both objectives at once (Devlin et al. 2019, appendix A.2)."""

from torch import Tensor

from bertkit.objectives.mlm import mlm_loss
from bertkit.objectives.nsp import nsp_loss


def pretraining_loss(
    mlm_logits: Tensor, mlm_labels: Tensor, nsp_logits: Tensor, is_next: Tensor, mlm_weight: float = 1.0
) -> Tensor:
    """The masked-language-model loss plus the next-sentence loss, each a mean, in nats.

    Args:
        mlm_logits: scores of every token. Shape: (..., V)
        mlm_labels: -100 where nothing is to be predicted. Shape: (...), int64
        nsp_logits: Shape: (B, 2)
        is_next: Shape: (B,), bool
        mlm_weight: 1 in BERT. A part of a batch that holds fewer labels than the other parts gets a smaller one, so
            that the parts add up to what the whole batch would give.

    Returns:
        A scalar that can be differentiated.
    """
    return mlm_weight * mlm_loss(mlm_logits, mlm_labels) + nsp_loss(nsp_logits, is_next)
