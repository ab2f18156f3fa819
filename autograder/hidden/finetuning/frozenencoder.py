"""Hidden tests of `finetuning.FrozenEncoder`."""

from typing import Any

from autograder.calls import EVALUATION, KEPT
from autograder.exercise import Inputs
from autograder.exercises.finetuning_encoders import OUTPUTS, Plan
from autograder.exercises.finetuning_frozen import EVAL, EVAL_AROUND, PASSING, TRAIN, TRAIN_AROUND, USE
from autograder.exercises.pretraining_trainings import EVALUATION as EVALUATES
from autograder.exercises.pretraining_trainings import NOTHING, TRAINING
from autograder.hidden.finetuning.encoders import drawn_encoder, dropping
from autograder.hidden.finetuning.frozenencoder_mistakes import mistake
from autograder.judging.advice import LEFT_SWITCHED
from autograder.judging.draw import DOUBLE, Draw
from autograder.judging.parts import AGAIN, Compare, Finding, HiddenTests, saying
from autograder.running.observe import STRIDED
from autograder.wording import quoted


def using(draw: Draw, encoder: Plan | None = None, **changes: Any) -> Inputs:
    """A use of a frozen encoder, in the mode in which it was made."""
    plan = drawn_encoder(draw) if encoder is None else encoder
    usual: Inputs = {
        "encoder": plan,
        "x": draw.normal(draw.size(2, 6), plan["width"]),
        "scale": draw.share(0.5, 2.0),
        "shift": draw.normal(plan["width"]),
        "passing": draw.contents.choice([*PASSING]),
        "prepared": [],
        "records": False,
        "fails": False,
    }
    return usual | changes


def returning(output: str) -> Any:
    """Draws a use of an encoder that returns this."""
    return lambda draw: using(draw, drawn_encoder(draw, output=output))


def passing(how: str) -> Any:
    """Draws a use in which arguments are passed so."""
    return lambda draw: using(draw, passing=how)


OUTPUT = {f"the encoder returns {output}": returning(output) for output in OUTPUTS} | {
    "an argument is passed by position": passing("one by position"),
    "two arguments are passed by position": passing("two by position"),
    "some arguments are passed by name": passing("some by name"),
    "all arguments are passed by name": passing("all by name"),
    "the input has three dimensions": lambda draw: three_dimensions(draw),
}


def three_dimensions(draw: Draw) -> Inputs:
    """An input of shape (B, T, width)."""
    drawn = using(draw)
    return drawn | {"x": draw.normal(draw.size(1, 3), draw.size(1, 4), drawn["encoder"]["width"])}


def recording(draw: Draw, **changes: Any) -> Inputs:
    """An input that asks for a gradient."""
    return using(draw, **({"records": True} | changes))


GRADIENT = {
    "the input asks for no gradient": lambda draw: using(draw),
    "the encoder returns a tensor": lambda draw: recording(draw, encoder=drawn_encoder(draw, output="a tensor")),
    "the encoder returns a tuple": lambda draw: recording(draw, encoder=drawn_encoder(draw, output="a tuple")),
    "the encoder returns a dict": lambda draw: recording(draw, encoder=drawn_encoder(draw, output="a dict")),
    "the encoder returns an object": lambda draw: recording(draw, encoder=drawn_encoder(draw, output="a dataclass")),
    "`.train()` was called on it": lambda draw: recording(draw, prepared=[TRAIN]),
    "`.eval()` was called on it": lambda draw: recording(draw, prepared=[EVAL]),
    "the encoder raises an error": lambda draw: using(draw, fails=True),
    "the encoder raises an error and no gradients are recorded": lambda draw: (
        using(draw, fails=True) | {EVALUATION: True}
    ),
}


def moded(draw: Draw, *prepared: str, **changes: Any) -> Inputs:
    """A use after modes were set."""
    return using(draw, dropping(draw, output="a tensor", **changes), prepared=[*prepared])


DROPOUT = {
    "`.train()` was called on it": lambda draw: moded(draw, TRAIN),
    "`.train()` was called on a model around it": lambda draw: moded(draw, TRAIN_AROUND),
    "`.train()` was called and it was in evaluation mode before": lambda draw: moded(draw, EVAL, TRAIN, mode=EVALUATES),
    "it was trained, evaluated and trained": lambda draw: moded(draw, TRAIN_AROUND, EVAL_AROUND, TRAIN_AROUND),
    "it was used before `.train()`": lambda draw: moded(draw, USE, TRAIN),
    "it was used after `.train()`": lambda draw: moded(draw, TRAIN_AROUND, USE),
    "`.eval()` was called on it": lambda draw: moded(draw, EVAL),
    "`.eval()` was called on a model around it": lambda draw: moded(draw, EVAL_AROUND),
    "dropout is functional": lambda draw: moded(draw, TRAIN, functional=True, normalised="by row"),
    "the encoder has a batch norm": lambda draw: moded(draw, TRAIN_AROUND, normalised="by batch", dropout=0.0),
    "the encoder was in evaluation mode": lambda draw: moded(draw, mode=EVALUATES),
}


def frozen(draw: Draw, *prepared: str, **changes: Any) -> Inputs:
    """An encoder of which something has to be frozen."""
    return using(draw, drawn_encoder(draw, **({"frozen": False} | changes)), prepared=[*prepared])


FROZEN = {
    "`.train()` was called on it": lambda draw: frozen(draw, TRAIN),
    "`.train()` was called on a model around it": lambda draw: frozen(draw, TRAIN_AROUND),
    "it was used before": lambda draw: frozen(draw, USE),
    "a layer of the encoder was frozen already": lambda draw: frozen(draw, frozen=True),
}


def entries(*names: str) -> Any:
    """Picks these entries of what came; what is no module has none of them."""
    return lambda given, value: {name: value.get(name) for name in ("module", *names)}


def no_module(got: Any, want: Any) -> Finding:
    """What was made is no module."""
    return Finding(f"`FrozenEncoder(encoder)` gave a `{quoted(str(got), 30)}`.", "An `nn.Module`.", "wrong-type")


def another_form(got: Any, want: Any) -> Finding:
    """An output of another type."""
    names = [quoted(str(each).partition("(")[0], 30) for each in (got, want)]
    same = names[0] == names[1]
    seen = (
        f"`forward` returned a `{names[0]}` with other things in it."
        if same
        else f"`forward` returned a `{names[0]}`, and the encoder a `{names[1]}`."
    )
    return Finding(seen, "What the encoder returned, as it is.", "another-output")


def in_training(got: Any, want: Any) -> Finding:
    """Modes of the encoder in the forward pass."""
    due = "Every part of the encoder in evaluation mode, also after `.train()` on it or on a model around it."
    if got == NOTHING or TRAINING not in str(got):
        return Finding("The encoder was not used at all.", "One forward pass of the encoder.", "never-used")
    which = "a part of the encoder" if EVALUATES in str(got) else "the encoder"
    return Finding(f"In a forward pass {which} was in training mode.", due, "dropout-on")


def left_switched(got: Any, want: Any) -> Finding:
    """Torch's grad mode."""
    return Finding(
        f"Torch's grad mode was another {quoted(str(got), 80)} than before.", "The mode as it was.", LEFT_SWITCHED
    )


def error_kept(got: Any, want: Any) -> Finding:
    """What became of an error."""
    seen = "An error in the encoder came to nothing." if got == NOTHING else f"An error became {quoted(str(got), 30)}."
    return Finding(seen, "The encoder's own error.", "error-kept")


def not_chained(got: Any, want: Any) -> Finding:
    """What `train` and `eval` returned."""
    return Finding(
        f"`.train()` or `.eval()` returned a `{quoted(str(got), 40)}`.", "The module itself.", "mode-not-returned"
    )


def trainable(got: Any, want: Any) -> Finding:
    """How many numbers are trained: when it was made, once modes were set, at the end."""
    made, set_, end = (*str(got).split(), "", "", "")[:3]
    when = "when it was made" if made != "0" else "after `.train()`" if set_ != "0" else "after a forward pass"
    number = next((each for each in (made, set_, end) if each != "0"), "")
    return Finding(f"{quoted(number, 20)} numbers of it were trainable {when}.", "None, at any time.", "trainable-part")


WORDS = {
    "module": no_module,
    "form": another_form,
    "values": saying(
        "`forward` returned other numbers than the encoder does.", "The encoder's own numbers.", "other-numbers"
    ),
    "requires": saying(
        "What `forward` returned has a gradient to the input or the encoder.", "No gradient.", "requires-gradient"
    ),
    "fed": saying(
        "A trainable layer could not learn from what `forward` returned.", "Vectors for any layer.", "cannot-be-fed"
    ),
    "grad_mode": left_switched,
    "error": error_kept,
    "modes": in_training,
    "chained": not_chained,
    "changed": saying(
        "After forward passes a number in the encoder was another one.", "Weights and buffers as before.",
        "encoder-changes",
    ),
    "trainable": trainable,
    "registered": saying(
        "The encoder is not among the modules of the `FrozenEncoder`.", "The encoder, under any name.",
        "not-registered",
    ),
}  # fmt: skip
SAME: dict[str, Any] = {"words": WORDS, "conditions": ()}

TESTS = HiddenTests(
    parts={
        "dropout": (
            Compare(lambda draw: moded(draw), DROPOUT, entries("modes", "chained", "changed", "values"), 1, **SAME),
        ),
        "no-gradient": (
            Compare(
                lambda draw: recording(draw),
                GRADIENT,
                entries("grad_mode", "requires", "fed", "error"),
                1,
                words=WORDS,
                conditions=(EVALUATION,),
            ),
        ),
        "frozen": (Compare(lambda draw: frozen(draw), FROZEN, entries("trainable", "registered"), 1, **SAME),),
        "output": (
            Compare(
                returning("a tensor"),
                OUTPUT,
                entries("form", "values"),
                1,
                words=WORDS,
                conditions=(DOUBLE, STRIDED, AGAIN, KEPT),
            ),
        ),
    },
    mistakes=mistake.all,
)
