"""The settings of a BERT encoder, under the names that Hugging Face's `config.json` gives them."""

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self


@dataclass(frozen=True)
class BertConfig:
    """Shape and regularisation of an encoder. The defaults are BERT-base (Devlin et al. 2019, section 3).

    Raises `ValueError` at construction for a size that cannot be built, naming field and value.
    """

    vocab_size: int = 30522
    """V, number of token embeddings."""
    hidden_size: int = 768
    """H, width of the residual stream."""
    num_hidden_layers: int = 12
    """Number of transformer layers."""
    num_attention_heads: int = 12
    """Heads a layer; divides `hidden_size`."""
    intermediate_size: int = 3072
    """Width of the feed-forward layer's inside."""
    max_position_embeddings: int = 512
    """Longest sequence, in tokens, that has a position embedding."""
    type_vocab_size: int = 2
    """Number of segments (token types) that can be told apart."""
    hidden_dropout_prob: float = 0.1
    """Dropout after the embeddings and after every sub-layer."""
    attention_probs_dropout_prob: float = 0.1
    """Dropout on attention weights."""
    hidden_act: str = "gelu"
    """Activation of the feed-forward layer. Only the exact (erf) GELU of the released BERT is supported."""
    initializer_range: float = 0.02
    """Standard deviation of the normal distribution from which weights start."""
    layer_norm_eps: float = 1e-12
    """Added to the variance in every layer normalisation."""
    pad_token_id: int = 0
    """Token whose embedding starts at zero and gets no gradient."""

    def __post_init__(self) -> None:
        for name in (
            "vocab_size",
            "hidden_size",
            "num_attention_heads",
            "intermediate_size",
            "max_position_embeddings",
            "type_vocab_size",
        ):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; it has to be at least 1")
        if self.num_hidden_layers < 0:
            raise ValueError(f"num_hidden_layers is {self.num_hidden_layers}; it cannot be negative")
        if self.hidden_size % self.num_attention_heads:
            raise ValueError(
                f"hidden_size {self.hidden_size} cannot be split over num_attention_heads "
                f"{self.num_attention_heads}; choose a multiple"
            )
        for name in ("hidden_dropout_prob", "attention_probs_dropout_prob"):
            if not 0 <= getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; it has to be in [0, 1)")
        if self.hidden_act != "gelu":
            raise ValueError(f"hidden_act is {self.hidden_act!r}; this encoder computes 'gelu' only")
        if not 0 <= self.pad_token_id < self.vocab_size:
            raise ValueError(f"pad_token_id {self.pad_token_id} is outside the vocabulary of {self.vocab_size} tokens")

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Take the known fields of a Hugging Face configuration and leave the rest (bookkeeping) alone.

        Raises `ValueError` where a field has a wrong type or asks for an architecture that this encoder is not.
        """
        for name, supported in UNSUPPORTED_UNLESS.items():
            if name in values and values[name] not in supported:
                raise ValueError(
                    f"{name} is {values[name]!r}; this encoder supports {' or '.join(map(repr, supported))} only"
                )
        known = {field.name: type(field.default) for field in dataclasses.fields(cls)}
        chosen = {name: value for name, value in values.items() if name in known}
        for name, value in chosen.items():
            # JSON has one kind of number, so a float field may come as an int; a bool is an int in Python only.
            allowed = (int, float) if known[name] is float else known[name]
            if not isinstance(value, allowed) or isinstance(value, bool):
                raise ValueError(f"{name} is {value!r}; it has to be of type {known[name].__name__}")
        return cls(**chosen)

    @classmethod
    def from_json(cls, path: Path) -> Self:
        """Read `config.json`. Raises `ValueError` naming the file where it is no configuration of this encoder."""
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ValueError(f"{path} is not a readable configuration: {error}") from error
        if not isinstance(values, dict):
            raise ValueError(f"{path} holds {type(values).__name__}, not a configuration")
        try:
            return cls.from_dict(values)
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from error

    def to_dict(self) -> dict[str, Any]:
        """The fields under Hugging Face's names."""
        return dataclasses.asdict(self)


UNSUPPORTED_UNLESS: dict[str, tuple[object, ...]] = {
    "model_type": ("bert",),
    "position_embedding_type": ("absolute", None),
    "is_decoder": (False, None),
    "add_cross_attention": (False, None),
}
"""Fields of a Hugging Face configuration that change the architecture, with the values that do not."""
