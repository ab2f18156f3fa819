"""Known mistakes of `pretraining.checkpoint`: pairs of functions, made of the right ones and of replaceable pieces."""

import copy
import json
import os
import pickle
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch
from safetensors.torch import load as from_safetensors
from safetensors.torch import save as as_safetensors
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

from autograder.judging.parts import Mistakes, named
from bertkit.training.state import pack, unpack

mistake = Mistakes()
State = dict[str, Any]


class Pair:
    """The two functions, right as they stand, from whose pieces wrong ones are made."""

    forgotten: tuple[str, ...] = ()
    """Parts of the state that are not restored."""

    def save_checkpoint(
        self, path: Any, model: nn.Module, optimizer: Optimizer, scheduler: LRScheduler, step: int
    ) -> None:
        self.write(Path(path), self.packed(self.state(model, optimizer, scheduler, step)))

    def load_checkpoint(self, path: Any, model: nn.Module, optimizer: Optimizer, scheduler: LRScheduler) -> Any:
        try:
            state = self.read(Path(path))
            step = self.step(state)
            self.restore(state, model, optimizer, scheduler)
        except Exception as error:
            raise ValueError(f"{path} is no checkpoint: {error!r}") from error
        return step

    def state(self, model: nn.Module, optimizer: Optimizer, scheduler: LRScheduler, step: int) -> State:
        return {
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "scheduler": scheduler.state_dict(),
            "random": torch.get_rng_state(),
            "step": step,
        }

    def packed(self, state: State) -> bytes:
        tensors: dict[str, Tensor] = {}
        header = json.dumps(pack(state, "", tensors)).encode()
        content = as_safetensors(tensors)
        return len(header).to_bytes(8, "little") + header + content

    def unpacked(self, content: bytes) -> State:
        length = int.from_bytes(content[:8], "little")
        state: State = unpack(json.loads(content[8 : 8 + length]), from_safetensors(content[8 + length :]))
        return state

    def write(self, path: Path, content: bytes) -> None:
        scratch = path.parent / f"{path.name}.tmp"
        scratch.write_bytes(content)
        os.replace(scratch, path)

    def read(self, path: Path) -> State:
        return self.unpacked(path.read_bytes())

    def step(self, state: State) -> Any:
        return state["step"]

    def restore(self, state: State, model: nn.Module, optimizer: Optimizer, scheduler: LRScheduler) -> None:
        if "model" not in self.forgotten:
            model.load_state_dict(state["model"])
        if "optimizer" not in self.forgotten:
            optimizer.load_state_dict(state["optimizer"])
        if "scheduler" not in self.forgotten:
            scheduler.load_state_dict(state["scheduler"])
        if "random" not in self.forgotten:
            torch.set_rng_state(state["random"])


def pair(likely: str, look_at: str) -> Callable[[type[Pair]], type[Pair]]:
    """A decorator that registers the two functions of a class as one known mistake, named like the class."""

    def register(kind: type[Pair]) -> type[Pair]:
        own = kind()
        answer = SimpleNamespace(save_checkpoint=own.save_checkpoint, load_checkpoint=own.load_checkpoint)
        mistake.add(named(kind.__name__), likely, look_at, answer)
        return kind

    return register


# --------------------------------------------------------------------------------------------------- what is forgotten


MOMENTS = "Adam's moments start from nothing again, and the first steps after a load are wild."
SCHEDULE = "The scheduler begins its schedule anew, and the learning rate jumps."
DRAWS = "Dropout draws other numbers after a load than it would have."


@pair(f"The optimiser's state is not saved, or not loaded. {MOMENTS}", "Every object that has a `state_dict`.")
class ForgetsOptimizer(Pair):
    forgotten = ("optimizer",)


@pair(f"The scheduler's state is not saved, or not loaded. {SCHEDULE}", "Every object that has a `state_dict`.")
class ForgetsScheduler(Pair):
    forgotten = ("scheduler",)


@pair(
    f"torch's random state is not saved, or not set again. {DRAWS}",
    "What torch has to get its random state and to set it; Python's and numpy's are others.",
)
class ForgetsRandomState(Pair):
    forgotten = ("random",)


@pair(
    f"Neither the optimiser's state nor the scheduler's is brought back. {MOMENTS}",
    "Every object that has a `state_dict`.",
)
class ForgetsOptimizerAndScheduler(Pair):
    forgotten = ("optimizer", "scheduler")


@pair(
    f"Neither the scheduler's state nor torch's random state is brought back. {SCHEDULE}",
    "What decides the next step, besides weights and moments.",
)
class ForgetsSchedulerAndRandomState(Pair):
    forgotten = ("scheduler", "random")


@pair(
    f"Neither the optimiser's state nor torch's random state is brought back. {MOMENTS}",
    "What decides the next step, besides weights and schedule.",
)
class ForgetsOptimizerAndRandomState(Pair):
    forgotten = ("optimizer", "random")


@pair(
    "The model's weights alone are brought back. That is enough to use a model, and not to go on training it.",
    "What decides the next step, besides the weights.",
)
class ModelAlone(Pair):
    forgotten = ("optimizer", "scheduler", "random")


@pair("The model's own state is not saved, or not loaded.", "Every object that has a `state_dict`.")
class ForgetsModel(Pair):
    forgotten = ("model",)


@pair(
    "Nothing but the step is brought back: what was read is not put into the model, the optimiser and the scheduler.",
    "What becomes of the state once it has been read.",
)
class RestoresNothing(Pair):
    forgotten = ("model", "optimizer", "scheduler", "random")


@pair(
    "Parameters are saved without the model's buffers, such as the running mean of a BatchNorm.",
    "`parameters` and `state_dict`: what does one have that the other has not?",
)
class ForgetsBuffers(Pair):
    def restore(self, state: State, model: nn.Module, optimizer: Optimizer, scheduler: LRScheduler) -> None:
        buffers = [each.clone() for each in model.buffers()]
        super().restore(state, model, optimizer, scheduler)
        with torch.no_grad():
            for each, before in zip(model.buffers(), buffers, strict=True):
                each.copy_(before)


@pair(
    "Trainable parameters alone are saved; frozen ones belong to the model, too.",
    "Which entries of the model's state you keep.",
)
class ForgetsFrozen(Pair):
    def restore(self, state: State, model: nn.Module, optimizer: Optimizer, scheduler: LRScheduler) -> None:
        frozen = [(each, each.detach().clone()) for each in model.parameters() if not each.requires_grad]
        super().restore(state, model, optimizer, scheduler)
        with torch.no_grad():
            for each, before in frozen:
                each.copy_(before)


@pair(
    "The moments of the optimiser are brought back without the settings of its groups, such as the learning rate.",
    "What a `state_dict` of an optimiser has besides `state`.",
)
class ForgetsGroups(Pair):
    def restore(self, state: State, model: nn.Module, optimizer: Optimizer, scheduler: LRScheduler) -> None:
        groups = optimizer.state_dict()["param_groups"]
        own = state | {"optimizer": state["optimizer"] | {"param_groups": groups}}
        super().restore(own, model, optimizer, scheduler)


@pair(
    "The settings of the optimiser's groups are brought back without its moments.",
    "What a `state_dict` of an optimiser has besides `param_groups`.",
)
class ForgetsMoments(Pair):
    def restore(self, state: State, model: nn.Module, optimizer: Optimizer, scheduler: LRScheduler) -> None:
        own = state | {"optimizer": state["optimizer"] | {"state": optimizer.state_dict()["state"]}}
        super().restore(own, model, optimizer, scheduler)


# ---------------------------------------------------------------------------------------------- brought back otherwise


@pair(
    "Numbers are drawn after the random state was set, so that it has moved on.",
    "The order of the lines: what draws once the state is set?",
)
class DrawsAfterwards(Pair):
    def restore(self, state: State, model: nn.Module, optimizer: Optimizer, scheduler: LRScheduler) -> None:
        super().restore(state, model, optimizer, scheduler)
        torch.rand(1)


@pair(
    "A seed is set in the place of the random state: that is where the numbers began, not where they stood.",
    "`initial_seed`, `manual_seed` and `get_rng_state`: which of them knows how many numbers were drawn?",
)
class SetsInitialSeed(Pair):
    def state(self, model: nn.Module, optimizer: Optimizer, scheduler: LRScheduler, step: int) -> State:
        return super().state(model, optimizer, scheduler, step) | {"random": str(torch.initial_seed())}

    def restore(self, state: State, model: nn.Module, optimizer: Optimizer, scheduler: LRScheduler) -> None:
        torch.default_generator.manual_seed(int(state["random"]))
        super().restore(state | {"random": torch.get_rng_state()}, model, optimizer, scheduler)


@pair(
    "A seed of your own is set in the place of the random state.", "`manual_seed`: the state is saved, or it is lost."
)
class SetsSeed(Pair):
    def restore(self, state: State, model: nn.Module, optimizer: Optimizer, scheduler: LRScheduler) -> None:
        torch.default_generator.manual_seed(0)
        super().restore(state | {"random": torch.get_rng_state()}, model, optimizer, scheduler)


@pair(
    "The random state is saved after something has been drawn for the save, so that both go on from elsewhere.",
    "Everything in `save_checkpoint` that draws, a name for a temporary file included.",
)
class DrawsAtSave(Pair):
    def write(self, path: Path, content: bytes) -> None:
        torch.rand(1)
        super().write(path, content)


@pair(
    "The state is loaded into copies, which nobody sees.",
    "Every copy, and every model or optimiser that `load_checkpoint` makes itself.",
)
class LoadsIntoCopies(Pair):
    def restore(self, state: State, model: nn.Module, optimizer: Optimizer, scheduler: LRScheduler) -> None:
        copy.deepcopy(model).load_state_dict(state["model"])
        torch.set_rng_state(state["random"])


@pair(
    "The model gets new parameters, and the optimiser still changes the old ones.",
    "Assignments in the place of `load_state_dict`: parameters keep their place, their numbers change.",
)
class ReplacesParameters(Pair):
    def restore(self, state: State, model: nn.Module, optimizer: Optimizer, scheduler: LRScheduler) -> None:
        super().restore(state, model, optimizer, scheduler)
        new: dict[int, nn.Parameter] = {}
        for module in model.modules():
            for name, each in [*module.named_parameters(recurse=False)]:
                known = new.setdefault(id(each), nn.Parameter(each.detach().clone(), each.requires_grad))
                setattr(module, name, known)


@pair(
    "Numbers are saved with half of their digits.",
    "`half`, `round` and types of low precision on the way into the file.",
)
class SavesHalfPrecision(Pair):
    def state(self, model: nn.Module, optimizer: Optimizer, scheduler: LRScheduler, step: int) -> State:
        state = super().state(model, optimizer, scheduler, step)
        halves = {name: each.half() if each.is_floating_point() else each for name, each in state["model"].items()}
        return state | {"model": halves}


@pair(
    "The scheduler is stepped once at the load, so that the schedule is one step ahead.",
    "Every call of `step` in `load_checkpoint`: the state knows where it was.",
)
class StepsSchedulerAtLoad(Pair):
    def restore(self, state: State, model: nn.Module, optimizer: Optimizer, scheduler: LRScheduler) -> None:
        super().restore(state, model, optimizer, scheduler)
        scheduler.step()


@pair("The step after the saved one comes back.", "What is added to the step, at the save and at the load.")
class StepAhead(Pair):
    def step(self, state: State) -> Any:
        return state["step"] + 1


@pair("The step before the saved one comes back.", "What is taken from the step, at the save and at the load.")
class StepBehind(Pair):
    def step(self, state: State) -> Any:
        return state["step"] - 1


@pair(
    "The scheduler's own count comes back; the caller's step may be another one.",
    "Where the number comes from that you return.",
)
class ReturnsSchedulersCount(Pair):
    def step(self, state: State) -> Any:
        return state["scheduler"]["last_epoch"]


@pair("`load_checkpoint` always returns 0.", "Where the number comes from that you return.")
class ReturnsZero(Pair):
    def step(self, state: State) -> Any:
        return 0


@pair(
    "`load_checkpoint` returns nothing. A function without `return` gives None.", "The last line of `load_checkpoint`."
)
class ReturnsNone(Pair):
    def step(self, state: State) -> Any:
        return None


@pair("`load_checkpoint` returns the whole state; the step is asked for.", "The last line of `load_checkpoint`.")
class ReturnsState(Pair):
    def step(self, state: State) -> Any:
        return state


@pair("The step comes back as a text.", "The type of what you return: the number that was given.")
class ReturnsText(Pair):
    def step(self, state: State) -> Any:
        return str(state["step"])


# ------------------------------------------------------------------------------------------------------ where it stands

MEMORY: dict[str, bytes] = {}


@pair(
    "The state is kept in memory, and the file has none of it. After a restart it is gone.",
    "What stands in the file, and every dict or list outside of the functions.",
)
class KeepsInMemory(Pair):
    def write(self, path: Path, content: bytes) -> None:
        MEMORY[str(path)] = content
        super().write(path, b"saved")

    def read(self, path: Path) -> State:
        if path.read_bytes() != b"saved":
            raise ValueError("cut")
        return self.unpacked(MEMORY[str(path)])


@pair(
    "An ending is added to the path, so that the file stands somewhere else than the caller said.",
    "Functions and lines that add `.pt` or `.npz` to a name.",
)
class AddsEnding(Pair):
    def write(self, path: Path, content: bytes) -> None:
        super().write(path.with_name(f"{path.name}.pt"), content)

    def read(self, path: Path) -> State:
        return super().read(path.with_name(f"{path.name}.pt"))


@pair(
    "The checkpoint is two files. They cannot change in one moment, and whoever moves one leaves the other behind.",
    "How many files are written: all of it has to stand in the one at `path`.",
)
class TwoFiles(Pair):
    def write(self, path: Path, content: bytes) -> None:
        half = len(content) // 2
        super().write(path, content[:half])
        super().write(path.with_name(f"{path.name}.rest"), content[half:])

    def read(self, path: Path) -> State:
        return self.unpacked(path.read_bytes() + path.with_name(f"{path.name}.rest").read_bytes())


# ------------------------------------------------------------------------------------------------------------- atomic


@pair(
    "The file at `path` is itself written into, or copied over: killed half-way, half of it is there.",
    "What you open for writing, and what takes the place of `path` in one moment.",
)
class WritesInPlace(Pair):
    def write(self, path: Path, content: bytes) -> None:
        path.write_bytes(content)


@pair(
    "The old file is removed, or moved away, before the new one takes its place: killed then, there is none.",
    "`remove`, `unlink` and the first of two moves: taking a file's place needs no room made.",
)
class RemovesFirst(Pair):
    def write(self, path: Path, content: bytes) -> None:
        scratch = path.parent / f"{path.name}.tmp"
        scratch.write_bytes(content)
        path.unlink(missing_ok=True)
        os.rename(scratch, path)


@pair(
    "The old file is removed or moved away, and the new one is written in its place: meanwhile, none is whole.",
    "Every line that touches `path` itself: there should be one, the last.",
)
class MakesRoomAndWrites(Pair):
    def write(self, path: Path, content: bytes) -> None:
        if path.exists():
            os.replace(path, path.parent / f"{path.name}.bak")
        path.write_bytes(content)


@pair(
    "The temporary file is put in place even where writing it has failed.",
    "`finally` and `except`: what do they do when the disk is full?",
)
class ReplacesWhateverHappens(Pair):
    def write(self, path: Path, content: bytes) -> None:
        scratch = path.parent / f"{path.name}.tmp"
        try:
            with scratch.open("wb") as file:
                for place in range(0, len(content), 256):
                    file.write(content[place : place + 256])
                    file.flush()
        finally:
            os.replace(scratch, path)


@pair(
    "Where a save fails, the file at `path` is removed, which is the old one still.",
    "What is cleared up in `except` and `finally`.",
)
class RemovesAfterFailure(Pair):
    def write(self, path: Path, content: bytes) -> None:
        try:
            super().write(path, content)
        except OSError:
            path.unlink(missing_ok=True)
            raise


@pair(
    "The temporary file is made in the system's folder for such. From another disk a move is a copy, or fails.",
    "Where the temporary file is made: which folder is on the same disk as `path`?",
)
class WritesElsewhere(Pair):
    def write(self, path: Path, content: bytes) -> None:
        with tempfile.NamedTemporaryFile(delete=False) as file:
            file.write(content)
        shutil.move(file.name, path)


# ------------------------------------------------------------------------------------------------------ code in a file


@pair(
    "The file is unpickled, and a pickle may name any function and have it called.",
    "`pickle`, `weights_only` and `allow_pickle` in `load_checkpoint`.",
)
class UnpicklesAnything(Pair):
    def packed(self, state: State) -> bytes:
        return pickle.dumps(state)

    def unpacked(self, content: bytes) -> State:
        state: State = pickle.loads(content)
        return state


@pair(
    "The text in the file is evaluated: whatever stands there is run.",
    "`eval` and `exec` in `load_checkpoint`: there are readers that only read.",
)
class EvaluatesText(Pair):
    def unpacked(self, content: bytes) -> State:
        length = int.from_bytes(content[:8], "little")
        names = {"null": None, "true": True, "false": False}
        header = eval(content[8 : 8 + length].decode(), names)
        state: State = unpack(header, from_safetensors(content[8 + length :]))
        return state


# ------------------------------------------------------------------------------------------------------ what is refused


class Lenient(Pair):
    """Loads nothing where it cannot load, and says nothing of it."""

    def refuses(self, path: Path, error: Exception) -> bool:
        return False

    def load_checkpoint(self, path: Any, model: nn.Module, optimizer: Optimizer, scheduler: LRScheduler) -> Any:
        try:
            state = self.read(Path(path))
            self.restore(state, model, optimizer, scheduler)
        except Exception as error:
            if self.refuses(Path(path), error):
                raise ValueError(f"{path} is no checkpoint: {error!r}") from error
            return 0
        return state["step"]


@pair(
    "Whatever goes wrong, 0 comes back, as if nothing had been saved. Days of training are lost without a word.",
    "`except` in `load_checkpoint`: what does the caller learn?",
)
class StartsAnewWhateverIsWrong(Lenient):
    pass


@pair(
    "A missing file is taken for a training that has not begun. A misspelt path starts it anew.",
    "What `load_checkpoint` does where there is no file.",
)
class StartsAnewWithoutFile(Lenient):
    def refuses(self, path: Path, error: Exception) -> bool:
        return path.exists()


@pair(
    "A damaged file is taken for a training that has not begun.",
    "What `load_checkpoint` does where a file cannot be read.",
)
class StartsAnewFromDamage(Lenient):
    def refuses(self, path: Path, error: Exception) -> bool:
        return not path.exists()


@pair(
    "An empty file is taken for a training that has not begun.",
    "What `load_checkpoint` does where a file is empty.",
)
class StartsAnewFromEmpty(Lenient):
    def refuses(self, path: Path, error: Exception) -> bool:
        return not path.exists() or path.stat().st_size > 0


# ------------------------------------------------------------------------------------------------------ what is touched


@pair("The save puts the model in evaluation mode.", "`eval` in `save_checkpoint`: does saving need a mode?")
class EvaluatesAtSave(Pair):
    def write(self, path: Path, content: bytes) -> None:
        self.model.eval()
        super().write(path, content)

    def state(self, model: nn.Module, optimizer: Optimizer, scheduler: LRScheduler, step: int) -> State:
        self.model = model
        return super().state(model, optimizer, scheduler, step)


@pair("The save puts the model in training mode.", "`train` in `save_checkpoint`: does saving need a mode?")
class TrainsAtSave(Pair):
    def state(self, model: nn.Module, optimizer: Optimizer, scheduler: LRScheduler, step: int) -> State:
        model.train()
        return super().state(model, optimizer, scheduler, step)


@pair(
    "The save switches the mode and puts one back for the whole model; parts of it may have had another.",
    "`train` and `eval` in `save_checkpoint`: does saving need a mode?",
)
class PutsOneModeBack(Pair):
    def state(self, model: nn.Module, optimizer: Optimizer, scheduler: LRScheduler, step: int) -> State:
        before = model.training
        model.eval()
        state = super().state(model, optimizer, scheduler, step)
        model.train(before)
        return state


@pair("The load puts the model in training mode.", "`train` in `load_checkpoint`: the mode is the caller's.")
class TrainsAtLoad(Pair):
    def restore(self, state: State, model: nn.Module, optimizer: Optimizer, scheduler: LRScheduler) -> None:
        super().restore(state, model, optimizer, scheduler)
        model.train()


@pair("The load puts the model in evaluation mode.", "`eval` in `load_checkpoint`: the mode is the caller's.")
class EvaluatesAtLoad(Pair):
    def restore(self, state: State, model: nn.Module, optimizer: Optimizer, scheduler: LRScheduler) -> None:
        super().restore(state, model, optimizer, scheduler)
        model.eval()


@pair(
    "The save clears the gradients. They belong to the caller.",
    "`zero_grad` in `save_checkpoint`.",
)
class ClearsGradients(Pair):
    def state(self, model: nn.Module, optimizer: Optimizer, scheduler: LRScheduler, step: int) -> State:
        optimizer.zero_grad()
        return super().state(model, optimizer, scheduler, step)


@pair(
    "The save changes the type of the model itself: `half` and `double` work on the module, not on a copy.",
    "Methods called on `model` in `save_checkpoint`.",
)
class RoundsTheModel(Pair):
    def state(self, model: nn.Module, optimizer: Optimizer, scheduler: LRScheduler, step: int) -> State:
        with torch.no_grad():
            for each in model.parameters():
                each.copy_(each.half())
        return super().state(model, optimizer, scheduler, step)


# ------------------------------------------------------------------------------------------------ known by what is seen

LEFT_OUT = "Where each part of the state is saved and where it is loaded, and what comes after."
for name, likely, look_at in (
    ("parameters-not-restored", "The weights are not saved as they are, or not put into the model.", LEFT_OUT),
    (
        "buffers-not-restored",
        "A model has more than parameters: a BatchNorm keeps running means in buffers.",
        "`parameters` and `state_dict`: what does one have that the other has not?",
    ),
    ("optimizer-not-restored", f"The optimiser's state did not come through as it was. {MOMENTS}", LEFT_OUT),
    ("scheduler-not-restored", f"The scheduler's state did not come through as it was. {SCHEDULE}", LEFT_OUT),
    (
        "random-state-not-restored",
        f"torch's CPU random state is not set to what it was, or something draws afterwards. {DRAWS}",
        "Where the random state is read, where it is set, and what draws after that.",
    ),
    ("several-parts-not-restored", "Several parts of the state are not saved, or not brought back.", LEFT_OUT),
    ("step-one-ahead", "One is added to the step, at the save or at the load.", "What you save, and what you return."),
    ("step-one-behind", "One is taken from the step.", "What you save, and what you return."),
    (
        "another-step",
        "The number that comes back is not the one that `save_checkpoint` was given.",
        "Where the step is saved, and where the number comes from that you return.",
    ),
    (
        "connection-lost",
        "What was loaded is right and does not hang together: the optimiser changes other tensors than the model's.",
        "Assignments in the place of `load_state_dict`, and new objects that `load_checkpoint` makes.",
    ),
    (
        "goes-on-otherwise",
        "The save, or the load, changed something that decides the next steps.",
        "Everything in both functions that draws, steps or writes.",
    ),
    (
        "save-changes",
        "Saving reads. What it is given belongs to a training that goes on.",
        "Every call in `save_checkpoint` that clears, moves, draws or switches.",
    ),
    (
        "mode-switched",
        "`train` and `eval` switch all parts of a model at once, and parts may have had different modes.",
        "`train` and `eval` in both functions: are they needed?",
    ),
    (
        "no-file-at-path",
        "It was written somewhere else: some functions add an ending to a name, or make a folder.",
        "The name under which you write, and what becomes of it.",
    ),
    (
        "file-not-alone",
        "A part of the checkpoint is kept in memory, or in another file beside it.",
        "Every place that `load_checkpoint` reads from: is it all at `path`?",
    ),
    (
        "whole-checkpoint-refused",
        "The two functions do not agree, or something in the state cannot go through the file.",
        "The cause in the message, and what each kind of value becomes in the file.",
    ),
    (
        "written-in-place",
        "Whatever is written into the file itself leaves half of it when it dies.",
        "What you open for writing, and what takes the place of `path` at the end.",
    ),
    (
        "old-file-gone",
        "The old file is removed or moved away before the new one stands in its place.",
        "Every line that touches `path` itself: there should be one, the last.",
    ),
    (
        "half-written-file",
        "The file grows at `path` itself. Killed half-way, half of it is there.",
        "Under which name you write, and what takes the place of `path` at the end.",
    ),
    (
        "not-whole-after-error",
        "Something takes the place of the old file, or removes it, although writing has failed.",
        "`except`, `finally` and `with` in `save_checkpoint`: what do they do when writing fails?",
    ),
    (
        "written-elsewhere",
        "From one disk to another a file cannot be moved in one moment: it is copied, or the move fails.",
        "Where the temporary file is made: which folder is on the same disk as `path`?",
    ),
    (
        "runs-code",
        "A pickle may name any function and have it called, and `eval` runs whatever it is given.",
        "`pickle`, `weights_only`, `allow_pickle` and `eval` in `load_checkpoint`.",
    ),
    (
        "takes-missing-file",
        "A missing file goes through without a word. A misspelt path starts the training anew.",
        "What `load_checkpoint` does where there is no file.",
    ),
    ("takes-empty-file", "An empty file goes through without a word.", "What `load_checkpoint` does with no bytes."),
    (
        "takes-cut-file",
        "A file that was cut short goes through: nothing looks whether all of it is there.",
        "What tells you that a file is whole.",
    ),
    (
        "takes-other-file",
        "A file that is no checkpoint goes through, and whatever is missing in it is left as it was.",
        "`get` with a default, `strict=False` and `except`: what do they hide?",
    ),
):
    mistake.add(name, likely, look_at, None)
