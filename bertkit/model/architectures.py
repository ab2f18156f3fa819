"""Which model a checkpoint's folder holds."""

from pathlib import Path
from typing import get_args

from bertkit.model.bert import (
    BertForMaskedLM,
    BertForPreTraining,
    BertForQuestionAnswering,
    BertForSequenceClassification,
    BertForTokenClassification,
)
from bertkit.model.folder import read_config
from bertkit.model.pretrained import OWN_ATTENTION

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
            part, how = "a head", "mlm_head=…, nsp_head=…" if kind is BertForPreTraining else "head=…"
            if said[0].endswith(OWN_ATTENTION):
                part, how = "an attention", "attention=…"
            raise ValueError(
                f"{path} holds a {said[0]}, a model with {part} of somebody's own; open it in Python: "
                f"{kind.__name__}.from_pretrained({str(path)!r}, {how})"
            )
    known = ", ".join(kind.__name__ for kind in get_args(Model))
    raise ValueError(f"{path} holds a {said[0]}; a model of these is needed: {known}")
