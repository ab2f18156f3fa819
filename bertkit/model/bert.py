"""Models: an encoder and its heads, joined."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from bertkit.data.checks import both, check_tensor, scalar
from bertkit.data.labels import IGNORE_INDEX
from bertkit.model.attention import Attention
from bertkit.model.config import BertConfig
from bertkit.model.encoder import BertEncoder, Pooler, initialize_weights, unmoved_global_generator
from bertkit.model.heads import (
    MLMHead,
    NSPHead,
    SequenceClassificationHead,
    SpanHead,
    TokenClassificationHead,
    scored_where_labelled,
    take_norm_eps,
)
from bertkit.model.pretrained import TWO_LABELS, PretrainedModel
from bertkit.objectives.mlm import mlm_loss
from bertkit.objectives.nsp import nsp_loss
from bertkit.objectives.spans import span_loss

Loss = Callable[[Tensor, Tensor], Tensor]
"""Of logits (N, classes) and right answers (N,): a mean that can be differentiated."""


class BertForMaskedLM(PretrainedModel):
    """The encoder with the masked-language-model head, which shares the token embedding table.

    With a causal mask as `attention_mask` and `next_token_labels` as labels it is a next-token model.

    Args:
        config: shape and regularisation.
        generator: source of the starting weights; the same generator state gives the same model.
        head: another head for the encoder's vectors, for example one's own; built as `head(H, embedding)`.
        loss: another loss, called as `loss(logits (N, V), labels (N,))`.
        attention: computes each head of each layer; see `SelfAttention`.
    """

    head_places: ClassVar = {"mlm": MLMHead}

    def __init__(
        self,
        config: BertConfig,
        generator: torch.Generator | None = None,
        head: Callable[[int, nn.Embedding], nn.Module] = MLMHead,
        loss: Loss = mlm_loss,
        attention: Attention | None = None,
    ) -> None:
        super().__init__(config)
        self.loss = loss
        with unmoved_global_generator():
            self.bert = BertEncoder(config, attention)
            self.mlm = head(config.hidden_size, self.bert.embeddings.word_embeddings)
        take_norm_eps(self.mlm, config)
        initialize_weights(self, config.initializer_range, generator or torch.Generator().manual_seed(0))

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor | None = None,
        token_type_ids: Tensor | None = None,
        labels: Tensor | None = None,
        label_weight: float = 1.0,
    ) -> Tensor:
        """Score the vocabulary at every position, or, given labels, return the loss.

        Args:
            input_ids: Shape: (B, T), int64
            attention_mask: True at real tokens. Shape: (B, T) or (B, T, T)
            token_type_ids: Shape: (B, T), int64
            labels: -100 where nothing is to be predicted. Shape: (B, T), int64
            label_weight: factor of the loss, for a part of a batch that holds more or fewer labels than the others.

        Returns:
            Logits of shape (B, T, V); with `labels`, the scalar loss (mean, in nats).
        """
        hidden = self.bert(input_ids, attention_mask, token_type_ids)
        if labels is None:
            return self.mlm(hidden)
        logits, labels = scored_where_labelled(self.mlm, hidden, labels, self.config.vocab_size)
        return label_weight * scalar("mlm_loss", self.loss(logits, labels))


class BertForPreTraining(PretrainedModel):
    """The encoder with both heads of pre-training: masked language model and next-sentence prediction.

    Args:
        config: shape and regularisation.
        generator: source of the starting weights.
        mlm_head: another head for masked tokens, for example one's own; built as `mlm_head(H, embedding)`.
        nsp_head: another head for pairs, built as `nsp_head(H)`.
        mlm_loss: another loss, called as `mlm_loss(logits (N, V), labels (N,))`.
        nsp_loss: another loss, called as `nsp_loss(logits (B, 2), is_next (B,))`.
        pretraining_loss: joins both, called with the arguments of both; their sum if None.
        attention: computes each head of each layer; see `SelfAttention`.
    """

    head_places: ClassVar = {"mlm": MLMHead, "nsp": NSPHead}

    def __init__(
        self,
        config: BertConfig,
        generator: torch.Generator | None = None,
        mlm_head: Callable[[int, nn.Embedding], nn.Module] = MLMHead,
        nsp_head: Callable[[int], nn.Module] = NSPHead,
        mlm_loss: Loss = mlm_loss,
        nsp_loss: Loss = nsp_loss,
        pretraining_loss: Callable[[Tensor, Tensor, Tensor, Tensor], Tensor] | None = None,
        attention: Attention | None = None,
    ) -> None:
        super().__init__(config)
        self.mlm_loss, self.nsp_loss, self.pretraining_loss = mlm_loss, nsp_loss, pretraining_loss
        with unmoved_global_generator():
            self.bert = BertEncoder(config, attention)
            self.mlm = mlm_head(config.hidden_size, self.bert.embeddings.word_embeddings)
            self.nsp = nsp_head(config.hidden_size)
        take_norm_eps(self.mlm, config)
        initialize_weights(self, config.initializer_range, generator or torch.Generator().manual_seed(0))

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor | None = None,
        token_type_ids: Tensor | None = None,
        labels: Tensor | None = None,
        is_next: Tensor | None = None,
        label_weight: float = 1.0,
    ) -> Tensor | tuple[Tensor, Tensor]:
        """Score the vocabulary at every position and the pair, or, given labels, return the loss.

        Args:
            input_ids: Shape: (B, T), int64
            attention_mask: True at real tokens. Shape: (B, T)
            token_type_ids: 0 for the first text, 1 for the second. Shape: (B, T), int64
            labels: -100 where nothing is to be predicted. Shape: (B, T), int64
            is_next: True where the second text follows the first. Shape: (B,), bool
            label_weight: factor of the masked-language-model loss, as in `BertForMaskedLM`.

        Returns:
            (MLM logits, NSP logits) of shapes (B, T, V) and (B, 2); with `labels` and `is_next` the scalar loss, the
            sum of both means, in nats.
        """
        if labels is None or is_next is None:
            hidden = self.bert(input_ids, attention_mask, token_type_ids)
            return self.mlm(hidden), self.nsp(hidden)
        labelled = labels != IGNORE_INDEX
        read = labelled.clone()
        read[:, 0] = True  # [CLS], by the NSP head
        vectors = self.bert(input_ids, attention_mask, token_type_ids, wanted=read)
        is_first = read.nonzero()[:, 1] == 0
        mlm_logits, nsp_logits = self.mlm(vectors[labelled[read]]), self.nsp(vectors[is_first, None])
        answers = labels[labelled]
        check_tensor("MLMHead", mlm_logits, (len(answers), self.config.vocab_size))
        check_tensor("NSPHead", nsp_logits, (len(is_next), 2))
        return self.joint_loss(mlm_logits, answers, nsp_logits, is_next, label_weight)

    def joint_loss(
        self, mlm_logits: Tensor, labels: Tensor, nsp_logits: Tensor, is_next: Tensor, label_weight: float
    ) -> Tensor:
        """Both losses, that of masked tokens times `label_weight`. Shapes: (N, V), (N,), (B, 2), (B,) to a scalar."""
        if self.pretraining_loss is None:
            mlm = scalar("mlm_loss", self.mlm_loss(mlm_logits, labels))
            return label_weight * mlm + scalar("nsp_loss", self.nsp_loss(nsp_logits, is_next))
        # One row of all of them: a loss of somebody's own may want rows and positions.
        joint = self.pretraining_loss(mlm_logits[None], labels[None], nsp_logits, is_next)
        joint = scalar("pretraining_loss", joint)
        if label_weight == 1:
            return joint
        return joint + (label_weight - 1) * scalar("mlm_loss", self.mlm_loss(mlm_logits, labels))


class BertForSequenceClassification(PretrainedModel):
    """One label for a text or a pair: encoder, pooler, classifier on `[CLS]`.

    For fine-tuning the pooler starts from random weights and learns with the classifier: that of pre-training has
    learned what tells whether two texts follow each other, and throws the rest away (`load_encoder`).

    Args:
        config: shape and regularisation.
        labels: names of the labels, in the order of their ids.
        generator: source of the starting weights.
        head: another head, for example one's own; built as `head(H, num_labels, dropout)`. The sequence that it reads
            is the pooler's one vector.
        attention: computes each head of each layer; see `SelfAttention`.
    """

    labelled, head_places = True, {"head": SequenceClassificationHead}

    def __init__(
        self,
        config: BertConfig,
        labels: Sequence[str] = TWO_LABELS,
        generator: torch.Generator | None = None,
        head: Callable[[int, int, float], nn.Module] = SequenceClassificationHead,
        attention: Attention | None = None,
    ) -> None:
        super().__init__(config)
        self.labels = tuple(labels)
        with unmoved_global_generator():
            self.bert = BertEncoder(config, attention)
            self.pooler = Pooler(config.hidden_size)
            self.head = head(config.hidden_size, len(self.labels), config.hidden_dropout_prob)
        initialize_weights(self, config.initializer_range, generator or torch.Generator().manual_seed(0))

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor | None = None,
        token_type_ids: Tensor | None = None,
        labels: Tensor | None = None,
    ) -> Tensor:
        """Score the labels, or, given the right ones, return the loss.

        Args:
            input_ids: Shape: (B, T), int64
            attention_mask: True at real tokens. Shape: (B, T)
            token_type_ids: Shape: (B, T), int64
            labels: Shape: (B,), int64

        Returns:
            Logits of shape (B, num_labels); with `labels`, the scalar loss (mean, in nats).
        """
        logits = self.head(self.pooler(self.bert(input_ids, attention_mask, token_type_ids)))
        check_tensor("SequenceClassificationHead", logits, (len(input_ids), len(self.labels)))
        return logits if labels is None else F.cross_entropy(logits, labels)


class BertForTokenClassification(PretrainedModel):
    """One label for every token: encoder and classifier.

    Args:
        config: shape and regularisation.
        labels: names of the labels, in the order of their ids.
        generator: source of the starting weights.
        head: another head, for example one's own; built as `head(H, num_labels, dropout)`.
        loss: another loss, called as `loss(logits (B, T, num_labels), labels (B, T))`.
        attention: computes each head of each layer; see `SelfAttention`.
    """

    labelled, head_places = True, {"head": TokenClassificationHead}

    def __init__(
        self,
        config: BertConfig,
        labels: Sequence[str] = TWO_LABELS,
        generator: torch.Generator | None = None,
        head: Callable[[int, int, float], nn.Module] = TokenClassificationHead,
        loss: Loss = mlm_loss,
        attention: Attention | None = None,
    ) -> None:
        super().__init__(config)
        self.labels, self.loss = tuple(labels), loss
        with unmoved_global_generator():
            self.bert = BertEncoder(config, attention)
            self.head = head(config.hidden_size, len(self.labels), config.hidden_dropout_prob)
        initialize_weights(self, config.initializer_range, generator or torch.Generator().manual_seed(0))

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor | None = None,
        token_type_ids: Tensor | None = None,
        labels: Tensor | None = None,
    ) -> Tensor:
        """Score the labels at every position, or, given the right ones, return the loss.

        Args:
            input_ids: Shape: (B, T), int64
            attention_mask: True at real tokens. Shape: (B, T)
            token_type_ids: Shape: (B, T), int64
            labels: -100 where there is none. Shape: (B, T), int64

        Returns:
            Logits of shape (B, T, num_labels); with `labels`, the scalar loss (mean over labelled tokens, in nats).
        """
        logits = self.head(self.bert(input_ids, attention_mask, token_type_ids))
        check_tensor("TokenClassificationHead", logits, (*input_ids.shape[:2], len(self.labels)))
        return logits if labels is None else scalar("mlm_loss", self.loss(logits, labels))


class BertForQuestionAnswering(PretrainedModel):
    """Start and end of an answer in a passage: encoder and span head.

    Args:
        config: shape and regularisation.
        generator: source of the starting weights.
        head: another head, for example one's own; built as `head(H)`.
        loss: another loss, called as `loss(start_logits (B, T), end_logits (B, T), start (B,), end (B,))`.
        attention: computes each head of each layer; see `SelfAttention`.
    """

    head_places: ClassVar = {"head": SpanHead}

    def __init__(
        self,
        config: BertConfig,
        generator: torch.Generator | None = None,
        head: Callable[[int], nn.Module] = SpanHead,
        loss: Callable[[Tensor, Tensor, Tensor, Tensor], Tensor] = span_loss,
        attention: Attention | None = None,
    ) -> None:
        super().__init__(config)
        self.loss = loss
        with unmoved_global_generator():
            self.bert = BertEncoder(config, attention)
            self.head = head(config.hidden_size)
        initialize_weights(self, config.initializer_range, generator or torch.Generator().manual_seed(0))

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor | None = None,
        token_type_ids: Tensor | None = None,
        start: Tensor | None = None,
        end: Tensor | None = None,
    ) -> Tensor | tuple[Tensor, Tensor]:
        """Score every position as start and end, or, given the right ones, return the loss.

        Args:
            input_ids: question and passage. Shape: (B, T), int64
            attention_mask: True at real tokens. Shape: (B, T)
            token_type_ids: 0 for the question, 1 for the passage. Shape: (B, T), int64
            start: position of the answer's first token. Shape: (B,), int64
            end: position of its last token. Shape: (B,), int64

        Returns:
            (start_logits, end_logits) of shape (B, T); with `start` and `end`, the scalar loss (mean, in nats).
        """
        found = self.head(self.bert(input_ids, attention_mask, token_type_ids))
        start_logits, end_logits = both("SpanHead", found, "start and end logits")
        for logits in (start_logits, end_logits):
            check_tensor("SpanHead", logits, input_ids.shape[:2])
        if start is None or end is None:
            return start_logits, end_logits
        return scalar("span_loss", self.loss(start_logits, end_logits, start, end))


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
    "course": Size(hidden_size=192, num_hidden_layers=2, num_attention_heads=6),
    "mini": Size(hidden_size=256, num_hidden_layers=4, num_attention_heads=4),
    "small": Size(hidden_size=512, num_hidden_layers=4, num_attention_heads=8),
}
"""Sizes by name: tiny, mini and small are those of Turc et al. 2019 (arXiv 1908.08962), nano learns in a minute,
course is what the shipped checkpoint begins with."""
