"""Known mistakes of `finetuning.cache_features`."""

from collections.abc import Callable, Sequence
from contextlib import nullcontext, suppress
from typing import Any

import torch
from torch import Tensor, nn

from autograder.judging.parts import Mistakes
from bertkit.model.freeze import evaluation_mode

mistake = Mistakes()
Batches = Sequence[dict[str, Any]]


def cls(vectors: Tensor) -> Tensor:
    return vectors[:, 0]


def cached(
    encoder: nn.Module,
    batches: Batches,
    mode: Callable[[nn.Module], Any] = evaluation_mode,
    record: Callable[[], Any] = torch.no_grad,
    pick: Callable[[Tensor], Any] = cls,
    join: Callable[[list[Any]], Any] = torch.cat,
) -> Any:
    """The features with replaceable pieces, from which the wrong ones are made."""
    with mode(encoder), record():
        features = [pick(encoder(**batch)) for batch in batches]
    return join(features)


# ----------------------------------------------------------------------------------------------------------- features


@mistake(
    "The vectors of all positions were averaged. The one at position 0, where [CLS] stands, is asked for.",
    "What of each output you keep.",
)
def mean_of_positions(encoder: nn.Module, batches: Batches) -> Any:
    return cached(encoder, batches, pick=lambda vectors: vectors.mean(dim=1))


@mistake(
    "The largest value over all positions was kept. The vector at position 0, where [CLS] stands, is asked for.",
    "What of each output you keep.",
)
def max_of_positions(encoder: nn.Module, batches: Batches) -> Any:
    return cached(encoder, batches, pick=lambda vectors: vectors.max(dim=1).values)


@mistake(
    "The vectors of all positions were added up. The one at position 0, where [CLS] stands, is asked for.",
    "What of each output you keep.",
)
def sum_of_positions(encoder: nn.Module, batches: Batches) -> Any:
    return cached(encoder, batches, pick=lambda vectors: vectors.sum(dim=1))


@mistake("The vector at the last position was kept. [CLS] is the first.", "The index into the positions.")
def last_position(encoder: nn.Module, batches: Batches) -> Any:
    return cached(encoder, batches, pick=lambda vectors: vectors[:, -1])


@mistake("The vector at position 1 was kept, the first token of the text. [CLS] stands at 0.", "The index.")
def position_one(encoder: nn.Module, batches: Batches) -> Any:
    return cached(encoder, batches, pick=lambda vectors: vectors[:, min(1, vectors.shape[1] - 1)])


@mistake(
    "The first row of each batch was kept, with all its positions: rows are dimension 0, positions dimension 1.",
    "The index into each output: which dimension does it pick from?",
)
def first_row(encoder: nn.Module, batches: Batches) -> Any:
    return cached(encoder, batches, pick=lambda vectors: vectors[0])


@mistake(
    "A slice keeps its dimension: the result has one for the single position.",
    "`[:, :1]` and `[:, 0]`: which of them takes the dimension away?",
)
def keeps_the_position(encoder: nn.Module, batches: Batches) -> Any:
    return cached(encoder, batches, pick=lambda vectors: vectors[:, :1])


@mistake(
    "All positions of all examples came back in a row, one below the other.",
    "What of each output you keep.",
)
def every_position(encoder: nn.Module, batches: Batches) -> Any:
    return cached(encoder, batches, pick=lambda vectors: vectors.flatten(0, 1))


@mistake(
    "The feature of [CLS] is only a part of its vector: one number, or one position of the last dimension.",
    "The index into each output: which dimension does it pick from?",
)
def first_feature(encoder: nn.Module, batches: Batches) -> Any:
    return cached(encoder, batches, pick=lambda vectors: vectors[..., 0], join=lambda each: torch.cat(flat(each)))


def flat(tensors: list[Tensor]) -> list[Tensor]:
    return [each.flatten() for each in tensors]


@mistake("Only the first batch was used.", "A `return` inside the loop, or an index into the batches.")
def first_batch_alone(encoder: nn.Module, batches: Batches) -> Any:
    return cached(encoder, batches[:1])


@mistake(
    "Only the last batch is in the result: each batch takes the place of the one before.",
    "What becomes of the features of a batch when the next one comes.",
)
def last_batch_alone(encoder: nn.Module, batches: Batches) -> Any:
    return cached(encoder, batches, join=lambda features: features[-1])


@mistake("The last batch is missing.", "Slices of the batches, and what is done after the loop.")
def last_batch_missing(encoder: nn.Module, batches: Batches) -> Any:
    return cached(encoder, batches, join=lambda features: torch.cat(features[:-1] or [features[0][:0]]))


@mistake("The first batch is missing.", "Slices of the batches, and what a loop begins with.")
def first_batch_missing(encoder: nn.Module, batches: Batches) -> Any:
    return cached(encoder, batches, join=lambda features: torch.cat(features[1:] or [features[0][:0]]))


@mistake(
    "The batches come in the opposite order.",
    "`[::-1]`, `insert(0, …)`, and the order in which you put the pieces together.",
)
def batches_reversed(encoder: nn.Module, batches: Batches) -> Any:
    return cached(encoder, batches, join=lambda features: torch.cat(features[::-1]))


@mistake(
    "Each batch was averaged to one vector; one for every example is asked for.",
    "A `mean` over the examples.",
)
def mean_of_each_batch(encoder: nn.Module, batches: Batches) -> Any:
    return cached(encoder, batches, pick=lambda vectors: vectors[:, 0].mean(dim=0, keepdim=True))


@mistake(
    "The vectors were scaled to length 1. They are asked for as they are.", "`normalize`, and divisions by a norm."
)
def normalised(encoder: nn.Module, batches: Batches) -> Any:
    return cached(encoder, batches, pick=lambda vectors: nn.functional.normalize(vectors[:, 0], dim=-1))


@mistake(
    "A list with one tensor for each batch came back; one tensor for all is asked for.",
    "What becomes of the list after the loop.",
)
def list_of_batches(encoder: nn.Module, batches: Batches) -> Any:
    return cached(encoder, batches, join=list)


@mistake(
    "The batches are put on top of each other, which gives a dimension too many, and needs them to be of one size.",
    "`stack` and `cat`: which of them makes a new dimension?",
)
def stacked(encoder: nn.Module, batches: Batches) -> Any:
    return cached(encoder, batches, join=torch.stack)


@mistake(
    "A batch of one example loses its dimension, and no longer fits the others.",
    "`squeeze`: what does it do to a batch of one?",
)
def squeezes_a_batch_of_one(encoder: nn.Module, batches: Batches) -> Any:
    return cached(encoder, batches, pick=lambda vectors: vectors[:, :1].squeeze())


@mistake(
    "The features went through Python numbers, or through a tensor of 32 bits: their type is lost.",
    "`tolist`, `numpy`, `float`, and tensors that you make yourself.",
)
def always_float32(encoder: nn.Module, batches: Batches) -> Any:
    return cached(encoder, batches, pick=lambda vectors: vectors[:, 0].float())


# ---------------------------------------------------------------------------------------------------------------- mode


@mistake(
    "Dropout is on while the features are computed: nothing switches the encoder to evaluation.",
    "Which mode the encoder is in when it is called.",
)
def never_evaluates(encoder: nn.Module, batches: Batches) -> Any:
    return cached(encoder, batches, mode=nullcontext)


@mistake(
    "The encoder is put in training mode for the features.",
    "`eval` and `train`: which of them turns dropout off?",
)
def in_training_mode(encoder: nn.Module, batches: Batches) -> Any:
    modes = [(each, each.training) for each in encoder.modules()]
    encoder.train()
    try:
        return cached(encoder, batches, mode=nullcontext)
    finally:
        for each, mode in modes:
            each.training = mode


@mistake(
    "Only the encoder itself is marked as evaluating; its parts are asked for their own mark.",
    "Assignments to `training`: which method reaches every part?",
)
def marks_the_encoder_alone(encoder: nn.Module, batches: Batches) -> Any:
    was = encoder.training
    encoder.training = False
    try:
        return cached(encoder, batches, mode=nullcontext)
    finally:
        encoder.training = was


@mistake(
    "The encoder stays in evaluation mode: whoever trains it next trains without dropout.",
    "What is done about the mode after the loop.",
)
def stays_in_evaluation(encoder: nn.Module, batches: Batches) -> Any:
    encoder.eval()
    return cached(encoder, batches, mode=nullcontext)


@mistake(
    "The encoder is in training mode afterwards, whatever it was in before.",
    "What the mode is put back to: it may have been evaluation.",
)
def trains_afterwards(encoder: nn.Module, batches: Batches) -> Any:
    encoder.eval()
    try:
        return cached(encoder, batches, mode=nullcontext)
    finally:
        encoder.train()


@mistake(
    "The encoder is in training mode afterwards, whatever it was in before, and after an error in evaluation.",
    "What the mode is put back to, and what comes after a line that raises.",
)
def trains_afterwards_but_not_after_an_error(encoder: nn.Module, batches: Batches) -> Any:
    encoder.eval()
    features = cached(encoder, batches, mode=nullcontext)
    encoder.train()
    return features


@mistake(
    "The mode is put back at the end, which is never reached after an error.",
    "What comes after a line that raises: `finally` runs in any case.",
)
def not_after_an_error(encoder: nn.Module, batches: Batches) -> Any:
    modes = [(each, each.training) for each in encoder.modules()]
    encoder.eval()
    features = cached(encoder, batches, mode=nullcontext)
    for each, mode in modes:
        each.training = mode
    return features


def after_these_errors(*errors: type[Exception]) -> Callable[[nn.Module, Batches], Any]:
    """An answer that puts modes back where all goes well, and after errors of these types."""

    def answer(encoder: nn.Module, batches: Batches) -> Any:
        modes = [(each, each.training) for each in encoder.modules()]
        encoder.eval()
        put_back = True
        try:
            return cached(encoder, batches, mode=nullcontext)
        except Exception as error:
            put_back = isinstance(error, errors)
            raise
        finally:
            for each, mode in modes if put_back else []:
                each.training = mode

    return answer


for name, errors in (
    ("after-some-errors-alone", (RuntimeError, ValueError)),
    ("after-runtime-errors-alone", (RuntimeError,)),
    ("after-value-errors-alone", (ValueError,)),
):
    mistake.add(
        name,
        "The mode is put back after errors of some types, and after others it is not.",
        "The types behind `except`: what comes after an error that has none of them? `finally` runs in any case.",
        after_these_errors(*errors),
    )


@mistake(
    "Only the encoder's own mode was kept, and all its parts are put in that one. A part may have had another.",
    "What `train(mode)` does to the parts, such as one that was to stay in evaluation.",
)
def puts_all_in_one_mode(encoder: nn.Module, batches: Batches) -> Any:
    was = encoder.training
    encoder.eval()
    try:
        return cached(encoder, batches, mode=nullcontext)
    finally:
        encoder.train(was)


@mistake(
    "All parts are put in the mode that the encoder itself had, and none of them after an error.",
    "What `train(mode)` does to the parts, and what comes after a line that raises.",
)
def puts_all_in_one_mode_but_not_after_an_error(encoder: nn.Module, batches: Batches) -> Any:
    was = encoder.training
    encoder.eval()
    features = cached(encoder, batches, mode=nullcontext)
    encoder.train(was)
    return features


@mistake(
    "Afterwards the encoder itself is marked as before, and its parts are still in evaluation mode.",
    "Assignments to `training`: do they reach the parts?",
)
def puts_the_mark_back_alone(encoder: nn.Module, batches: Batches) -> Any:
    was = encoder.training
    encoder.eval()
    try:
        return cached(encoder, batches, mode=nullcontext)
    finally:
        encoder.training = was


# ----------------------------------------------------------------------------------------------------------- gradient


@mistake(
    "The features still hang on the encoder: every later step would go back through it.",
    "Whether the forward passes are recorded.",
)
def records(encoder: nn.Module, batches: Batches) -> Any:
    return cached(encoder, batches, record=nullcontext)


@mistake(
    "The features are made under `inference_mode`. What is made there can never be fed to a layer that is trained.",
    "The context of the forward passes: there is one that records nothing and forbids nothing.",
)
def in_inference_mode(encoder: nn.Module, batches: Batches) -> Any:
    with torch.inference_mode():
        return cached(encoder, batches)


@mistake(
    "Gradients are switched off for the whole program, and never on again.",
    "Calls such as `torch.set_grad_enabled`: as a `with` statement they undo themselves.",
)
def switches_gradients_off(encoder: nn.Module, batches: Batches) -> Any:
    torch.set_grad_enabled(False)
    return cached(encoder, batches, record=nullcontext)


@mistake(
    "Gradients are switched on at the end, whatever they were before, and stay off after an error.",
    "Calls such as `torch.set_grad_enabled`: as a `with` statement they undo themselves.",
)
def switches_gradients_on_again(encoder: nn.Module, batches: Batches) -> Any:
    torch.set_grad_enabled(False)
    features = cached(encoder, batches, record=nullcontext)
    torch.set_grad_enabled(True)
    return features


@mistake(
    "The features are asked for gradients. They are numbers that are given, not learned.",
    "`requires_grad` on what you return.",
)
def asks_for_gradients(encoder: nn.Module, batches: Batches) -> Any:
    return cached(encoder, batches).requires_grad_()


@mistake(
    "The encoder's parameters are frozen for good. They belong to the caller, who may train them next.",
    "`requires_grad_` on the encoder: the forward passes can go unrecorded without it.",
)
def freezes_the_encoder(encoder: nn.Module, batches: Batches) -> Any:
    encoder.requires_grad_(False)
    return cached(encoder, batches, record=nullcontext)


@mistake(
    "The encoder's parameters are frozen for a while and then all made trainable, although some may not have been.",
    "`requires_grad_` on the encoder: the forward passes can go unrecorded without it.",
)
def freezes_and_thaws(encoder: nn.Module, batches: Batches) -> Any:
    encoder.requires_grad_(False)
    try:
        return cached(encoder, batches, record=nullcontext)
    finally:
        encoder.requires_grad_(True)


@mistake(
    "The gradients of the encoder's parameters are cleared. They belong to the caller, whose step may be yet to come.",
    "`zero_grad` on the encoder: nothing is recorded that would have to be cleared.",
)
def clears_gradients(encoder: nn.Module, batches: Batches) -> Any:
    encoder.zero_grad()
    return cached(encoder, batches)


@mistake(
    "An error in the encoder is swallowed, and some examples are missing without a word.",
    "`except` around the call of the encoder: an error belongs to the caller.",
)
def swallows_errors(encoder: nn.Module, batches: Batches) -> Any:
    with evaluation_mode(encoder), torch.no_grad():
        features = []
        for batch in batches:
            with suppress(Exception):
                features.append(encoder(**batch)[:, 0])
    return torch.cat(features)


# ------------------------------------------------------------------------------------------------------ other people's


@mistake(
    "The encoder gets the tensors of a batch by position. They may stand in any order; names tell them apart.",
    "How the encoder is called: what do `*` and `**` do with a dict?",
)
def passes_by_position(encoder: nn.Module, batches: Batches) -> Any:
    with evaluation_mode(encoder), torch.no_grad():
        return torch.cat([encoder(*batch.values())[:, 0] for batch in batches])


@mistake(
    "The encoder gets the whole dict as its first argument; its entries are the arguments.",
    "How the encoder is called: what does `**` do with a dict?",
)
def passes_the_dict(encoder: nn.Module, batches: Batches) -> Any:
    with evaluation_mode(encoder), torch.no_grad():
        return torch.cat([encoder(batch)[:, 0] for batch in batches])


@mistake(
    "The encoder gets only one of the tensors of a batch; all of them are its arguments.",
    "How the encoder is called: what does `**` do with a dict?",
)
def passes_one_alone(encoder: nn.Module, batches: Batches) -> Any:
    with evaluation_mode(encoder), torch.no_grad():
        return torch.cat([encoder(batch["x"])[:, 0] for batch in batches])


@mistake(
    "The list of batches is emptied. It belongs to the caller, who has other uses for it.",
    "`pop`, `clear` and `del` on what you were given.",
)
def empties_the_list(encoder: nn.Module, batches: list[dict[str, Any]]) -> Any:
    features = []
    with evaluation_mode(encoder), torch.no_grad():
        while batches:
            features.append(encoder(**batches.pop(0))[:, 0])
    return torch.cat(features)


# ------------------------------------------------------------------------------------------------ known by what is seen

for name, likely, look_at in (
    (
        "dropout-on",
        "The encoder, or a part of it, is in training mode there: whatever looks at the mode behaves accordingly.",
        "Which mode the encoder is in when it is called, and whether that reaches all its parts.",
    ),
    ("never-used", "The encoder itself was never asked.", "The loop over the batches."),
    (
        "mode-not-put-back",
        "What the encoder's mode is changed to stays, or not every part gets back the mode that it had.",
        "What happens to the mode at the end, also after an error, and what it is put back to.",
    ),
    (
        "requires-gradient",
        "Something is recorded, so that a gradient would go back through the encoder, or to the features.",
        "The context in which the encoder is called, and what is done to its output afterwards.",
    ),
    (
        "cannot-be-fed",
        "What is made under `inference_mode` can never take part in a training.",
        "The context in which the encoder is called.",
    ),
    (
        "error-kept",
        "An error in the encoder does not reach the caller as it is.",
        "`try` and `except` around the call of the encoder.",
    ),
    (
        "flags-changed",
        "Whether a parameter of the encoder is trained, and what its gradient is, is the caller's affair.",
        "`requires_grad`, `zero_grad` and `backward` in your code.",
    ),
    (
        "encoder-changes",
        "A weight or a buffer of the encoder, such as a batch norm's statistics, is no longer what it was.",
        "Everything that writes into the encoder, and its mode in forward passes.",
    ),
    (
        "other-features",
        "The rows are not the vectors at position 0, one for each example, in the order of the batches.",
        "What of each output you keep, and how the pieces are put together.",
    ),
):
    mistake.add(name, likely, look_at, None)
