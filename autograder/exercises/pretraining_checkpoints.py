"""How the two functions of a checkpoint are run once: what is saved, loaded, broken off and damaged, and what comes.

`inputs["does"]` says which of four things is done. Every run has a folder of its own, and is the same whatever the
format of the answer's file is.
"""

import contextlib
import json
import os
import pickle
import random
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save as as_safetensors
from torch import nn

from autograder.exercise import Inputs
from autograder.exercises.pretraining_trainings import (
    BUFFERS,
    FLAGS,
    GRADIENTS,
    MODES,
    NOTHING,
    OPTIMIZER,
    PARAMETERS,
    RANDOM,
    RESTORED,
    SCHEDULER,
    Plan,
    Training,
    batch_of,
    built,
    described,
    differing,
    equal,
    going_on,
    in_words,
    kept,
    modes_of,
    set_mode,
    standing,
    take_step,
    trained,
)
from autograder.exercises.pretraining_watching import Watch, code_run_by, content_of

RESUME, DIE, CODE, DAMAGE = "resume", "die", "code", "damage"
"""What is done: go on after a load, break saves off, load what would run code, load what is no checkpoint."""
A_FILE, MOVED = "a file", "moved"
"""What is at a path after a save; what to say where a checkpoint that was moved is refused."""
MISSING, HALF = "missing", "half"
"""What stands at a path where neither the old file nor the new one does."""
MOST_DEATHS = 3
MEMORY = "/dev/shm"
"""Where files cost least, if it is there."""


@dataclass(frozen=True)
class Checkpoint:
    """Saves and loads, and tells as plain data what came of it."""

    described: Mapping[str, Callable[[Any], str]] = field(
        default_factory=lambda: {"training": described, "earlier": lambda plan: described(plan) if plan else "nothing"},
        hash=False,
    )

    def __call__(self, answer: Any, inputs: Inputs) -> Any:
        """What came of what the inputs say."""
        does = {RESUME: resume, DIE: die, CODE: load_code, DAMAGE: load_damaged}[inputs["does"]]
        usual = MEMORY if os.access(MEMORY, os.W_OK) else None
        with tempfile.TemporaryDirectory(dir=usual, prefix="a folder ") as folder, randomness_put_back():
            room = Room(Path(folder), inputs)
            return does(answer, inputs, room)


class Room:
    """The folders of one run."""

    def __init__(self, folder: Path, inputs: Inputs) -> None:
        self.path = folder / "training" / inputs["name"]
        self.moved = folder / "moved" / f"{inputs['name']}.moved"
        self.elsewhere = folder / "elsewhere"
        """Where Python puts temporary files while an answer is watched."""
        for each in (self.path.parent, self.moved.parent, self.elsewhere):
            each.mkdir()
        self.as_text: bool = inputs["as_text"]

    def given(self, path: Path | None = None) -> Path | str:
        """A path as an answer gets it."""
        path = self.path if path is None else path
        return str(path) if self.as_text else path


@contextlib.contextmanager
def randomness_put_back() -> Iterator[None]:
    """Global random states are afterwards what they were before."""
    states = random.getstate(), np.random.get_state()  # noqa: NPY002 - the global one
    with torch.random.fork_rng(devices=[]):
        try:
            yield
        finally:
            random.setstate(states[0])
            np.random.set_state(states[1])  # noqa: NPY002


def save(answer: Any, room: Room, training: Training, step: int) -> None:
    """Save a training with the answer."""
    answer.save_checkpoint(room.given(), training.model, training.optimizer, training.scheduler, step)


def load(answer: Any, room: Room, training: Training, path: Path | None = None) -> Any:
    """Load a training with the answer; gives the step."""
    step = answer.load_checkpoint(room.given(path), training.model, training.optimizer, training.scheduler)
    return int(step) if isinstance(step, int | np.integer) and not isinstance(step, bool) else step


class NotLoadedError(Exception):
    """A whole checkpoint was refused; has the words of that."""


def load_whole(answer: Any, room: Room, training: Training, path: Path | None = None) -> Any:
    """Load what the answer has saved; gives the step. Raises `NotLoadedError` where that is refused.

    Any other exception than a ValueError says more by itself, unless the file has been moved.
    """
    try:
        return load(answer, room, training, path)
    except NotImplementedError:
        raise
    except Exception as error:
        if path is None and not isinstance(error, ValueError):
            raise
        told = str(error).replace(str(room.path.parents[1]), "…")
        raise NotLoadedError(MOVED if path else f"{type(error).__name__}: {told}") from error


def outcome(does: str, written: str = A_FILE, loads: str = NOTHING) -> dict[str, Any]:
    """What comes of a run that does not get far: what was at the path after the save, and what kept it from loading."""
    own: dict[str, dict[str, Any]] = {
        RESUME: {"same": False, "went_on": None, "resumed": None, "touched": NOTHING, "modes": NOTHING},
        DIE: {"in_place": False, "elsewhere": False, "moments": NOTHING, "deaths": NOTHING},
        CODE: {"runs": NOTHING},
    }
    return {"written": written, "loads": loads, "step": None, "lost": in_words(RESTORED), **own[does]}


# ------------------------------------------------------------------------------------------------------- what is done


def resume(answer: Any, inputs: Inputs, room: Room) -> dict[str, Any]:
    """Save, go on, load into a training at other starting values, and let that go on.

    `written` says what stands at the path after the save, and `loads` what kept a whole file from being loaded; `step`
    is what the load returned; `lost`, what was afterwards not what it had been at the save; `touched`, what the
    save changed of what is none of its business; `modes`, what switched the model's mode; `same` says whether both
    went on alike, bit by bit; `went_on` and `resumed` are what they came to.
    """
    plan = inputs["training"]
    if inputs["earlier"] is not None:
        save(answer, room, trained(inputs["earlier"], 1, inputs["seed"]), inputs["earlier_step"])
    training = trained(plan, inputs["steps"], inputs["seed"])
    set_mode(training.model, inputs["mode"])
    before = kept(standing(training))
    save(answer, room, training, inputs["step"])
    if (written := what_is_at(room.path)) != A_FILE:
        return outcome(RESUME, written)
    after = standing(training)
    touched = differing(before, after, (PARAMETERS, BUFFERS, OPTIMIZER, SCHEDULER, RANDOM, GRADIENTS, FLAGS))
    switched = ["save"] if differing(before, after, (MODES,)) else []
    went_on = going_on(training, plan)
    path = None
    if inputs["moved"]:
        path = room.moved
        os.replace(room.path, path)
        save(answer, room, trained(plan, 0, inputs["seed"], other=True), 0)
    fresh = trained(plan, inputs["taken"], inputs["seed"] + 1, other=True)
    for _ in range(inputs["loads"]):
        take_step(fresh, batch_of(plan)) if inputs["loads"] > 1 else None
        set_mode(fresh.model, inputs["other_mode"])
        modes = modes_of(fresh.model)
        try:
            step = load_whole(answer, room, fresh, path)
        except NotLoadedError as error:
            return outcome(RESUME, loads=str(error))
        if modes_of(fresh.model) != modes:
            switched = [*dict.fromkeys([*switched, "load"])]
    lost = differing(before, standing(fresh), RESTORED)
    resumed = going_on(fresh, plan)
    return outcome(RESUME) | {
        "step": step,
        "lost": in_words(lost),
        "same": equal(went_on, resumed),
        "went_on": went_on,
        "resumed": resumed,
        "touched": in_words(touched),
        "modes": in_words(switched),
    }


def die(answer: Any, inputs: Inputs, room: Room) -> dict[str, Any]:
    """Save twice, watched at every moment, then again with the disk full at one moment after the other.

    Beside what `resume` tells, `in_place` says whether the second was written into the file of the
    first; `moments`, what stood there meanwhile that was neither; `elsewhere`, whether the file came from where Python
    puts temporary ones; `deaths`, what a death left there; `step` and `lost` are those of a load at the end.
    """
    first = trained(inputs["earlier"], 1, inputs["seed"])
    second = trained(inputs["training"], inputs["steps"], inputs["seed"])
    in_place = elsewhere = False
    watch = Watch(room.path, room.elsewhere)
    watch(lambda: save(answer, room, first, 1))
    if (written := what_is_at(room.path)) != A_FILE:
        return outcome(DIE, written)
    old = room.path.read_bytes()
    moments = {HALF for each in watch.contents if each not in (None, old)}
    with room.path.open("rb") as held:  # its number is not given to another file meanwhile
        number = os.fstat(held.fileno()).st_ino
        watch = Watch(room.path, room.elsewhere)
        watch(lambda: save(answer, room, second, inputs["step"]))
        new = content_of(room.path)
        if new is not None:
            in_place = room.path.stat().st_ino == number and new != old
            elsewhere = room.path.stat().st_ino in watch.strangers
    moments |= {MISSING if each is None else HALF for each in watch.contents if each not in (old, new)}
    deaths = sorted(set(after_deaths(answer, inputs, room, second, old, watch.changes)))
    save(answer, room, second, inputs["step"])  # beside whatever the last death has left
    fresh = built(inputs["training"], other=True)
    found = outcome(DIE) | {
        "in_place": in_place,
        "elsewhere": elsewhere,
        "moments": in_words(sorted(moments)),
        "deaths": in_words(deaths),
    }
    try:
        step = load_whole(answer, room, fresh)
    except NotLoadedError as error:
        return found | {"loads": str(error)}
    lost = differing(standing(second), standing(fresh), (PARAMETERS,))
    return found | {"step": step, "lost": in_words(lost)}


def after_deaths(
    answer: Any, inputs: Inputs, room: Room, training: Training, old: bytes, changes: int
) -> Iterator[str]:
    """What stands at the path after saves that come to a full disk at some changes of the folder, if it is not whole.

    Other than at a kill, `except` and `finally` run then.
    """
    places = [1 + (changes - 1) * each // max(1, MOST_DEATHS - 1) for each in range(MOST_DEATHS)] if changes else []
    for place in reversed(dict.fromkeys(places)):  # the last one leaves most behind
        put(room, old)
        with contextlib.suppress(Exception):  # a full disk may be told in other words
            Watch(room.path, room.elsewhere, place)(lambda: save(answer, room, training, inputs["step"]))
        left = content_of(room.path)
        if left is None:
            yield MISSING
        elif left != old:
            fresh = built(inputs["training"], other=True)
            try:
                load(answer, room, fresh)
                whole = not differing(standing(training), standing(fresh), (PARAMETERS,))
            except Exception:
                whole = False
            if not whole:
                yield HALF


def put(room: Room, content: bytes) -> None:
    """Leave one file in the folder, with that content."""
    for each in room.path.parent.iterdir():
        with contextlib.suppress(OSError):
            each.unlink()
    room.path.write_bytes(content)


def what_is_at(path: Path) -> str:
    """What a path leads to, in words."""
    return A_FILE if path.is_file() else "a folder" if path.is_dir() else "nothing"


def load_code(answer: Any, inputs: Inputs, room: Room) -> dict[str, Any]:
    """Load what was saved, and files that name code; `runs` has what would run it, `step` and `lost` are the load's."""
    plan = inputs["training"]
    training = trained(plan, inputs["steps"], inputs["seed"])
    save(answer, room, training, inputs["step"])
    fresh = built(plan, other=True)
    if (written := what_is_at(room.path)) != A_FILE:
        return outcome(CODE, written)
    try:
        step = load_whole(answer, room, fresh)
    except NotLoadedError as error:
        return outcome(CODE, loads=str(error))
    lost = differing(standing(training), standing(fresh), (PARAMETERS,))
    runs = set(code_run_by(lambda: load(answer, room, fresh)))
    for content in (pickle.dumps(Marked()), torch_file(Marked()), object_array(Marked())):
        room.path.write_bytes(content)
        MARKS.clear()
        with contextlib.suppress(Exception):
            load(answer, room, fresh)
        if MARKS:
            runs.add("pickle")
    return outcome(CODE) | {"runs": in_words(sorted(runs)), "step": step, "lost": in_words(lost)}


MARKS: list[str] = []
"""What code from a file has left."""


def leave_mark(text: str) -> str:
    """The code that a file names."""
    MARKS.append(text)
    return text


class Marked:
    """What leaves a mark when it is unpickled."""

    def __reduce__(self) -> tuple[Callable[[str], str], tuple[str]]:
        return leave_mark, ("unpickled",)


def torch_file(value: Any) -> bytes:
    """What `torch.save` writes."""
    file = BytesIO()
    torch.save(value, file)
    return file.getvalue()


def object_array(value: Any) -> bytes:
    """What numpy writes of an array of objects."""
    file = BytesIO()
    array = np.empty(1, dtype=object)
    array[0] = value
    np.save(file, array, allow_pickle=True)
    return file.getvalue()


def load_damaged(answer: Any, inputs: Inputs, room: Room) -> Any:
    """Load what is no whole checkpoint; says that it was, or raises what the load raises."""
    plan = inputs["training"]
    kind, share = inputs["damage"], inputs["share"]
    if kind in ("cut", "none"):
        save(answer, room, trained(plan, inputs["steps"], inputs["seed"]), inputs["step"])
        if kind == "cut":
            if what_is_at(room.path) != A_FILE:
                raise ValueError(room.path)  # nothing to be cut, which other runs tell
            whole = room.path.read_bytes()
            room.path.write_bytes(whole[: max(1, int(len(whole) * share))])
    elif kind != "missing":
        room.path.write_bytes(CONTENTS[kind](plan))
    step = load(answer, room, built(plan, other=True))
    return step if isinstance(step, BaseException) else "loaded"  # what is returned otherwise, `resume` looks at


def zip_file(plan: Plan) -> bytes:
    """A ZIP file of something else."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("notes.txt", "nothing to be trained")
    return file.getvalue()


def array_file(plan: Plan) -> bytes:
    """What `numpy.savez` writes of something else."""
    file = BytesIO()
    np.savez(file, notes=plan["weights"].numpy())
    return file.getvalue()


CONTENTS: dict[str, Callable[[Plan], bytes]] = {
    "empty": lambda plan: b"",
    "text": lambda plan: b"this teddy bear is so cute .\n" * 40,
    "bytes": lambda plan: plan["weights"].numpy().tobytes(),
    "JSON": lambda plan: json.dumps({"notes": plan["weights"][:3].tolist()}).encode(),
    "torch": lambda plan: torch_file({"notes": plan["weights"][:3].clone()}),
    "number": lambda plan: torch_file(plan["rate"]),
    "list": lambda plan: torch_file([plan["weights"][:3].clone(), 3]),
    "weights": lambda plan: torch_file(nn.Linear(2, 2).state_dict()),
    "pickle": lambda plan: pickle.dumps([1, 2, 3]),
    "safetensors": lambda plan: as_safetensors({"notes": plan["weights"][:3].clone()}),
    "ZIP": zip_file,
    "npz": array_file,
}
"""What is no checkpoint, by what it is."""

run_checkpoint = Checkpoint()
