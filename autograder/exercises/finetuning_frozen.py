"""How `FrozenEncoder` and `cache_features` are run once: with an encoder built from plain data, and an eye on it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from autograder.calls import BEFORE, EVALUATION, KEPT
from autograder.exercise import Inputs
from autograder.exercises.finetuning_encoders import (
    ERRORS,
    OF_ITS_OWN,
    Encoder,
    EncoderError,
    GradMode,
    built,
    described,
    fed,
    opened,
    state_of,
)
from autograder.exercises.pretraining_steps import leave_gradients
from autograder.exercises.pretraining_trainings import Linear, equal, in_words, modes_of

TRAIN, EVAL, TRAIN_AROUND, EVAL_AROUND, USE = "train", "eval", "train around", "eval around", "use"
"""What is done with a frozen encoder before it is looked at: a mode is set, of it or of a model around it."""
MODULE, PASSED_ON = "a module", "passed on"
PASSING: dict[str, Callable[[nn.Module, Tensor, float, Tensor], Any]] = {
    "one by position": lambda module, x, scale, shift: module(x),
    "two by position": lambda module, x, scale, shift: module(x, scale),
    "some by name": lambda module, x, scale, shift: module(x, scale, shift=shift),
    "all by name": lambda module, x, scale, shift: module(shift=shift, scale=scale, x=x),
}
"""How an encoder is called."""


@dataclass(frozen=True)
class Freeze:
    """Freezes an encoder, sets modes, and uses it.

    What comes back is a dict: `module`, whether it is one; `form` and `values`, what `forward` returned; `requires`,
    whether a gradient hangs on that, and `fed`, what a trainable layer makes of it; `grad_mode`, after which calls it
    was switched; `error`, what became of one in the encoder; `modes` in the forward pass; `chained`, what
    `train` and `eval` returned; `changed`, whether a number of the encoder did; `trainable`, how many numbers may be
    trained: when it was made, once modes were set, at the end; `registered`, whether the encoder is among the modules.
    """

    described: Mapping[str, Callable[[Any], str]] = field(default_factory=lambda: {"encoder": described}, hash=False)

    def __call__(self, answer: Any, inputs: Inputs) -> dict[str, Any]:
        """One frozen encoder."""
        with torch.set_grad_enabled(not inputs.get(EVALUATION)):
            return self.looked_at(answer, inputs)

    def looked_at(self, answer: Any, inputs: Inputs) -> dict[str, Any]:
        """The same, in the grad mode that it is to be in."""
        encoder, grad_mode = built(inputs["encoder"]), GradMode()
        seen, before = encoder.seen, state_of(encoder)
        module = answer(encoder)
        grad_mode.look("when it was made")
        if not isinstance(module, nn.Module):
            return {"module": type(module).__name__}
        trainable = [trainable_in(module)]
        chained = prepared(module, inputs)
        trainable.append(trainable_in(module))
        error = failed(module, inputs) if inputs["fails"] else None
        grad_mode.look("after an error in the encoder")
        kept = called(module, inputs | inputs[BEFORE]) if BEFORE in inputs else None
        grad_mode.look("after `forward`")
        seen.modes.clear()
        value = called(module, inputs)
        grad_mode.look("after `forward`")
        trainable.append(trainable_in(module))
        form, tensors = opened(kept if inputs.get(KEPT) else value)
        inside = next((each for each in module.modules() if isinstance(each, Encoder)), None)
        return {
            "module": MODULE,
            "form": form,
            "values": [each.detach() for each in tensors],
            "requires": any(each.requires_grad for each in tensors),
            "fed": None if inputs.get(EVALUATION) else fed(tensors),
            "grad_mode": grad_mode.left,
            "error": error,
            "modes": in_words(sorted(seen.modes)),
            "chained": chained,
            "changed": not equal(before, state_of(inside or encoder)),
            "trainable": " ".join(map(str, trainable)),
            "registered": inside is not None,
        }


def trainable_in(module: nn.Module) -> int:
    """How many numbers of the parameters may be trained, whatever the module itself says that they are."""
    encoders = [each for each in nn.Module.modules(module) if isinstance(each, Encoder)]
    parameters = {id(each): each for part in (module, *encoders) for each in nn.Module.parameters(part)}
    parameters |= {id(each): each for each in module.parameters()}
    return sum(each.numel() for each in parameters.values() if each.requires_grad)


def prepared(module: nn.Module, inputs: Inputs) -> str:
    """Set modes; gives what came of it where that was not the module itself."""
    around = nn.ModuleDict({"model": nn.Sequential(module, Linear(1, 1))})
    odd = []
    for each in inputs["prepared"]:
        if each == USE:
            called(module, inputs)
            continue
        what = around if each in (TRAIN_AROUND, EVAL_AROUND) else module
        back: Any = what.train() if each in (TRAIN, TRAIN_AROUND) else what.eval()
        odd += [] if back is what else [type(back).__name__]
    return in_words(dict.fromkeys(odd))


def called(module: nn.Module, inputs: Inputs) -> Any:
    """One use."""
    x, shift = (inputs[name].detach().requires_grad_(inputs["records"]) for name in ("x", "shift"))
    return PASSING[inputs["passing"]](module, x, inputs["scale"], shift)


def failed(module: nn.Module, inputs: Inputs) -> str:
    """What comes of uses in which the encoder raises, of the first that is not the encoder's own error."""
    for each in ERRORS:
        try:
            module(inputs["x"], fails=each)
        except EncoderError:
            continue
        except Exception as error:  # an answer may make anything of it
            return type(error).__name__
        return "nothing"
    return PASSED_ON


@dataclass(frozen=True)
class Cache:
    """Lets an answer compute features with an encoder.

    What comes back is a dict: `features`, what was returned; `requires` and `fed`, as of `Freeze`; `error`, what became
    of one in the encoder; `modes` of the encoder in forward passes, and `modes_after`, whether each part is in the mode
    that it was in; `grad_mode`, whether it was left switched; `changed`, whether a number of the encoder changed;
    `flags`, whether parameters are trainable that were not, or the other way round, or have other gradients.
    """

    described: Mapping[str, Callable[[Any], str]] = field(default_factory=lambda: {"encoder": described}, hash=False)

    def __call__(self, answer: Any, inputs: Inputs) -> dict[str, Any]:
        """One call, or two in a row."""
        with torch.set_grad_enabled(not inputs.get(EVALUATION)):
            if BEFORE not in inputs:
                return self.once(answer, inputs)
            first = self.once(answer, inputs | inputs[BEFORE])
            last = self.once(answer, inputs)
            return first if inputs.get(KEPT) else last

    def once(self, answer: Any, inputs: Inputs) -> dict[str, Any]:
        """One call."""
        encoder, grad_mode, error, features = built(inputs["encoder"]), GradMode(), "none", None
        leave_gradients([each for each in encoder.parameters() if each.requires_grad], 1.0)  # another's, under way
        before, modes, flags = state_of(encoder), modes_of(encoder), flags_of(encoder)
        batches = inputs["batches"]
        if inputs["fails_at"] is not None:
            error_in = {inputs["fails_at"]: inputs.get("fails_with", OF_ITS_OWN)}
            batches = [batch | {"fails": error_in.get(place, "")} for place, batch in enumerate(batches)]
        try:
            features = answer(encoder, batches)
        except EncoderError:
            error = PASSED_ON
        except NotImplementedError:  # a stub
            raise
        except Exception as raised:
            if inputs["fails_at"] is None:
                raise
            error = type(raised).__name__
        grad_mode.look("after the call")
        tensors = [features] if isinstance(features, Tensor) else []
        return {
            "features": features.detach() if isinstance(features, Tensor) else features,
            "requires": any(each.requires_grad for each in tensors),
            "fed": None if inputs.get(EVALUATION) else fed(tensors),
            "error": error,
            "modes": in_words(sorted(encoder.seen.modes)),
            "modes_after": after(modes, modes_of(encoder)),
            "grad_mode": grad_mode.left,
            "changed": not equal(before, state_of(encoder)),
            "flags": flags_beside(flags, flags_of(encoder)),
        }


AS_BEFORE, TRAINS, EVALUATES, MIXED_UP = "as before", "in training", "in evaluation", "of some parts alone"


def after(before: list[bool], now: list[bool]) -> str:
    """How the modes of an encoder's parts are beside what they were."""
    if before == now:
        return AS_BEFORE
    return TRAINS if all(now) else MIXED_UP if any(now) else EVALUATES


def flags_beside(before: list[tuple[bool, list[float]]], now: list[tuple[bool, list[float]]]) -> str:
    """What of an encoder's parameters is another than it was."""
    if [trainable for trainable, _ in before] != [trainable for trainable, _ in now]:
        return "trainable otherwise"
    return AS_BEFORE if before == now else "with other gradients"


def flags_of(encoder: nn.Module) -> list[tuple[bool, list[float]]]:
    """Of each parameter whether it is trainable, and its gradient, if it has one."""
    return [
        (each.requires_grad, [] if each.grad is None else each.grad.flatten().tolist()) for each in encoder.parameters()
    ]


run_frozen_encoder, run_cache_features = Freeze(), Cache()
