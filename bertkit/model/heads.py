"""Heads: the small modules that turn the encoder's vectors into predictions (Devlin et al. 2019, figure 4)."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from bertkit.data.checks import check_tensor
from bertkit.data.labels import IGNORE_INDEX
from bertkit.model.config import BertConfig


class MLMHead(nn.Module):
    """Scores every token of the vocabulary at every position (Devlin et al. 2019, section 3.1, task 1).

    dense (H to H) -> exact GELU -> norm (LayerNorm, eps 1e-12) -> decoder (H to V). The decoder's weight *is* the
    token embedding table, one parameter used at both ends; its bias, zero at the start, is the head's own.

    Its parts are called `dense`, `norm` and `decoder`.

    >>> embeddings = nn.Embedding(100, 16)  # V = 100, H = 16
    >>> head = MLMHead(16, embeddings)
    >>> head(torch.zeros(2, 5, 16)).shape
    torch.Size([2, 5, 100])
    >>> head.decoder.weight is embeddings.weight
    True
    """

    def __init__(self, hidden_size: int, token_embeddings: nn.Embedding) -> None:
        """Build the head for vectors of `hidden_size` (H) and an embedding table of shape (V, H)."""
        super().__init__()
        self.dense = nn.Linear(hidden_size, hidden_size)
        self.norm = nn.LayerNorm(hidden_size, eps=1e-12)
        self.decoder = nn.Linear(hidden_size, token_embeddings.num_embeddings)
        self.decoder.weight = token_embeddings.weight
        nn.init.zeros_(self.decoder.bias)

    def forward(self, hidden: Tensor) -> Tensor:
        """Score the vocabulary: hidden of shape (..., H) to logits of shape (..., V)."""
        transformed = self.norm(F.gelu(self.dense(hidden)))
        return self.decoder(transformed)


class NSPHead(nn.Module):
    """Says from `[CLS]` alone whether the second text follows the first (Devlin et al. 2019, section 3.1, task 2).

    dense (H to H) -> tanh -> classifier (H to 2). In the released BERT the first two are called "pooler". Class 0 is
    "follows", class 1 is "random".

    >>> NSPHead(16)(torch.zeros(3, 5, 16)).shape
    torch.Size([3, 2])
    """

    def __init__(self, hidden_size: int) -> None:
        super().__init__()
        self.dense = nn.Linear(hidden_size, hidden_size)
        self.classifier = nn.Linear(hidden_size, 2)

    def forward(self, hidden: Tensor) -> Tensor:
        """Score both classes.

        Args:
            hidden: the encoder's vectors. Shape: (B, T, H)

        Returns:
            Shape: (B, 2)
        """
        return self.classifier(torch.tanh(self.dense(hidden[:, 0])))


class SequenceClassificationHead(nn.Module):
    """One label for the whole input, read off `[CLS]`: dropout, then one linear layer with a bias (H to num_labels).

    The layer is called `classifier`. In training mode each number of the vector is dropped with probability `dropout`,
    in evaluation mode none is. An input of two segments is read in the same way (Devlin et al. 2019, section 4.1).

    >>> SequenceClassificationHead(16, num_labels=3)(torch.zeros(4, 5, 16)).shape
    torch.Size([4, 3])
    """

    def __init__(self, hidden_size: int, num_labels: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.classifier = nn.Linear(hidden_size, num_labels)

    def forward(self, hidden: Tensor) -> Tensor:
        """Score every label.

        Args:
            hidden: the encoder's vectors, of which only position 0 is read. Shape: (B, T, H)

        Returns:
            Shape: (B, num_labels)
        """
        return self.classifier(self.dropout(hidden[:, 0]))


class TokenClassificationHead(nn.Module):
    """One label for every token: dropout, then one linear layer with a bias, the same at every position.

    The layer (H to num_labels) is called `classifier`. In training mode each number of each vector is dropped with
    probability `dropout`, in evaluation mode none is (Devlin et al. 2019, section 5.3).

    >>> TokenClassificationHead(16, num_labels=7)(torch.zeros(4, 5, 16)).shape
    torch.Size([4, 5, 7])
    """

    def __init__(self, hidden_size: int, num_labels: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.classifier = nn.Linear(hidden_size, num_labels)

    def forward(self, hidden: Tensor) -> Tensor:
        """Score every label at every position. Shape: (B, T, H) to (B, T, num_labels)."""
        return self.classifier(self.dropout(hidden))


class SpanHead(nn.Module):
    """Where an answer starts and where it ends: one linear layer with two outputs at every position.

    The layer (H to 2, with a bias) is called `outputs`; its first number scores the start, its second the end. There is
    no dropout and no activation (Devlin et al. 2019, section 4.2).

    >>> start, end = SpanHead(16)(torch.zeros(4, 5, 16))
    >>> start.shape, end.shape
    (torch.Size([4, 5]), torch.Size([4, 5]))
    """

    def __init__(self, hidden_size: int) -> None:
        super().__init__()
        self.outputs = nn.Linear(hidden_size, 2)

    def forward(self, hidden: Tensor) -> tuple[Tensor, Tensor]:
        """Score every position as start and as end.

        Args:
            hidden: the encoder's vectors. Shape: (B, T, H)

        Returns:
            (start_logits, end_logits). Shape: (B, T) each
        """
        start, end = self.outputs(hidden).unbind(dim=-1)
        return start, end


HEAD_FOR_TASK: dict[str, str] = {
    "sentiment": "cls",
    "intent": "cls",
    "document classification": "cls",
    "entailment": "cls",
    "paraphrase detection": "cls",
    "named-entity recognition": "token",
    "part-of-speech tagging": "token",
    "question answering": "span",
}
"""Which vectors each task's head reads: `[CLS]`, every token's, or every token's as start and as end of a span.

`"cls"`, `"token"` and `"span"` stand for the three.

>>> HEAD_FOR_TASK["sentiment"]
'cls'
"""


def scored_where_labelled(head: nn.Module, hidden: Tensor, labels: Tensor, vocab_size: int) -> tuple[Tensor, Tensor]:
    """Logits and labels of the N positions that have a label. Shapes: (N, V) and (N,)

    Scoring the vocabulary is the dearest product of a small model, and six positions in seven have no label.
    """
    labelled = labels != IGNORE_INDEX
    logits, labels = head(hidden[labelled]), labels[labelled]
    check_tensor("MLMHead", logits, (len(labels), vocab_size))
    return logits, labels


def take_norm_eps(head: nn.Module, config: BertConfig) -> None:
    """Give our head the configuration's epsilon, as Hugging Face's model has it, for checkpoints with another one."""
    if isinstance(head, MLMHead):
        head.norm.eps = config.layer_norm_eps
