"""Models: an encoder and its heads, joined."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from bertkit.config import BertConfig
from bertkit.encoder import BertEncoder, initialize_weights
from bertkit.heads import MLMHead
from bertkit.labels import IGNORE_INDEX
from bertkit.objectives.mlm import mlm_loss


class BertForMaskedLM(nn.Module):
    """The encoder with the masked-language-model head, which shares the token embedding table.

    Args:
        config: shape and regularisation.
        generator: source of the starting weights; the same generator state gives the same model.
        head: another head for the encoder's vectors, for example one's own; built as `head(H, embedding)`.
        loss: another loss, called as `loss(logits (N, V), labels (N,))`.
    """

    def __init__(
        self,
        config: BertConfig,
        generator: torch.Generator | None = None,
        head: Callable[[int, nn.Embedding], nn.Module] = MLMHead,
        loss: Callable[[Tensor, Tensor], Tensor] = mlm_loss,
    ) -> None:
        super().__init__()
        self.config = config
        self.loss = loss
        # The layers' own starting weights are thrown away just below: keep them from moving the global generator.
        with torch.random.fork_rng(devices=[]):
            self.bert = BertEncoder(config)
            self.mlm = head(config.hidden_size, self.bert.embeddings.word_embeddings)
        if isinstance(self.mlm, MLMHead):
            self.mlm.norm.eps = config.layer_norm_eps  # as in Hugging Face's model, for checkpoints with another one
        initialize_weights(self, config.initializer_range, generator or torch.Generator().manual_seed(0))

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor | None = None,
        token_type_ids: Tensor | None = None,
        labels: Tensor | None = None,
    ) -> Tensor:
        """Score the vocabulary at every position, or, given labels, return the loss.

        Args:
            input_ids: Shape: (B, T), int64
            attention_mask: True at real tokens. Shape: (B, T)
            token_type_ids: Shape: (B, T), int64
            labels: -100 where nothing is to be predicted. Shape: (B, T), int64

        Returns:
            Logits of shape (B, T, V); with `labels`, the scalar loss (mean, in nats).
        """
        hidden = self.bert(input_ids, attention_mask, token_type_ids)
        if labels is None:
            return self.mlm(hidden)
        # Scoring the vocabulary is the dearest product of a small model, and six positions in seven have no label.
        labelled = labels != IGNORE_INDEX
        return self.loss(self.mlm(hidden[labelled]), labels[labelled])


@dataclass(frozen=True)
class Size:
    """A named size of model: what training time on two cores allows."""

    hidden_size: int
    num_hidden_layers: int
    num_attention_heads: int

    def config(self, vocab_size: int, max_position_embeddings: int = 64, dropout: float = 0.0) -> BertConfig:
        """A configuration of this size.

        Short training on unlimited text overfits nothing, hence no dropout. Weights start with deviation
        1 / sqrt(H): BERT's 0.02 was chosen for H = 768 and delays a model of H = 64 by half its training.
        """
        return BertConfig(
            vocab_size=vocab_size,
            hidden_size=self.hidden_size,
            num_hidden_layers=self.num_hidden_layers,
            num_attention_heads=self.num_attention_heads,
            intermediate_size=4 * self.hidden_size,
            max_position_embeddings=max_position_embeddings,
            initializer_range=self.hidden_size**-0.5,
            hidden_dropout_prob=dropout,
            attention_probs_dropout_prob=dropout,
        )


SIZES: dict[str, Size] = {
    "nano": Size(hidden_size=96, num_hidden_layers=2, num_attention_heads=4),
    "tiny": Size(hidden_size=128, num_hidden_layers=2, num_attention_heads=2),
    "mini": Size(hidden_size=256, num_hidden_layers=4, num_attention_heads=4),
    "small": Size(hidden_size=512, num_hidden_layers=4, num_attention_heads=8),
}
"""Sizes by name: tiny, mini and small are those of Turc et al. 2019 (arXiv 1908.08962), nano learns in a minute."""
