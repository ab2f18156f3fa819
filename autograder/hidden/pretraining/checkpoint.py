"""Hidden tests of `pretraining.checkpoint`."""

from collections.abc import Callable
from typing import Any

from torch import Tensor

from autograder.exercise import Inputs
from autograder.exercises.pretraining_checkpoints import CODE, CONTENTS, DAMAGE, DIE, HALF, MISSING, MOVED, RESUME
from autograder.exercises.pretraining_trainings import (
    BUFFERS,
    EVALUATION,
    MIXED,
    OPTIMIZER,
    PARAMETERS,
    RANDOM,
    SCHEDULER,
    TRAINING,
)
from autograder.hidden.pretraining.checkpoint_mistakes import mistake
from autograder.hidden.pretraining.trainings import drawn_plan
from autograder.judging.advice import RETURNS_NOTHING
from autograder.judging.draw import DOUBLE, Draw
from autograder.judging.parts import Case, Compare, Finding, HiddenTests, Refuse, saying
from autograder.wording import quoted

STATEFUL = ("SGD with momentum", "Adam", "AdamW", "RMSprop")
NAMES = ("run {}.state", "checkpoint-{}", "step_{}.pt", "{}.ckpt", "training.{}.bin")
MODES = (TRAINING, EVALUATION, MIXED)


def inputs(draw: Draw, does: str, **changes: Any) -> Inputs:
    """A training, how far it has come, and where it is saved."""
    own = {"optimizer": draw.contents.choice(STATEFUL), "dropout": draw.share(0.1, 0.5)}
    steps = draw.integer(2, 4)
    drawn: Inputs = {
        "does": does,
        "name": draw.contents.choice(NAMES).format(draw.integer(10_000, 99_999)),
        "as_text": draw.integer(0, 1) == 1,
        "training": drawn_plan(draw, **own),
        "earlier": None,
        "earlier_step": 1,
        "steps": steps,
        "step": steps + draw.integer(1, 900),
        "taken": draw.integer(0, 2),
        "seed": draw.seed(),
        "mode": draw.contents.choice(MODES),
        "other_mode": draw.contents.choice(MODES),
        "moved": False,
        "loads": 1,
    }
    return drawn | changes


def resuming(draw: Draw, **changes: Any) -> Inputs:
    """A load from which training goes on."""
    return inputs(draw, RESUME, **changes)


def changed(draw: Draw, **plan: Any) -> Inputs:
    """The same of a training that is so."""
    drawn = resuming(draw)
    return drawn | {"training": drawn["training"] | plan}


def dying(draw: Draw, hidden: tuple[int, int]) -> Inputs:
    """Saves that are broken off, over a file of a training of so many units."""
    return inputs(draw, DIE, earlier=drawn_plan(draw, hidden=draw.integer(*hidden), optimizer="SGD"))


EDGES: dict[str, Callable[[Draw], Inputs]] = {
    "no step has been taken": lambda draw: resuming(draw, steps=0, step=0, taken=1),
    "the model has buffers and tied weights": lambda draw: changed(draw, normalised="by batch", tied=True),
    "the model is in mixed modes": lambda draw: resuming(draw, mode=MIXED, other_mode=MIXED),
    "the file was moved, and another was saved": lambda draw: resuming(draw, moved=True),
    "the file is loaded twice": lambda draw: resuming(draw, loads=2),
    "a checkpoint of a later step was there before": lambda draw: resuming(
        draw, earlier=drawn_plan(draw), earlier_step=draw.integer(2000, 3000)
    ),
    "a larger checkpoint was there before": lambda draw: resuming(
        draw, earlier=drawn_plan(draw, hidden=draw.integer(20, 30))
    ),
}

CUT = {"a few bytes": (0.0, 0.01), "a third": (0.2, 0.45), "a half": (0.45, 0.7), "nearly all": (0.85, 0.96)}
"""How much of a file is left, in words and as a share."""
KINDS = {
    "text": "a text",
    "bytes": "a file of random bytes",
    "JSON": "a JSON file of something else",
    "torch": "a file of torch's with something else",
    "number": "a file of torch's with a number in it",
    "list": "a file of torch's with a list in it",
    "weights": "a file of weights alone",
    "pickle": "a pickle of a list",
    "safetensors": "a safetensors file of something else",
    "ZIP": "a ZIP file of something else",
    "npz": "a file of numpy's with something else",
}


def refused(draw: Draw) -> list[Case]:
    """Files that are no whole checkpoint, and one that is."""
    found = [
        damaged(draw, "missing", "a file that is not there", "takes-missing-file"),
        damaged(draw, "empty", "an empty file", "takes-empty-file"),
        *(
            damaged(draw, "cut", f"a file of which {words} is left", "takes-cut-file", draw.share(*share))
            for words, share in CUT.items()
        ),
        *(damaged(draw, kind, KINDS[kind], "takes-other-file") for kind in CONTENTS if kind != "empty"),
    ]
    return [*found, Case(inputs(draw, DAMAGE, damage="none", share=1.0))]


def damaged(draw: Draw, kind: str, what: str, unless: str, share: float = 0.5) -> Case:
    """A file that is to be refused."""
    drawn = inputs(draw, DAMAGE, damage=kind, share=share)
    return Case(drawn, raises=drawn["name"], what=what, unless=unless)


# --------------------------------------------------------------------------------------------------- what is looked at


def picking(*names: str) -> Callable[[Inputs, Any], dict[str, Any]]:
    """Some of the entries of a value."""
    return lambda given, value: {name: value[name] for name in names}


def other_step(got: Any, want: Any) -> Finding:
    """What a load returned."""
    due = "The step that `save_checkpoint` was given, a whole number."
    if got is None:
        return Finding("`load_checkpoint` returned nothing.", due, RETURNS_NOTHING)
    if isinstance(got, Tensor):
        return Finding("`load_checkpoint` returned a tensor.", due, "tensor-for-number")
    if isinstance(got, int) and isinstance(want, int):
        name = {1: "step-one-ahead", -1: "step-one-behind"}.get(got - want, "another-step")
        return Finding(f"`load_checkpoint` returned {quoted(str(got), 20)}, not the step of the save.", due, name)
    return Finding(f"`load_checkpoint` returned a value of type {type(got).__name__}.", due, "wrong-type")


LOST = {
    PARAMETERS: "parameters-not-restored",
    BUFFERS: "buffers-not-restored",
    OPTIMIZER: "optimizer-not-restored",
    SCHEDULER: "scheduler-not-restored",
    RANDOM: "random-state-not-restored",
}
"""By what a load did not bring back: the mistake that this shows by itself."""


def lost(got: Any, want: Any) -> Finding:
    """What a load did not bring back."""
    names = [each for each in str(got).split(", ") if each in LOST]
    words = " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]])) or "something"
    was = "was" if len(names) == 1 and names[0] not in PLURAL else "were"
    return Finding(
        f"After the load, {words} {was} not as at the save.",
        "Everything that decides the next step as it was.",
        LOST[names[0]] if len(names) == 1 else "several-parts-not-restored",
    )


PLURAL = (PARAMETERS, BUFFERS)


def touched(got: Any, want: Any) -> Finding:
    """What a save changed."""
    return Finding(
        f"After the save, something had changed: {quoted(str(got), 80)}.",
        "A save that reads, and no more.",
        "save-changes",
    )


def switched(got: Any, want: Any) -> Finding:
    """What switched the mode."""
    where = " and ".join(each for each in ("save", "load") if each in str(got))
    return Finding(
        f"The model's mode, or that of a part of it, was another one after the {where or 'save'}.",
        "Every module in the mode that it was in.",
        "mode-switched",
    )


def written(got: Any, want: Any) -> Finding:
    """What stood at the path after a save."""
    return Finding(
        f"After the save, there was {quoted(str(got), 20)} at the path.",
        "One file, at the path that was given.",
        "no-file-at-path",
    )


def not_loaded(got: Any, want: Any) -> Finding:
    """A whole checkpoint that was refused."""
    due = "A load of whatever `save_checkpoint` has saved."
    if got == MOVED:
        return Finding(
            "Moved to another folder under another name, the file could not be loaded.",
            "A file that holds all of the checkpoint, wherever it is.",
            "file-not-alone",
        )
    return Finding(f"A whole checkpoint was refused: {quoted(str(got), 110)}", due, "whole-checkpoint-refused")


def other_moments(got: Any, want: Any) -> Finding:
    """What stood at the path meanwhile."""
    said = {MISSING: "no file at all", HALF: "a file that was not whole"}
    words = " and ".join(text for name, text in said.items() if name in str(got))
    return Finding(
        f"During the save, there were moments with {words or 'neither file'} at the path.",
        "The old file or the new one, at every moment.",
        "old-file-gone" if MISSING in str(got) else "half-written-file",
    )


def other_deaths(got: Any, want: Any) -> Finding:
    """What stood at the path after a full disk."""
    words = "no file" if MISSING in str(got) else "a file that was not whole"
    return Finding(
        f"A save that found the disk full left {words} at the path.",
        "The old file or the new one.",
        "not-whole-after-error",
    )


def runs_code(got: Any, want: Any) -> Finding:
    """What would have run code."""
    how = (
        "evaluates text of the file" if "eval" in str(got) and "pickle" not in str(got) else "unpickles whatever it is"
    )
    return Finding(
        f"The load {how}: code that a file names would run.", "Nothing run, whoever wrote the file.", "runs-code"
    )


WORDS = {
    "step": other_step,
    "lost": lost,
    "same": saying(
        "All was as at the save, and the next steps went otherwise.",
        "The same steps, bit by bit.",
        "connection-lost",
    ),
    **dict.fromkeys(
        ("losses", "rates", "weights", "buffers", "drawn"),
        saying(
            "The training did not go on after the save as it does without one.",
            "The same steps.",
            "goes-on-otherwise",
        ),
    ),
    "touched": touched,
    "modes": switched,
    "written": written,
    "loads": not_loaded,
    "in_place": saying(
        "The save wrote into the old file. Killed half-way, it leaves half a checkpoint.",
        "The old file whole until the new one is, and then the new one in its place.",
        "written-in-place",
    ),
    "elsewhere": saying(
        "The file was written in the folder for temporary files and moved from there.",
        "A file that is written in the folder where it is to stand.",
        "written-elsewhere",
    ),
    "moments": other_moments,
    "deaths": other_deaths,
    "runs": runs_code,
}
SAME: dict[str, Any] = {"words": WORDS, "conditions": ()}

TESTS = HiddenTests(
    parts={
        "goes-on": (
            Compare(
                resuming,
                EDGES,
                picking("written", "loads", "step", "lost", "same", "went_on", "resumed"),
                0,
                words=WORDS,
                conditions=(DOUBLE,),
            ),
        ),
        "whole": (
            Compare(
                lambda draw: dying(draw, (2, 3)),
                {
                    "the new file is smaller than the old one": lambda draw: dying(draw, (15, 25)),
                    "the path ends as a temporary file's may": lambda draw: (
                        dying(draw, (2, 3)) | {"name": f"state-{draw.integer(10_000, 99_999)}.tmp"}
                    ),
                },
                picking("written", "in_place", "elsewhere", "moments", "deaths", "loads", "lost"),
                0,
                slow=True,
                **SAME,
            ),
        ),
        "no-code": (
            Compare(lambda draw: inputs(draw, CODE), {}, picking("written", "runs", "loads", "lost"), 0, **SAME),
        ),
        "refused": (Refuse(refused),),
        "untouched": (
            Compare(
                lambda draw: resuming(draw, mode=MIXED, other_mode=MIXED),
                {
                    "the model is in training mode": lambda draw: resuming(draw, mode=TRAINING, other_mode=TRAINING),
                    "the model is in evaluation mode": lambda draw: resuming(
                        draw, mode=EVALUATION, other_mode=EVALUATION
                    ),
                },
                lambda given, value: {
                    # Whoever saves nothing has changed nothing, which is worth no points.
                    "touched": value["touched"],
                    "modes": value["modes"],
                    "saved": PARAMETERS not in str(value["lost"]),
                },
                0,
                titles={"saved": "Whether the parameters came back"},
                **SAME,
            ),
        ),
    },
    mistakes=mistake.all,
)
