"""Hugging Face's names for our parameters, as tables: what `state_dict` calls them here and there."""

import re

ENCODER_NAMES: tuple[tuple[str, str], ...] = (
    ("embeddings.word_embeddings.weight", "embeddings.word_embeddings.weight"),
    ("embeddings.position_embeddings.weight", "embeddings.position_embeddings.weight"),
    ("embeddings.token_type_embeddings.weight", "embeddings.token_type_embeddings.weight"),
    ("embeddings.norm.{p}", "embeddings.LayerNorm.{p}"),
    ("layers.{i}.attention.query.{p}", "encoder.layer.{i}.attention.self.query.{p}"),
    ("layers.{i}.attention.key.{p}", "encoder.layer.{i}.attention.self.key.{p}"),
    ("layers.{i}.attention.value.{p}", "encoder.layer.{i}.attention.self.value.{p}"),
    ("layers.{i}.attention.output.{p}", "encoder.layer.{i}.attention.output.dense.{p}"),
    ("layers.{i}.attention_norm.{p}", "encoder.layer.{i}.attention.output.LayerNorm.{p}"),
    ("layers.{i}.intermediate.{p}", "encoder.layer.{i}.intermediate.dense.{p}"),
    ("layers.{i}.output.{p}", "encoder.layer.{i}.output.dense.{p}"),
    ("layers.{i}.output_norm.{p}", "encoder.layer.{i}.output.LayerNorm.{p}"),
)
"""(here, there) for `BertEncoder` and `BertModel`; `{i}` is a layer's number, `{p}` is `weight` or `bias`."""

MASKED_LM_NAMES: tuple[tuple[str, str], ...] = (
    *((f"bert.{here}", f"bert.{there}") for here, there in ENCODER_NAMES),
    ("mlm.dense.{p}", "cls.predictions.transform.dense.{p}"),
    ("mlm.norm.{p}", "cls.predictions.transform.LayerNorm.{p}"),
    ("mlm.decoder.weight", "cls.predictions.decoder.weight"),
    ("mlm.decoder.bias", "cls.predictions.bias"),
)
"""(here, there) for `BertForMaskedLM`, under the same class name in both."""

ALIASES: dict[str, str] = {
    "cls.predictions.decoder.bias": "cls.predictions.bias",
    "cls.predictions.decoder.weight": "bert.embeddings.word_embeddings.weight",
}
"""Names of Hugging Face's that are second names of one tied parameter: files hold the parameter once."""


def rename(name: str, table: tuple[tuple[str, str], ...]) -> str:
    """Translate one name by a table of (from, to) patterns. Raises `ValueError` for a name it does not know."""
    for source, target in table:
        pattern = re.escape(source).replace(r"\{i\}", r"(?P<i>\d+)").replace(r"\{p\}", "(?P<p>weight|bias)")
        match = re.fullmatch(pattern, name)
        if match:
            return target.format(**match.groupdict())
    raise ValueError(f"parameter {name!r} has no counterpart in this model")
