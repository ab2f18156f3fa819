"""The course's 34 exercises ask for these names: the library has each, with the same parameters in the same order."""

import importlib
import inspect
from typing import Any

import pytest

from autograder.exercises import CATALOGUE

SIGNATURES = {
    "bidirectionality": {
        "bertkit.model.attention:causal_mask": "(seq_len)",
        "bertkit.model.attention:attention": "(query, key, value, mask=None)",
        "bertkit.objectives.next_token:next_token_labels": "(input_ids, attention_mask)",
        "bertkit.evaluation.influence:influence": "(fn, x)",
        "bertkit.evaluation.influence:visible_targets": "(influence)",
    },
    "mlm": {
        "bertkit.objectives.mlm:select_positions": "(input_ids, special_tokens_mask, probability, generator)",
        "bertkit.objectives.mlm:corrupt": "(input_ids, selected, mask_token_id, vocab_size, generator)",
        "bertkit.objectives.mlm:mlm_labels": "(input_ids, selected)",
        "bertkit.model.heads:MLMHead": "(hidden_size, token_embeddings)",
        "bertkit.objectives.mlm:mlm_loss": "(logits, labels)",
    },
    "nsp": {
        "bertkit.objectives.nsp:sample_pairs": "(documents, rng)",
        "bertkit.objectives.nsp:pack_pair": "(first, second, cls_id, sep_id, max_length)",
        "bertkit.model.heads:NSPHead": "(hidden_size)",
        "bertkit.objectives.nsp:nsp_loss": "(logits, is_next)",
    },
    "pretraining": {
        "bertkit.data.batches:pad_batch": "(sequences, pad_id)",
        "bertkit.training.optimization:warmup_linear": "(step, warmup_steps, total_steps)",
        "bertkit.training.optimization:parameter_groups": "(model, weight_decay)",
        "bertkit.objectives.joint:pretraining_loss": "(mlm_logits, mlm_labels, nsp_logits, is_next)",
        "bertkit.training.optimization:train_step": "(model, micro_batches, optimizer, scheduler, max_grad_norm)",
        "bertkit.evaluation.metrics:masked_accuracy": "(logits, labels)",
        "bertkit.training.state:save_checkpoint": "(path, model, optimizer, scheduler, step)",
        "bertkit.training.state:load_checkpoint": "(path, model, optimizer, scheduler)",
    },
    "heads": {
        "bertkit.model.heads:HEAD_FOR_TASK": "",
        "bertkit.model.heads:SequenceClassificationHead": "(hidden_size, num_labels, dropout=0.1)",
        "bertkit.model.heads:TokenClassificationHead": "(hidden_size, num_labels, dropout=0.1)",
        "bertkit.tasks.align:align_labels": "(word_labels, word_ids)",
        "bertkit.model.heads:SpanHead": "(hidden_size)",
        "bertkit.objectives.spans:span_loss": "(start_logits, end_logits, start, end)",
        "bertkit.objectives.spans:best_span": "(start_logits, end_logits, allowed, max_length)",
    },
    "finetuning": {
        "bertkit.model.freeze:FrozenEncoder": "(encoder)",
        "bertkit.model.freeze:cache_features": "(encoder, batches)",
        "bertkit.finetuning.finetune:layerwise_learning_rates": "(num_layers, base_lr, decay)",
        "bertkit.finetuning.finetune:finetune": "(model, batches, optimizer, epochs)",
        "bertkit.evaluation.metrics:entity_f1": "(predicted, gold)",
        "bertkit.finetuning.finetune:training_flops": "(encoder_parameters, tokens, epochs, recipe)",
    },
}
"""By lesson: where the library has a name, and how it is called; a value, not a function, where there is nothing."""
TWO_NAMES = {"checkpoint": ("save_checkpoint", "load_checkpoint")}
"""Exercises that ask for more than one name."""
REFERENCES = {reference: parameters for lesson in SIGNATURES.values() for reference, parameters in lesson.items()}
FORWARD = {
    "FrozenEncoder": "(*args, **kwargs)",
    **dict.fromkeys(
        ("MLMHead", "NSPHead", "SequenceClassificationHead", "TokenClassificationHead", "SpanHead"), "(hidden)"
    ),
}


def loaded(reference: str) -> Any:
    module, _, name = reference.partition(":")
    return getattr(importlib.import_module(module), name)


def called_with(function: Any) -> str:
    """Its parameters, without types and without `self`."""
    signature = inspect.signature(function)
    bare = [each.replace(annotation=each.empty) for name, each in signature.parameters.items() if name != "self"]
    return str(signature.replace(parameters=bare, return_annotation=signature.empty))


def test_there_are_as_many_as_the_course_has() -> None:
    assert len(REFERENCES) - sum(len(names) - 1 for names in TWO_NAMES.values()) == 34


@pytest.mark.parametrize("reference", [name for name, parameters in REFERENCES.items() if parameters])
def test_a_reference_is_called_as_the_exercise_says(reference: str) -> None:
    assert called_with(loaded(reference)) == REFERENCES[reference]


@pytest.mark.parametrize("reference", [name for name in REFERENCES if name.partition(":")[2] in FORWARD])
def test_a_module_is_called_with_vectors_alone(reference: str) -> None:
    module = loaded(reference)
    assert called_with(module.forward) == FORWARD[module.__name__]


def test_a_table_is_a_table() -> None:
    assert set(loaded("bertkit.model.heads:HEAD_FOR_TASK").values()) == {"cls", "token", "span"}


@pytest.mark.parametrize("exercise", CATALOGUE, ids=lambda exercise: exercise.id)
def test_an_exercise_stands_on_its_reference(exercise: Any) -> None:
    lesson, _, name = exercise.id.partition(".")
    assert set(exercise.defines) <= set(SIGNATURES[lesson])
    assert exercise.names == TWO_NAMES.get(name, (name,))
