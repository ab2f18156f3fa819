"""Known mistakes of `finetuning.FrozenEncoder`."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

import torch
from torch import Tensor, nn

from autograder.judging.parts import Mistakes

mistake = Mistakes()


class Variant(nn.Module):
    """A frozen encoder with replaceable pieces, from which the wrong ones are made."""

    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        self.inner = encoder
        self.freeze()

    def freeze(self) -> None:
        self.inner.requires_grad_(False)
        self.inner.eval()

    def train(self, mode: bool = True) -> Self:
        self.training = mode
        return self

    def used(self, *args: Any, **kwargs: Any) -> Any:
        return self.inner(*args, **kwargs)

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        with torch.no_grad():
            return self.used(*args, **kwargs)


# ------------------------------------------------------------------------------------------------------------ dropout


@mistake(
    "`train()`, on it or on a model around it, reaches the encoder too, and turns its dropout on again.",
    "What `train` does to a module's parts, and which of a module's methods you can write yourself.",
)
class TrainReachesTheEncoder(Variant):
    def train(self, mode: bool = True) -> Self:
        return nn.Module.train(self, mode)


@mistake(
    "Nothing switches the encoder to evaluation, unless somebody calls a mode by hand: dropout stays on.",
    "Which mode the encoder is in before and during its forward pass, and who sets it.",
)
class NeverEvaluates(Variant):
    def freeze(self) -> None:
        self.inner.requires_grad_(False)

    def train(self, mode: bool = True) -> Self:
        return nn.Module.train(self, mode)


@mistake(
    "The encoder is switched to evaluation only when a mode is set. Right after it was made, dropout is still on.",
    "What happens where nobody calls `train` or `eval` before the first forward pass.",
)
class EvaluatesOnlyInTrain(Variant):
    def freeze(self) -> None:
        self.inner.requires_grad_(False)

    def train(self, mode: bool = True) -> Self:
        nn.Module.train(self, mode)
        self.inner.eval()
        return self


@mistake(
    "Only the encoder itself is marked as evaluating. Its parts, dropout among them, are asked for their own mark.",
    "Assignments to `training`: which method reaches every part?",
)
class MarksTheEncoderAlone(Variant):
    def freeze(self) -> None:
        self.inner.requires_grad_(False)
        self.inner.training = False

    def train(self, mode: bool = True) -> Self:
        nn.Module.train(self, mode)
        self.inner.training = False
        return self


@mistake(
    "After `train` the encoder itself is marked as evaluating, and its parts train: each is asked for its own mark.",
    "Assignments to `training`: which method reaches every part?",
)
class MarksTheEncoderAloneAfterTrain(Variant):
    def train(self, mode: bool = True) -> Self:
        nn.Module.train(self, mode)
        self.inner.training = False
        return self


@mistake(
    "Only the parts that stand directly in the encoder are switched; those deeper inside keep their dropout.",
    "Loops over `children`: how deep do they go?",
)
class SwitchesChildrenAlone(Variant):
    def freeze(self) -> None:
        self.inner.requires_grad_(False)
        self.switch()

    def switch(self) -> None:
        self.inner.training = False
        for child in self.inner.children():
            child.training = False

    def train(self, mode: bool = True) -> Self:
        nn.Module.train(self, mode)
        self.switch()
        return self


@mistake(
    "Only modules of the kind `nn.Dropout` are switched. Whatever else looks at the mode behaves as in training.",
    "Loops over modules with `isinstance`: is dropout the only thing that a mode decides?",
)
class SwitchesDropoutModulesAlone(Variant):
    def freeze(self) -> None:
        self.inner.requires_grad_(False)
        self.switch()

    def switch(self) -> None:
        for each in self.inner.modules():
            if isinstance(each, nn.Dropout):
                each.eval()

    def train(self, mode: bool = True) -> Self:
        nn.Module.train(self, mode)
        self.switch()
        return self


@mistake(
    "The probability of the dropout modules is set to 0. Dropout by a function and batch norms still train.",
    "Assignments to `p`: which switch reaches everything that a mode decides?",
)
class SetsProbabilitiesToZero(Variant):
    def freeze(self) -> None:
        self.inner.requires_grad_(False)
        for each in self.inner.modules():
            if isinstance(each, nn.Dropout):
                each.p = 0.0

    def train(self, mode: bool = True) -> Self:
        return nn.Module.train(self, mode)


@mistake(
    "The encoder is put in training mode for its forward pass.",
    "`eval` and `train`: which of them turns dropout off?",
)
class TrainsInForward(Variant):
    def used(self, *args: Any, **kwargs: Any) -> Any:
        self.inner.train()
        value = self.inner(*args, **kwargs)
        self.inner.eval()
        return value


@mistake(
    "The encoder is switched to evaluation after its forward pass: the first comes too early.",
    "The order of `eval` and the forward pass.",
)
class EvaluatesAfterwards(Variant):
    def freeze(self) -> None:
        self.inner.requires_grad_(False)

    def train(self, mode: bool = True) -> Self:
        return nn.Module.train(self, mode)

    def used(self, *args: Any, **kwargs: Any) -> Any:
        value = self.inner(*args, **kwargs)
        self.inner.eval()
        return value


@mistake(
    "`train` returns nothing, so that `model = FrozenEncoder(encoder).train()` is None. Torch returns the module.",
    "The last line of your `train`.",
)
class TrainReturnsNothing(Variant):
    def train(self, mode: bool = True) -> Any:
        self.training = mode


@mistake(
    "`train` returns the encoder, not the module that it was called on.",
    "The last line of your `train`.",
)
class TrainReturnsTheEncoder(Variant):
    def train(self, mode: bool = True) -> Any:
        self.training = mode
        return self.inner.eval()


# ----------------------------------------------------------------------------------------------------------- gradient


@mistake(
    "Parameters are frozen, but the forward pass still records: a gradient goes through it to whatever comes in.",
    "What of the forward pass torch records when the parameters are frozen and the input is not.",
)
class RecordsInForward(Variant):
    def forward(self, *args: Any, **kwargs: Any) -> Any:
        return self.used(*args, **kwargs)


@mistake(
    "Nothing is recorded in training mode; in evaluation mode a gradient goes through the encoder to its input.",
    "What the context of the forward pass depends on.",
)
class RecordsInEvaluation(Variant):
    def forward(self, *args: Any, **kwargs: Any) -> Any:
        with torch.set_grad_enabled(torch.is_grad_enabled() and not self.training):
            return self.used(*args, **kwargs)


@mistake(
    "Nothing is recorded in evaluation mode; in training mode a gradient goes through the encoder to its input.",
    "What the context of the forward pass depends on.",
)
class RecordsInTraining(Variant):
    def forward(self, *args: Any, **kwargs: Any) -> Any:
        with torch.set_grad_enabled(torch.is_grad_enabled() and self.training):
            return self.used(*args, **kwargs)


@mistake(
    "The output is made under `inference_mode`. What is made there can never be fed to a layer that is trained.",
    "The context of the forward pass: there is one that records nothing and forbids nothing.",
)
class InInferenceMode(Variant):
    def forward(self, *args: Any, **kwargs: Any) -> Any:
        with torch.inference_mode():
            return self.used(*args, **kwargs)


@mistake(
    "The output is asked for gradients again. Nothing below it learns, and memory is kept for it.",
    "`requires_grad` behind the forward pass.",
)
class AsksForGradientsAgain(Variant):
    def forward(self, *args: Any, **kwargs: Any) -> Any:
        value = super().forward(*args, **kwargs)
        for each in tensors_in(value):
            each.requires_grad_()
        return value


@mistake(
    "An output that is a tensor is asked for gradients again. Nothing below it learns, and memory is kept for it.",
    "`requires_grad` behind the forward pass.",
)
class AsksTensorsForGradients(Variant):
    def forward(self, *args: Any, **kwargs: Any) -> Any:
        value = super().forward(*args, **kwargs)
        return value.requires_grad_() if isinstance(value, Tensor) else value


@mistake(
    "The output is detached as if it were a tensor. An encoder may return a tuple, a dict or an object.",
    "What is called on the encoder's output: does every type have it?",
)
class DetachesTheOutput(Variant):
    def forward(self, *args: Any, **kwargs: Any) -> Any:
        return self.used(*args, **kwargs).detach()


@mistake(
    "A tensor is detached; in an output of another type the gradient is still there.",
    "Conditions on the type of the output: what becomes of all other types?",
)
class DetachesTensorsAlone(Variant):
    def forward(self, *args: Any, **kwargs: Any) -> Any:
        value = self.used(*args, **kwargs)
        return value.detach() if isinstance(value, Tensor) else value


@mistake(
    "Gradients are switched off for the whole program when the module is made, and never on again.",
    "Calls such as `torch.set_grad_enabled`: as a `with` statement they undo themselves.",
)
class SwitchesOffWhenMade(Variant):
    def freeze(self) -> None:
        super().freeze()
        torch.set_grad_enabled(False)


@mistake(
    "Gradients are switched off for the whole program in the forward pass, and never on again.",
    "Calls such as `torch.set_grad_enabled`: as a `with` statement they undo themselves.",
)
class SwitchesOffInForward(Variant):
    def forward(self, *args: Any, **kwargs: Any) -> Any:
        torch.set_grad_enabled(False)
        return self.used(*args, **kwargs)


@mistake(
    "After the forward pass gradients are switched on, whatever they were before, and stay off after an error.",
    "Calls such as `torch.set_grad_enabled`: as a `with` statement they undo themselves.",
)
class SwitchesOnAgain(Variant):
    def forward(self, *args: Any, **kwargs: Any) -> Any:
        torch.set_grad_enabled(False)
        value = self.used(*args, **kwargs)
        torch.set_grad_enabled(True)
        return value


@mistake(
    "After the forward pass the mode is put back, but not after an error: then gradients stay off.",
    "What comes after a line that raises: a `with` statement, or `finally`, runs in any case.",
)
class StaysOffAfterAnError(Variant):
    def forward(self, *args: Any, **kwargs: Any) -> Any:
        before = torch.is_grad_enabled()
        torch.set_grad_enabled(False)
        value = self.used(*args, **kwargs)
        torch.set_grad_enabled(before)
        return value


@mistake(
    "After the forward pass gradients are switched on, whatever they were before.",
    "What the mode is put back to: it may have been off.",
)
class AlwaysSwitchesOn(Variant):
    def forward(self, *args: Any, **kwargs: Any) -> Any:
        with recording_afterwards():
            return self.used(*args, **kwargs)


@contextmanager
def recording_afterwards() -> Iterator[None]:
    torch.set_grad_enabled(False)
    try:
        yield
    finally:
        torch.set_grad_enabled(True)


@mistake(
    "An error in the encoder is swallowed, and nobody learns of it.",
    "`except` in `forward`: an error belongs to the caller.",
)
class SwallowsErrors(Variant):
    def used(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return self.inner(*args, **kwargs)
        except Exception:
            return None


# ------------------------------------------------------------------------------------------------------------- output


@mistake(
    "Arguments that are passed by name get lost on the way to the encoder.",
    "Both kinds of arguments in `forward`: `*` takes those without a name, `**` those with one.",
)
class DropsNames(Variant):
    def used(self, *args: Any, **kwargs: Any) -> Any:
        return self.inner(*args)


@mistake(
    "Arguments that are passed by position get lost on the way to the encoder.",
    "Both kinds of arguments in `forward`: `*` takes those without a name, `**` those with one.",
)
class DropsPositions(Variant):
    def used(self, *args: Any, **kwargs: Any) -> Any:
        return self.inner(**kwargs)


@mistake(
    "Only the first argument reaches the encoder, with those that have a name.",
    "What happens to the second argument that is passed by position.",
)
class FirstPositionAlone(Variant):
    def used(self, *args: Any, **kwargs: Any) -> Any:
        return self.inner(*args[:1], **kwargs)


@mistake(
    "The encoder gets one tuple and one dict: the arguments were packed, and not unpacked again.",
    "The call of the encoder: what do `*` and `**` do in front of a name there?",
)
class PassesThemPacked(Variant):
    def used(self, *args: Any, **kwargs: Any) -> Any:
        return self.inner(args, kwargs)


@mistake(
    "Of an output with several parts only the first comes back. It is the caller's to choose.",
    "What happens to the encoder's output before it is returned.",
)
class FirstOfSeveral(Variant):
    def used(self, *args: Any, **kwargs: Any) -> Any:
        value = self.inner(*args, **kwargs)
        return value[0] if isinstance(value, list | tuple) else value


@mistake(
    "Of a tuple only the first part comes back. It is the caller's to choose.",
    "What happens to the encoder's output before it is returned.",
)
class FirstOfTuples(Variant):
    def used(self, *args: Any, **kwargs: Any) -> Any:
        value = self.inner(*args, **kwargs)
        return value[0] if isinstance(value, tuple) else value


@mistake(
    "The first entry of whatever the encoder returns comes back: of a tensor that is a row.",
    "What happens to the encoder's output before it is returned.",
)
class FirstEntry(Variant):
    def used(self, *args: Any, **kwargs: Any) -> Any:
        return self.inner(*args, **kwargs)[0]


@mistake(
    "A tuple was made a list, or an object a dict, on the way: the caller gets another type than the encoder returned.",
    "Where your code takes the output apart, and what it puts together again.",
)
class RebuildsTheOutput(Variant):
    def used(self, *args: Any, **kwargs: Any) -> Any:
        value = self.inner(*args, **kwargs)
        if isinstance(value, tuple):
            return [*value]
        return dict(value) if isinstance(value, dict) else value


# ------------------------------------------------------------------------------------------------------------- frozen


@mistake(
    "The parameters are still trainable. `no_grad` keeps gradients away from them; an optimiser is given them all the "
    "same.",
    "Each parameter's own `requires_grad`: what sets it, for all of them, and when?",
)
class LeavesParametersTrainable(Variant):
    def freeze(self) -> None:
        self.inner.eval()


@mistake(
    "Only the parameters of one layer are frozen: most of the encoder has more.",
    "Which parameters your loop goes over.",
)
class FreezesOneLayer(Variant):
    def freeze(self) -> None:
        next(iter(self.inner.children())).requires_grad_(False)
        self.inner.eval()


@mistake(
    "Only the parameters that are the encoder's own are frozen; those of its layers are not.",
    "Which parameters your loop goes over, and what `recurse` means.",
)
class FreezesOwnAlone(Variant):
    def freeze(self) -> None:
        for parameter in self.inner.parameters(recurse=False):
            parameter.requires_grad_(False)
        self.inner.eval()


@mistake(
    "The parameters of the encoder's layers are frozen; one that is the encoder's own is not.",
    "What your loop goes over: a module may have parameters beside those of its parts.",
)
class FreezesLayersAlone(Variant):
    def freeze(self) -> None:
        for child in self.inner.children():
            child.requires_grad_(False)
        self.inner.eval()


@mistake(
    "Only weights are frozen, and biases are not.",
    "Conditions on names in the loop over the parameters.",
)
class FreezesWeightsAlone(Variant):
    def freeze(self) -> None:
        for name, parameter in self.inner.named_parameters():
            if "weight" in name:
                parameter.requires_grad_(False)
        self.inner.eval()


@mistake(
    "The parameters are frozen in the first forward pass. An optimiser that was made before has them already.",
    "When the parameters are frozen: in which method does it have to happen?",
)
class FreezesInForward(Variant):
    def freeze(self) -> None:
        self.inner.eval()

    def used(self, *args: Any, **kwargs: Any) -> Any:
        self.inner.requires_grad_(False)
        return self.inner(*args, **kwargs)


@mistake(
    "`train` makes the parameters trainable again.",
    "What your `train` does with `requires_grad`.",
)
class ThawsInTraining(Variant):
    def train(self, mode: bool = True) -> Self:
        self.inner.requires_grad_(mode)
        return super().train(mode)


@mistake(
    "The encoder is kept where torch does not find it, such as in a list: it is not saved, and `to` does not move it.",
    "How the encoder is stored: a module's parts are its attributes, or stand in torch's own containers.",
)
class KeptInAList(nn.Module):
    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        self.kept = [encoder.requires_grad_(False).eval()]

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        with torch.no_grad():
            return self.kept[0](*args, **kwargs)


@mistake(
    "The encoder is kept where torch does not find it, such as in a list, and nothing switches it to evaluation.",
    "How the encoder is stored, and which calls reach it there.",
)
class InAListAndTraining(nn.Module):
    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        self.kept = [encoder]

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        with torch.no_grad():
            return self.kept[0](*args, **kwargs)


def tensors_in(value: Any) -> Iterator[Tensor]:
    """The tensors of an output, whatever its type."""
    if isinstance(value, Tensor):
        yield value
        return
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else []
    for each in [*parts, *vars(value).values()] if hasattr(value, "__dict__") else parts:
        yield from tensors_in(each)


# ------------------------------------------------------------------------------------------------ known by what is seen

for name, likely, look_at in (
    (
        "wrong-type",
        "A module is asked for, which torch can put into a model, move and save.",
        "What your class is made from, and what comes back when it is called.",
    ),
    (
        "dropout-on",
        "The encoder, or a part of it, is still in training mode there: whatever looks at the mode behaves so.",
        "Each moment at which a mode is set: when it is made, in `train` and `eval`, of it and of a model around it.",
    ),
    (
        "never-used",
        "A forward pass came without one of the encoder: what came back was kept from before, or made of nothing.",
        "What `forward` calls, and with what.",
    ),
    (
        "mode-not-returned",
        "A module's `train` and `eval` return the module, so that calls can be put in a row.",
        "The last line of your `train`.",
    ),
    (
        "encoder-changes",
        "A weight or a buffer of the encoder, such as a batch norm's statistics, is no longer what it was.",
        "Everything that writes into the encoder, and its mode in forward passes.",
    ),
    (
        "requires-gradient",
        "What comes back asks for a gradient: the forward pass is recorded, or the output is told to ask for one.",
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
        "another-output",
        "The output does not come back as the encoder returned it.",
        "What happens between the encoder's output and your `return`.",
    ),
    (
        "other-numbers",
        "The encoder gets other arguments than were passed, or its output is changed on the way.",
        "What reaches the encoder, by position and by name, and what is done with its output.",
    ),
    (
        "trainable-part",
        "A parameter has its `requires_grad` still on, or on again.",
        "Which parameters are frozen, at which moment, and what might undo it.",
    ),
    (
        "not-registered",
        "The encoder is no part of the module as far as torch knows: it is not saved with it, nor moved.",
        "How the encoder is stored: a plain list, a dict or a closure hides it.",
    ),
):
    mistake.add(name, likely, look_at, None)
