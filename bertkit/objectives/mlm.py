"""The masked language model (Devlin et al. 2019, section 3.1, task 1, and appendix C.2).

15 % of the positions are selected. Of these, 80 % become `[MASK]`, 10 % a random token and 10 % stay as they are; the
model predicts the original token at all of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn import functional as F

from bertkit.data.checks import check_tensor
from bertkit.data.labels import IGNORE_INDEX

if TYPE_CHECKING:  # not needed where the functions alone are, and the tokenizers take their time
    from bertkit.data.batches import Batch

SELECTION_PROBABILITY = 0.15
"""Share of positions that BERT predicts. Not optimal in general: see Wettig et al. 2022 (arXiv 2202.08005)."""


def select_positions(
    input_ids: Tensor, special_tokens_mask: Tensor, probability: float, generator: torch.Generator
) -> Tensor:
    """Choose the positions whose token the model will have to predict.

    Every ordinary position is selected independently with `probability`; a special one never is.

    Args:
        input_ids: token ids. Shape: (B, T), int64
        special_tokens_mask: True at [CLS], [SEP] and [PAD]. Shape: (B, T), bool
        probability: chance of each ordinary position, from 0 to 1.
        generator: the only source of randomness.

    Returns:
        True where a position is selected. Shape: (B, T), bool

    Raises:
        ValueError: if `probability` is not between 0 and 1 (NaN is not); the message contains the bad value.

    >>> ids = torch.tensor([[2, 17, 11, 3, 0]])
    >>> special = torch.tensor([[True, False, False, True, True]])
    >>> select_positions(ids, special, 1.0, torch.Generator())
    tensor([[False,  True,  True, False, False]])
    """
    if not 0 <= probability <= 1:  # also catches NaN, for which every comparison is False
        raise ValueError(f"probability is {probability}; it has to be between 0 and 1")
    draws = torch.rand(input_ids.shape, generator=generator)
    return (draws < probability) & ~special_tokens_mask


def corrupt(
    input_ids: Tensor, selected: Tensor, mask_token_id: int, vocab_size: int, generator: torch.Generator
) -> Tensor:
    """Hide the selected tokens by BERT's recipe: 80 % [MASK], 10 % a random token, 10 % left as they are.

    Each selected position meets its fate independently of the others; all other positions never change.

    Args:
        input_ids: token ids. Shape: (B, T), int64
        selected: True at the positions to corrupt. Shape: (B, T), bool
        mask_token_id: id of [MASK].
        vocab_size: V; random tokens are drawn uniformly from 0 to V - 1.
        generator: the only source of randomness.

    Returns:
        The ids that the model will see; `input_ids` itself is left alone. Shape: (B, T), int64

    >>> ids = torch.tensor([[2, 17, 11, 12, 3]])
    >>> nothing_selected = torch.zeros(1, 5, dtype=torch.bool)
    >>> corrupt(ids, nothing_selected, 4, 100, torch.Generator())
    tensor([[ 2, 17, 11, 12,  3]])
    """
    fate = torch.rand(input_ids.shape, generator=generator)
    random_ids = torch.randint(vocab_size, input_ids.shape, generator=generator)
    masked = torch.where(selected & (fate < 0.8), mask_token_id, input_ids)
    return torch.where(selected & (fate >= 0.9), random_ids, masked)


def mlm_labels(input_ids: Tensor, selected: Tensor) -> Tensor:
    """Say what the model has to predict: the original token at every selected position, nothing elsewhere.

    The label does not ask which of the three fates a selected token met.

    Args:
        input_ids: the *original* token ids. Shape: (B, T), int64
        selected: True at the positions to predict. Shape: (B, T), bool

    Returns:
        The original id where selected, -100 elsewhere. Shape: (B, T), int64

    >>> mlm_labels(torch.tensor([[2, 17, 11, 3]]), torch.tensor([[False, True, False, False]]))
    tensor([[-100,   17, -100, -100]])
    """
    return torch.where(selected, input_ids, IGNORE_INDEX)


def mlm_loss(logits: Tensor, labels: Tensor) -> Tensor:
    """Mean cross-entropy, in nats, over the positions that have a label.

    Args:
        logits: scores of every token. Shape: (..., V), float
        labels: token ids, -100 where nothing is to be predicted. Shape: (...), int64

    Returns:
        A scalar that can be differentiated. Where no position has a label it is exactly 0, with gradient 0.

    >>> mlm_loss(torch.zeros(1, 3, 8), torch.tensor([[-100, 5, -100]]))  # ln 8: all eight equally likely
    tensor(2.0794)
    """
    flat_logits, flat_labels = logits.reshape(-1, logits.shape[-1]), labels.reshape(-1)
    total = F.cross_entropy(flat_logits, flat_labels, ignore_index=IGNORE_INDEX, reduction="sum")
    return total / (flat_labels != IGNORE_INDEX).sum().clamp(min=1)


@dataclass(frozen=True)
class Recipe:
    """Shares of the fates that a selected position can meet; what is left of 1 keeps its token.

    Raises `ValueError` where a share is negative or they add up to more than 1.
    """

    mask: float
    random: float

    def __post_init__(self) -> None:
        if not (self.mask >= 0 and self.random >= 0 and self.mask + self.random <= 1 + 1e-9):
            raise ValueError(
                f"shares {self.mask} masked and {self.random} random: both have to be at least 0, their sum at most 1"
            )

    @property
    def keep(self) -> float:
        """Share of selected positions that keep their token."""
        return max(0.0, 1 - self.mask - self.random)  # 1 - 0.8 - 0.2 is a little below 0

    def __str__(self) -> str:
        return f"{100 * self.mask:.0f}/{100 * self.random:.0f}/{100 * self.keep:.0f}"


Corrupt = Callable[[Tensor, Tensor, int, int, torch.Generator], Tensor]
"""A function with the signature of `corrupt`."""


def corrupt_by(recipe: Recipe) -> Corrupt:
    """`corrupt` with other shares, for comparing recipes (BERT, appendix C.2, table 8).

    Of `Recipe(0.8, 0.1)` it makes `corrupt` itself: a test holds that.
    """

    def corrupt_by_recipe(
        input_ids: Tensor, selected: Tensor, mask_token_id: int, vocab_size: int, generator: torch.Generator
    ) -> Tensor:
        fate = torch.rand(input_ids.shape, generator=generator)
        random_ids = torch.randint(vocab_size, input_ids.shape, generator=generator)
        masked = torch.where(selected & (fate < recipe.mask), mask_token_id, input_ids)
        return torch.where(selected & (fate >= 1 - recipe.random), random_ids, masked)

    return corrupt_by_recipe


@dataclass(frozen=True)
class MaskedLanguageModelling:
    """The objective as a function of a batch: select, corrupt, label.

    The three steps are plain functions, so that any of them can be exchanged for one's own.
    """

    mask_token_id: int
    vocab_size: int
    probability: float = SELECTION_PROBABILITY
    select_positions: Callable[[Tensor, Tensor, float, torch.Generator], Tensor] = select_positions
    corrupt: Corrupt = corrupt
    mlm_labels: Callable[[Tensor, Tensor], Tensor] = mlm_labels

    def __call__(
        self, input_ids: Tensor, special_tokens_mask: Tensor, generator: torch.Generator
    ) -> tuple[Tensor, Tensor]:
        """Turn a clean batch into a question and its answers.

        Args:
            input_ids: Shape: (B, T), int64
            special_tokens_mask: True at special tokens and padding. Shape: (B, T), bool
            generator: the only source of randomness.

        Returns:
            (corrupted ids, labels), both of shape (B, T), int64.
        """
        selected = self.select_positions(input_ids, special_tokens_mask, self.probability, generator)
        check_tensor("select_positions", selected, input_ids.shape, torch.bool)
        corrupted = self.corrupt(input_ids, selected, self.mask_token_id, self.vocab_size, generator)
        check_tensor("corrupt", corrupted, input_ids.shape, torch.int64)
        labels = self.mlm_labels(input_ids, selected)
        check_tensor("mlm_labels", labels, input_ids.shape, torch.int64)
        return corrupted, labels

    def question(self, batch: "Batch", generator: torch.Generator) -> dict[str, Tensor]:
        """A batch as a model is asked about it: its arguments, the right answers among them.

        Returns:
            `input_ids`, `attention_mask` and `labels`; of pairs also `token_type_ids` and `is_next`.
        """
        corrupted, labels = self(batch.input_ids, batch.special_tokens_mask, generator)
        asked = {"input_ids": corrupted, "attention_mask": batch.attention_mask, "labels": labels}
        if batch.token_type_ids is not None and batch.is_next is not None:
            asked |= {"token_type_ids": batch.token_type_ids, "is_next": batch.is_next}
        return asked
