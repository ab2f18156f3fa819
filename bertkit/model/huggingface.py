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

OF_ENCODER = ("bert.embeddings.", "bert.encoder.")
"""How the names of the encoder's parameters begin there. The pooler's begins with `bert.` too, but is no part of it."""

_BERT = tuple((f"bert.{here}", f"bert.{there}") for here, there in ENCODER_NAMES)
_MLM_HEAD = (
    ("mlm.dense.{p}", "cls.predictions.transform.dense.{p}"),
    ("mlm.norm.{p}", "cls.predictions.transform.LayerNorm.{p}"),
    ("mlm.decoder.weight", "cls.predictions.decoder.weight"),
    ("mlm.decoder.bias", "cls.predictions.bias"),
)

NAMES: dict[str, tuple[tuple[str, str], ...]] = {
    "BertEncoder": tuple((here, f"bert.{there}") for here, there in ENCODER_NAMES),
    "BertForMaskedLM": (*_BERT, *_MLM_HEAD),
    "BertForPreTraining": (
        *_BERT,
        *_MLM_HEAD,
        ("nsp.dense.{p}", "bert.pooler.dense.{p}"),
        ("nsp.classifier.{p}", "cls.seq_relationship.{p}"),
    ),
    "BertForSequenceClassification": (
        *_BERT,
        ("pooler.dense.{p}", "bert.pooler.dense.{p}"),
        ("head.classifier.{p}", "classifier.{p}"),
    ),
    "BertForTokenClassification": (*_BERT, ("head.classifier.{p}", "classifier.{p}")),
    "BertForQuestionAnswering": (*_BERT, ("head.outputs.{p}", "qa_outputs.{p}")),
}
"""By the class of a model, which has the same name in both libraries, and of our bare encoder: (here, there)."""

ALIASES: dict[str, str] = {
    "cls.predictions.decoder.bias": "cls.predictions.bias",
    "cls.predictions.decoder.weight": "bert.embeddings.word_embeddings.weight",
}
"""Names of Hugging Face's that are second names of one tied parameter: files hold the parameter once."""


FORMER_ENDINGS: dict[str, str] = {"LayerNorm.gamma": "LayerNorm.weight", "LayerNorm.beta": "LayerNorm.bias"}
"""What the released BERT called these parameters; its files in Hugging Face's hub still do."""


def current_name(name: str) -> str:
    """Hugging Face's name of today for a name in a file: of an older one, or of an encoder saved without a head."""
    for former, current in FORMER_ENDINGS.items():
        if name.endswith(former):
            name = name.removesuffix(former) + current
    return f"bert.{name}" if name.startswith(("embeddings.", "encoder.", "pooler.")) else name


def unwrapped(name: str) -> str:
    """Our name for a parameter, also where the encoder stands inside another module, as when it is frozen.

    >>> unwrapped("bert.encoder.layers.0.output.weight"), unwrapped("head.classifier.weight")
    ('bert.layers.0.output.weight', 'head.classifier.weight')
    """
    return re.sub(r"^bert\..*\.(embeddings|layers)\.", r"bert.\1.", name)


def rename(name: str, table: tuple[tuple[str, str], ...]) -> str:
    """Translate one name by a table of (from, to) patterns. Raises `ValueError` for a name it does not know."""
    for source, target in table:
        pattern = re.escape(source).replace(r"\{i\}", r"(?P<i>\d+)").replace(r"\{p\}", "(?P<p>weight|bias)")
        match = re.fullmatch(pattern, name)
        if match:
            return target.format(**match.groupdict())
    raise ValueError(f"parameter {name!r} has no counterpart in this model")
