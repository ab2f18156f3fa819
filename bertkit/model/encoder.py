"""The BERT encoder (Devlin et al. 2019): embeddings, then layers of self-attention and feed-forward.

It computes what Hugging Face's `BertModel` without pooler computes, number for number; the tests compare the two.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from bertkit.model.attention import Attention, SelfAttention
from bertkit.model.config import BertConfig
from bertkit.model.pretrained import Loadable


class Embeddings(nn.Module):
    """Token, position and segment embeddings, added, normalised, dropped out (BERT, figure 2)."""

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        self.word_embeddings = nn.Embedding(config.vocab_size, config.hidden_size, padding_idx=config.pad_token_id)
        self.position_embeddings = nn.Embedding(config.max_position_embeddings, config.hidden_size)
        self.token_type_embeddings = nn.Embedding(config.type_vocab_size, config.hidden_size)
        self.norm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        self.dropout = nn.Dropout(config.hidden_dropout_prob)

    def forward(self, input_ids: Tensor, token_type_ids: Tensor | None = None) -> Tensor:
        """Look tokens up.

        Args:
            input_ids: Shape: (B, T), int64
            token_type_ids: segment of every token, all 0 if None. Shape: (B, T), int64

        Returns:
            Shape: (B, T, H)

        Raises:
            ValueError: for a sequence longer than the position table, or an id outside a table.
        """
        length = input_ids.shape[-1]
        if length > self.position_embeddings.num_embeddings:
            raise ValueError(
                f"a sequence of {length} tokens is longer than the {self.position_embeddings.num_embeddings} "
                "positions of this model; cut it, or build the model with a larger max_position_embeddings"
            )
        embedded = self.look_up(self.word_embeddings, input_ids, "token id")
        positions: Tensor = self.position_embeddings.weight[:length]
        if token_type_ids is None:
            types: Tensor = self.token_type_embeddings.weight[0]
        else:
            types = self.look_up(self.token_type_embeddings, token_type_ids, "token type")
        return self.dropout(self.norm(embedded + types + positions))

    @staticmethod
    def look_up(table: nn.Embedding, ids: Tensor, what: str) -> Tensor:
        """`table(ids)`, with an error that names an id that is not in the table."""
        try:
            return table(ids)
        except IndexError as error:
            outside = ids[(ids < 0) | (ids >= table.num_embeddings)]
            raise ValueError(
                f"{what} {int(outside[0])} is outside the table of {table.num_embeddings}; "
                "does the tokenizer belong to this model?"
            ) from error


class Layer(nn.Module):
    """One transformer layer with normalisation after each residual sum, as in the original (post-norm)."""

    def __init__(self, config: BertConfig, attention: Attention | None = None) -> None:
        super().__init__()
        self.attention = SelfAttention(
            config.hidden_size, config.num_attention_heads, config.attention_probs_dropout_prob, attention
        )
        self.attention_norm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        self.intermediate = nn.Linear(config.hidden_size, config.intermediate_size)
        self.output = nn.Linear(config.intermediate_size, config.hidden_size)
        self.output_norm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        self.dropout = nn.Dropout(config.hidden_dropout_prob)

    def forward(self, hidden: Tensor, mask: Tensor | None = None, wanted: Tensor | None = None) -> Tensor:
        """Shapes: hidden (B, T, H), mask broadcastable to (B, heads, T, T); returns (B, T, H).

        With `wanted` (B, T), boolean, only the N positions where it is True are computed: returns (N, H).
        """
        mixed = self.attention.mix(hidden, mask)
        if wanted is not None:  # all positions had to be seen; what follows is done for each by itself
            mixed, hidden = mixed[wanted], hidden[wanted]
        hidden = self.attention_norm(hidden + self.dropout(self.attention.output(mixed)))
        inside = F.gelu(self.intermediate(hidden))
        return self.output_norm(hidden + self.dropout(self.output(inside)))


class BertEncoder(Loadable):
    """Token ids in, one contextual vector a position out.

    Args:
        config: shape and regularisation.
        attention: computes each head of each layer, for example one's own; see `SelfAttention`.
    """

    def __init__(self, config: BertConfig, attention: Attention | None = None) -> None:
        super().__init__(config)
        self.embeddings = Embeddings(config)
        self.layers = nn.ModuleList(Layer(config, attention) for _ in range(config.num_hidden_layers))

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor | None = None,
        token_type_ids: Tensor | None = None,
        wanted: Tensor | None = None,
    ) -> Tensor:
        """Encode a batch.

        Args:
            input_ids: Shape: (B, T), int64
            attention_mask: True (or 1) at real tokens, which every position may attend to; False at padding.
                None means that all are real. With a third dimension, row i says what position i may attend to, for
                example `causal_mask`. Shape: (B, T) or (B, T, T)
            token_type_ids: segment of every token, all 0 if None. Shape: (B, T), int64
            wanted: True at the N positions whose vectors somebody will read; all if None. The last layer then does
                most of its work for these alone, which saves a sixth of a step at four layers. Shape: (B, T), bool

        Returns:
            The last layer's vectors. Those at padding positions mean nothing.
                Shape: (B, T, H); with `wanted` (N, H), row by row
        """
        mask = over_heads(attention_mask)
        hidden: Tensor = self.embeddings(input_ids, token_type_ids)
        for number, layer in enumerate(self.layers, start=1):
            hidden = layer(hidden, mask, wanted if number == len(self.layers) else None)
        return hidden if wanted is None or len(self.layers) else hidden[wanted]

    @torch.no_grad()
    def attention_weights(
        self, input_ids: Tensor, attention_mask: Tensor | None = None, token_type_ids: Tensor | None = None
    ) -> list[Tensor]:
        """What every position of every layer attends to, for looking at; arguments as for `forward`.

        Returns:
            One tensor a layer, from the lowest up, each row adding up to 1.
                Shape: (B, heads, T, T)
        """
        mask = over_heads(attention_mask)
        hidden: Tensor = self.embeddings(input_ids, token_type_ids)
        weights: list[Tensor] = []
        for layer in self.layers:
            assert isinstance(layer, Layer)
            weights.append(layer.attention.weights(hidden, mask))
            hidden = layer(hidden, mask)
        return weights


class Pooler(nn.Module):
    """One vector for the whole input: that of `[CLS]`, through a linear layer and tanh.

    Pre-training learns it with next-sentence prediction (BERT's released `modeling.py`, "pooler").
    """

    def __init__(self, hidden_size: int) -> None:
        super().__init__()
        self.dense = nn.Linear(hidden_size, hidden_size)

    def forward(self, hidden: Tensor) -> Tensor:
        """Shape: (B, T, H) to (B, 1, H): a sequence of one vector, so that a head reads position 0 of it."""
        return torch.tanh(self.dense(hidden[:, :1]))


def over_heads(attention_mask: Tensor | None) -> Tensor | None:
    """A mask of shape (B, T) or (B, T, T) as one that is broadcast over heads, and rows: (B, 1, 1 or T, T), bool.

    Raises:
        ValueError: for another number of dimensions.
    """
    if attention_mask is None:
        return None
    if attention_mask.dim() == 2:
        return attention_mask.bool()[:, None, None, :]
    if attention_mask.dim() == 3:
        return attention_mask.bool()[:, None]
    raise ValueError(f"attention_mask has shape {tuple(attention_mask.shape)}; it has to be (B, T) or (B, T, T)")


@contextmanager
def unmoved_global_generator() -> Iterator[None]:
    """For building layers whose own starting weights are thrown away: the global generator stays where it is."""
    with torch.random.fork_rng(devices=[]):
        yield


def initialize_weights(module: nn.Module, std: float, generator: torch.Generator) -> None:
    """Draw starting weights as the released BERT does: normal with deviation `std`, biases 0, norms 1.

    A padding row of an embedding starts at zero, and a tied weight is drawn once, for the module that comes first.
    `generator` is the only source of randomness.
    """
    drawn: set[int] = set()
    for part in module.modules():
        if isinstance(part, nn.Linear | nn.Embedding) and id(part.weight) not in drawn:
            drawn.add(id(part.weight))
            nn.init.normal_(part.weight, std=std, generator=generator)
            if isinstance(part, nn.Embedding) and part.padding_idx is not None:
                nn.init.zeros_(part.weight[part.padding_idx].detach())
        if isinstance(part, nn.LayerNorm):
            nn.init.ones_(part.weight)
        if isinstance(part, nn.Linear | nn.LayerNorm) and part.bias is not None:
            nn.init.zeros_(part.bias)
