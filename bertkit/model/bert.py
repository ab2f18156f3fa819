"""Models: an encoder and its heads, joined."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from bertkit.data.labels import IGNORE_INDEX
from bertkit.model.config import BertConfig
from bertkit.model.encoder import BertEncoder, Pooler, initialize_weights
from bertkit.model.folder import read_config
from bertkit.model.heads import MLMHead, NSPHead, SequenceClassificationHead, SpanHead, TokenClassificationHead
from bertkit.model.pretrained import TWO_LABELS, PretrainedModel
from bertkit.objectives.mlm import mlm_loss
from bertkit.objectives.nsp import nsp_loss
from bertkit.objectives.spans import span_loss


class BertForMaskedLM(PretrainedModel):
    """The encoder with the masked-language-model head, which shares the token embedding table.

    With a causal mask as `attention_mask` and `next_token_labels` as labels it is a next-token model.

    Args:
        config: shape and regularisation.
        generator: source of the starting weights; the same generator state gives the same model.
        head: another head for the encoder's vectors, for example one's own; built as `head(H, embedding)`.
        loss: another loss, called as `loss(logits (N, V), labels (N,))`.
    """

    head_place = ("mlm", MLMHead)

    def __init__(
        self,
        config: BertConfig,
        generator: torch.Generator | None = None,
        head: Callable[[int, nn.Embedding], nn.Module] = MLMHead,
        loss: Callable[[Tensor, Tensor], Tensor] = mlm_loss,
    ) -> None:
        super().__init__(config)
        self.loss = loss
        with unmoved_global_generator():
            self.bert = BertEncoder(config)
            self.mlm = head(config.hidden_size, self.bert.embeddings.word_embeddings)
        take_norm_eps(self.mlm, config)
        initialize_weights(self, config.initializer_range, generator or torch.Generator().manual_seed(0))

    def usual_head(self) -> nn.Module:
        """The library's head, with random weights."""
        head = MLMHead(self.config.hidden_size, nn.Embedding(self.config.vocab_size, self.config.hidden_size))
        take_norm_eps(head, self.config)
        return head

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
        return label_weight * self.loss(*scored_where_labelled(self.mlm, hidden, labels))


class BertForPreTraining(PretrainedModel):
    """The encoder with both heads of pre-training: masked language model and next-sentence prediction.

    Args:
        config: shape and regularisation.
        generator: source of the starting weights.
    """

    def __init__(self, config: BertConfig, generator: torch.Generator | None = None) -> None:
        super().__init__(config)
        with unmoved_global_generator():
            self.bert = BertEncoder(config)
            self.mlm = MLMHead(config.hidden_size, self.bert.embeddings.word_embeddings)
            self.nsp = NSPHead(config.hidden_size)
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
        # `pretraining_loss`, but for parts of a batch that hold more or fewer labels than the others.
        return label_weight * mlm_loss(mlm_logits, labels[labelled]) + nsp_loss(nsp_logits, is_next)


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
    """

    labelled, head_place = True, ("head", SequenceClassificationHead)

    def __init__(
        self,
        config: BertConfig,
        labels: Sequence[str] = TWO_LABELS,
        generator: torch.Generator | None = None,
        head: Callable[[int, int, float], nn.Module] = SequenceClassificationHead,
    ) -> None:
        super().__init__(config)
        self.labels = tuple(labels)
        with unmoved_global_generator():
            self.bert = BertEncoder(config)
            self.pooler = Pooler(config.hidden_size)
            self.head = head(config.hidden_size, len(self.labels), config.hidden_dropout_prob)
        initialize_weights(self, config.initializer_range, generator or torch.Generator().manual_seed(0))

    def usual_head(self) -> nn.Module:
        """The library's head, with random weights."""
        return SequenceClassificationHead(self.config.hidden_size, len(self.labels))

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
        return logits if labels is None else F.cross_entropy(logits, labels)


class BertForTokenClassification(PretrainedModel):
    """One label for every token: encoder and classifier.

    Args:
        config: shape and regularisation.
        labels: names of the labels, in the order of their ids.
        generator: source of the starting weights.
        head: another head, for example one's own; built as `head(H, num_labels, dropout)`.
    """

    labelled, head_place = True, ("head", TokenClassificationHead)

    def __init__(
        self,
        config: BertConfig,
        labels: Sequence[str] = TWO_LABELS,
        generator: torch.Generator | None = None,
        head: Callable[[int, int, float], nn.Module] = TokenClassificationHead,
    ) -> None:
        super().__init__(config)
        self.labels = tuple(labels)
        with unmoved_global_generator():
            self.bert = BertEncoder(config)
            self.head = head(config.hidden_size, len(self.labels), config.hidden_dropout_prob)
        initialize_weights(self, config.initializer_range, generator or torch.Generator().manual_seed(0))

    def usual_head(self) -> nn.Module:
        """The library's head, with random weights."""
        return TokenClassificationHead(self.config.hidden_size, len(self.labels))

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
        return logits if labels is None else mlm_loss(logits, labels)


class BertForQuestionAnswering(PretrainedModel):
    """Start and end of an answer in a passage: encoder and span head.

    Args:
        config: shape and regularisation.
        generator: source of the starting weights.
        head: another head, for example one's own; built as `head(H)`.
    """

    head_place = ("head", SpanHead)

    def __init__(
        self,
        config: BertConfig,
        generator: torch.Generator | None = None,
        head: Callable[[int], nn.Module] = SpanHead,
    ) -> None:
        super().__init__(config)
        with unmoved_global_generator():
            self.bert = BertEncoder(config)
            self.head = head(config.hidden_size)
        initialize_weights(self, config.initializer_range, generator or torch.Generator().manual_seed(0))

    def usual_head(self) -> nn.Module:
        """The library's head, with random weights."""
        return SpanHead(self.config.hidden_size)

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
        start_logits, end_logits = self.head(self.bert(input_ids, attention_mask, token_type_ids))
        if start is None or end is None:
            return start_logits, end_logits
        return span_loss(start_logits, end_logits, start, end)


Model = (
    BertForMaskedLM
    | BertForPreTraining
    | BertForSequenceClassification
    | BertForTokenClassification
    | BertForQuestionAnswering
)
"""Any of the models, under the class names that they have in `transformers`."""


def architecture(path: Path) -> type[Model]:
    """The class of the model that a checkpoint folder holds.

    Raises:
        ValueError: if it holds none of ours, naming it.
    """
    said = read_config(path).get("architectures") or ["BertModel"]
    for kind in get_args(Model):
        if said[0] == kind.__name__:
            return kind
        if said[0].startswith(f"{kind.__name__}With"):
            raise ValueError(
                f"{path} holds a {said[0]}, a model with a head of somebody's own; open it in Python: "
                f"{kind.__name__}.from_pretrained({str(path)!r}, head=…)"
            )
    known = ", ".join(kind.__name__ for kind in get_args(Model))
    raise ValueError(f"{path} holds a {said[0]}; a model of these is needed: {known}")


def scored_where_labelled(head: nn.Module, hidden: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Logits and labels of the N positions that have a label. Shapes: (N, V) and (N,)

    Scoring the vocabulary is the dearest product of a small model, and six positions in seven have no label.
    """
    labelled = labels != IGNORE_INDEX
    return head(hidden[labelled]), labels[labelled]


@contextmanager
def unmoved_global_generator() -> Iterator[None]:
    """For building layers whose own starting weights are thrown away: the global generator stays where it is."""
    with torch.random.fork_rng(devices=[]):
        yield


def take_norm_eps(head: nn.Module, config: BertConfig) -> None:
    """Give our head the configuration's epsilon, as Hugging Face's model has it, for checkpoints with another one."""
    if isinstance(head, MLMHead):
        head.norm.eps = config.layer_norm_eps


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
