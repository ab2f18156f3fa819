"""A BERT library that is small enough to read: the encoder, its objectives, its heads, its training loops.

Every folder is a concept and every module one idea under the field's own name. Imports point downward only, from a
folder to those above it in this table, and never in a circle:

1. `randomness`, `atomic`, `work_folder`: seeds by purpose, files that are whole or not there, a learner's own folder
2. `story_world`: the stories, and what can be known of them
3. `data`: tokenizer, text, token store, examples, batches
4. `tasks`: labelled tasks of BERT's four families
5. `objectives`: next token, masked tokens, next sentence, both together, spans
6. `model`: configuration, attention, encoder, heads, the models, how they are saved
7. `evaluation`: metrics, what nobody can beat, what a model looks at
8. `inference`: asking a trained model
9. `training`: optimiser, schedule, loop, state, runs
10. `finetuning`: labelled rows, the loop, scores, every head on every task
11. `claims`: the statements of the course as experiments, and what was measured
12. `notebook`, `cli`: widgets and commands

The names that a user types can be imported from here, and come from their modules when they are first used:

>>> from bertkit import BertConfig, BertForMaskedLM
>>> BertForMaskedLM(BertConfig(vocab_size=100, hidden_size=32, num_attention_heads=2)).config.num_hidden_layers
12
"""

import ast
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:  # never run, since most of it would load torch: read below, and by type checkers and editors
    from bertkit.data.tokenizer import load_tokenizer as load_tokenizer
    from bertkit.finetuning.pieces import FinetuningPieces as FinetuningPieces
    from bertkit.model.bert import BertForMaskedLM as BertForMaskedLM
    from bertkit.model.bert import BertForPreTraining as BertForPreTraining
    from bertkit.model.bert import BertForQuestionAnswering as BertForQuestionAnswering
    from bertkit.model.bert import BertForSequenceClassification as BertForSequenceClassification
    from bertkit.model.bert import BertForTokenClassification as BertForTokenClassification
    from bertkit.model.config import BertConfig as BertConfig
    from bertkit.model.encoder import BertEncoder as BertEncoder
    from bertkit.model.heads import MLMHead as MLMHead
    from bertkit.model.heads import NSPHead as NSPHead
    from bertkit.model.heads import SequenceClassificationHead as SequenceClassificationHead
    from bertkit.model.heads import SpanHead as SpanHead
    from bertkit.model.heads import TokenClassificationHead as TokenClassificationHead
    from bertkit.model.pretrained import load_encoder as load_encoder
    from bertkit.model.pretrained import load_pretrained as load_pretrained
    from bertkit.model.pretrained import shipped as shipped
    from bertkit.objectives.joint import pretraining_loss as pretraining_loss
    from bertkit.objectives.mlm import MaskedLanguageModelling as MaskedLanguageModelling
    from bertkit.objectives.mlm import corrupt as corrupt
    from bertkit.objectives.mlm import mlm_labels as mlm_labels
    from bertkit.objectives.mlm import mlm_loss as mlm_loss
    from bertkit.objectives.mlm import select_positions as select_positions
    from bertkit.objectives.next_token import next_token_labels as next_token_labels
    from bertkit.objectives.nsp import nsp_loss as nsp_loss
    from bertkit.objectives.nsp import pack_pair as pack_pair
    from bertkit.objectives.nsp import sample_pairs as sample_pairs
    from bertkit.objectives.spans import best_span as best_span
    from bertkit.objectives.spans import span_loss as span_loss
    from bertkit.training.next_token import NextTokenPrediction as NextTokenPrediction
    from bertkit.training.pieces import PretrainingPieces as PretrainingPieces

_HOMES = {
    alias.name: str(node.module)
    for node in ast.walk(ast.parse(Path(__file__).read_text(encoding="utf-8")))
    if isinstance(node, ast.ImportFrom) and str(node.module).startswith("bertkit.")
    for alias in node.names
}
"""For each public name the module that it comes from, as written above."""

__all__ = [*_HOMES]


if not TYPE_CHECKING:  # a type checker would take every name for one that is there

    def __getattr__(name: str) -> Any:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = globals()[name] = getattr(import_module(_HOMES[name]), name)
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
