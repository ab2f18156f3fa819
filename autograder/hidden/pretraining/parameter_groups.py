"""Hidden tests of `pretraining.parameter_groups`."""

from collections.abc import Callable, Sequence
from typing import Any

from torch import nn

from autograder.exercise import Inputs
from autograder.exercises.pretraining_models import Node, built, model, names_of, part
from autograder.hidden.pretraining.parameter_groups_mistakes import mistake
from autograder.judging.advice import RETURNS_NOTHING
from autograder.judging.draw import LARGE, TINY, Draw
from autograder.judging.parts import AGAIN, Compare, Finding, HiddenTests
from autograder.wording import quoted

MODULES = ("dense", "output", "query", "encoder", "layer", "head", "pooler", "proj", "block", "mixer", "fc", "lm")
VECTORS = ("gain", "scale", "temperature", "position", "cls_token", "alpha")
BIASED = (
    "unbiased",
    "biases",
    "debias",
    "bias2",
    "unbias",
    "biased_weight",
    "my_bias_table",
    "prebias",
    "Bias",
    "BIAS",
)
"""Names of parameters that are no bias by what the docstring says, and have the word in them."""
BIASES = ("query_bias", "position_bias", "bias_k", "bias_table", "_bias", "bias_")
MISTAKEN = ("norm", "LayerNorm", "layer_norm", "ln_1", "final_layernorm")
"""Names of linear layers that sound like another one."""


def names(draw: Draw, *pools: Sequence[str], number: int) -> list[str]:
    """So many different names."""
    return draw.contents.sample([each for pool in pools for each in pool], number)


def asked(draw: Draw, root: Node, ties: list[list[str]] | None = None, frozen: list[str] | None = None) -> Inputs:
    """A model, and how fast its weights decay."""
    return {"model": model(root, ties, frozen), "weight_decay": draw.share(0.02, 0.4)}


def size(draw: Draw) -> int:
    """Of a layer."""
    return draw.size(1, 4)


def layer(draw: Draw) -> Node:
    """A norm, and layers with and without a bias."""
    linear, other, norm = names(draw, MODULES, VECTORS, number=3)
    return part(
        "module",
        parts={
            linear: part("linear", size(draw)),
            norm: part("layer norm", size(draw)),
            other: part("linear without bias", size(draw)),
        },
    )


def inputs(draw: Draw) -> Inputs:
    """Embeddings, a norm, and layers that stand one in another."""
    table, norm, stack, head = names(draw, MODULES, number=4)
    deeper = part("module", parts={each: layer(draw) for each in names(draw, MODULES, number=draw.size(1, 2, 6))})
    parts = {
        table: part("embedding", size(draw)),
        norm: part("layer norm", size(draw)),
        stack: part("sequential", parts={"0": layer(draw), "1": deeper}),
        head: part("linear", size(draw)),
    }
    return asked(draw, part("module", parts=parts))


def with_parts(
    draw: Draw,
    parts: dict[str, Node] | None = None,
    own: dict[str, list[int]] | None = None,
    ties: list[list[str]] | None = None,
    frozen: list[str] | None = None,
) -> Inputs:
    """A usual layer, and beside it something special; it stands in the model or one level deeper."""
    root = part("module", parts={**(parts or {}), "usual": layer(draw)}, own=own)
    if ties or frozen or draw.integer(0, 1):
        return asked(draw, root, ties, frozen)
    return asked(draw, part("module", parts={draw.contents.choice(MODULES): root}))


def one(draw: Draw, kind: str, name: str | None = None) -> Inputs:
    """One part of a kind, under any name."""
    return with_parts(draw, {name or draw.contents.choice(MODULES): part(kind, size(draw))})


def alone(draw: Draw, kind: str) -> Inputs:
    """The model is a single layer."""
    return asked(draw, part(kind, size(draw)))


def parameters(draw: Draw, pool: Sequence[str], dims: int) -> Inputs:
    """Parameters of these names, of so many dimensions."""
    return with_parts(draw, own={each: [size(draw) for _ in range(dims)] for each in names(draw, pool, number=3)})


def tied_weight(draw: Draw) -> Inputs:
    """The weight of a decoder is that of the embeddings."""
    parts = {"table": part("embedding", 3), "decoder": part("linear", 3)}
    return with_parts(draw, parts, ties=[["table.weight", "decoder.weight"]])


def tied_bias(draw: Draw) -> Inputs:
    """A bias that stands in a head and in its decoder."""
    parts = {"decoder": part("linear", 3), "other": part("linear", 3)}
    return with_parts(draw, parts, {"bias": [3]}, ties=[["bias", "decoder.bias"]])


def shared_module(draw: Draw, kind: str) -> Inputs:
    """One module under two names."""
    return with_parts(draw, {"first": part(kind, 3), "other": part("linear", 3)}, ties=[["first", "again"]])


def renamed_norm(draw: Draw, first: bool) -> Inputs:
    """The weight of a layer norm has another name too, before its own or behind it."""
    parts = {"a": part("layer norm", 3), "b": part("linear", 3), "c": part("module")}
    return with_parts(draw, parts, ties=[["a.weight", "gain" if first else "c.gain"]])


def frozen_at(draw: Draw, chosen: Callable[[str], bool]) -> Inputs:
    """The parameters of some names are frozen, in all parts."""
    drawn = inputs(draw)
    every = [each[0] for each, _ in names_of(built(drawn["model"]))]
    return drawn | {"model": drawn["model"] | {"frozen": [each for each in every if chosen(each)]}}


def frozen_tied(draw: Draw) -> Inputs:
    """A tied weight is frozen."""
    drawn = tied_weight(draw)
    return drawn | {"model": drawn["model"] | {"frozen": ["table.weight"]}}


Edges = dict[str, Callable[[Draw], Inputs]]
SPARED_EDGES: Edges = {
    "names end in _bias or begin with bias_": lambda draw: parameters(draw, BIASES, 1),
    "biases have two dimensions": lambda draw: parameters(draw, ("bias", *BIASES), 2),
    "a bias stands in the model itself": lambda draw: asked(draw, part("module", own={"weight": [2, 3], "bias": [3]})),
    "there is a MultiheadAttention": lambda draw: one(draw, "attention"),
    "there is a GRU": lambda draw: one(draw, "recurrent"),
    "the model is one layer norm": lambda draw: alone(draw, "layer norm"),
    "a layer norm is called norm": lambda draw: one(draw, "layer norm", "norm"),
    "a layer norm is called LayerNorm": lambda draw: one(draw, "layer norm", "LayerNorm"),
    "a layer norm has a class of its own": lambda draw: one(draw, "layer norm of its own class"),
    "a layer norm has no bias": lambda draw: one(draw, "layer norm without bias"),
    "a layer norm has no parameters": lambda draw: one(draw, "layer norm without parameters"),
    "a layer norm has two dimensions": lambda draw: one(draw, "layer norm of two dimensions"),
    "a layer norm's weight has another name first": lambda draw: renamed_norm(draw, True),
    "a layer norm's weight has another name besides": lambda draw: renamed_norm(draw, False),
}
DECAYED_EDGES: Edges = {
    "names have bias in them and are no bias": lambda draw: parameters(draw, BIASED, 1),
    "names of matrices have bias in them": lambda draw: parameters(draw, BIASED, 2),
    "names of all kinds have bias in them": lambda draw: with_parts(draw, own={each: [size(draw)] for each in BIASED}),
    "a module is called bias": lambda draw: one(draw, "embedding", "bias"),
    "a module's name begins with bias_": lambda draw: one(draw, "embedding", "bias_net"),
    "a module's name ends in bias": lambda draw: one(draw, "linear", "my_bias"),
    "a linear layer is called norm": lambda draw: one(draw, "linear", draw.contents.choice(MISTAKEN)),
    "a linear layer is called LayerNorm": lambda draw: one(draw, "linear", "LayerNorm"),
    "there is an RMSNorm": lambda draw: one(draw, "rms norm"),
    "there is a GroupNorm": lambda draw: one(draw, "group norm"),
    "there is a BatchNorm": lambda draw: one(draw, "batch norm"),
    "there is a convolution": lambda draw: one(draw, "convolution"),
    "weights have one dimension": lambda draw: parameters(draw, VECTORS, 1),
    "weights have no dimension": lambda draw: parameters(draw, VECTORS, 0),
    "`weight_decay` is 0": lambda draw: inputs(draw) | {"weight_decay": 0.0},
    "`weight_decay` is 0.01": lambda draw: inputs(draw) | {"weight_decay": 0.01},
    "`weight_decay` is a whole number": lambda draw: inputs(draw) | {"weight_decay": 1},
}
ONCE_EDGES: Edges = {
    "the model is one linear layer": lambda draw: alone(draw, "linear"),
    "parameters stand in the model itself": lambda draw: asked(
        draw, part("module", own={"weight": [2, 3], "bias": [3], "gain": [2]})
    ),
    "a weight is tied": tied_weight,
    "a bias is tied": tied_bias,
    "a linear layer stands in two places": lambda draw: shared_module(draw, "linear"),
    "a layer norm stands in two places": lambda draw: shared_module(draw, "layer norm"),
}
FROZEN_EDGES: Edges = {
    "weights are frozen": lambda draw: frozen_at(draw, lambda name: name.endswith("weight")),
    "biases are frozen": lambda draw: frozen_at(draw, lambda name: name.endswith("bias")),
    "some parameters are frozen": lambda draw: frozen_at(draw, lambda name: draw.integer(0, 1) == 1),
    "all parameters are frozen": lambda draw: frozen_at(draw, lambda name: True),
    "a tied weight is frozen": frozen_tied,
}


def is_bias(name: str) -> bool:
    """Whether a parameter of this dotted name is a bias."""
    own = name.rpartition(".")[2]
    return own == "bias" or own.endswith("_bias") or own.startswith("bias_")


KNOWN: dict[str, dict[str, list[str]]] = {}
"""By model, the last one alone, which is asked for several times: building it takes longest."""


def sorts(given: Inputs) -> dict[str, list[str]]:
    """The first names of all parameters, by what is to become of them and why."""
    written = repr(given["model"])
    if written not in KNOWN:
        KNOWN.clear()
        KNOWN[written] = sorted_out(built(given["model"]))
    return KNOWN[written]


def sorted_out(root: nn.Module) -> dict[str, list[str]]:
    """`sorts` of a model."""
    norms = [each for each in root.modules() if isinstance(each, nn.LayerNorm)]
    in_norms = {id(each) for norm in norms for each in norm.parameters(recurse=False)}
    found: dict[str, list[str]] = {
        name: []
        for name in ("biases", "named biases", "norms", "vectors", "sound like bias", "sound like norm", "weights")
    }
    found |= {"frozen": [], "tied": []}
    for every, parameter in names_of(root):
        first, own = every[0], every[0].rpartition(".")[2]
        if not parameter.requires_grad:
            found["frozen"].append(first)
            continue
        found["tied"] += [first] if len(every) > 1 else []
        if own == "bias":
            sort = "biases"
        elif is_bias(first):
            sort = "named biases"
        elif id(parameter) in in_norms:
            sort = "norms"
        elif "bias" in first:
            sort = "sound like bias"
        elif "norm" in first.lower() or first.startswith("ln_"):
            sort = "sound like norm"
        else:
            sort = "vectors" if parameter.dim() < 2 else "weights"
        found[sort].append(first)
    return found


SPARED = ("norms", "biases", "named biases")
DECAYED = ("weights", "vectors", "sound like bias", "sound like norm")


def groups_of(value: Any) -> dict[str, list[Any]]:
    """Where each parameter is, as far as a process that a learner's code runs in has sent anything of the kind."""
    decay = value["decay"]
    assert isinstance(decay, dict)
    return decay


def of_decays(kinds: Sequence[str], due: Callable[[Inputs], float]) -> Callable[[Inputs, Any], dict[str, Any]]:
    """The parameters of these sorts that have another `weight_decay` than they should, or are in no group."""

    def picked(given: Inputs, value: Any) -> dict[str, Any]:
        found, decay = sorts(given), groups_of(value)

        def wrong(name: str) -> bool:
            return not decay[name] or any(each is None or abs(each - due(given)) > 1e-9 for each in decay[name])

        missing = [name for kind in kinds for name in found[kind] if not decay[name]]
        told = {kind: [name for name in found[kind] if decay[name] and wrong(name)] for kind in kinds}
        return {**of_form(value), "without decay": undecided(decay), **told, "missing": missing}

    return picked


def of_form(value: Any) -> dict[str, Any]:
    """Whether these are groups of parameters at all."""
    return {name: value[name] for name in ("form", "names", "strangers")}


def undecided(decay: dict[str, list[Any]]) -> list[str]:
    """The parameters in groups without a number in `weight_decay`."""
    return [name for name, each in decay.items() if None in each]


def of_once(given: Inputs, value: Any) -> dict[str, Any]:
    """The trained parameters that are in no group, or several times, and entries that are no parameters."""
    found, decay = sorts(given), groups_of(value)
    trained = [name for kind in (*SPARED, *DECAYED) for name in found[kind]]
    return {
        **of_form(value),
        "missing": [name for name in trained if not decay[name]],
        "tied twice": [name for name in trained if len(decay[name]) > 1 and name in found["tied"]],
        "twice": [name for name in trained if len(decay[name]) > 1 and name not in found["tied"]],
    }


def of_untouched(given: Inputs, value: Any) -> dict[str, Any]:
    """Frozen parameters that are in a group, and what of the model was changed.

    Whoever returns nothing has left everything as it was, which is worth no points.
    """
    found, decay = sorts(given), groups_of(value)
    return {
        **of_form(value),
        "frozen": [name for name in found["frozen"] if decay[name]],
        "changed": value["changed"],
        "missing": [name for kind in (*SPARED, *DECAYED) for name in found[kind] if not decay[name]],
    }


def listed(got: Any) -> str:
    """Some of the names."""
    return ", ".join(f"`{quoted(str(each), 40)}`" for each in got[:3]) if isinstance(got, list) else "something"


def telling(seen: str, expected: str, name: str) -> Callable[[Any, Any], Finding]:
    """Words with {} for the names that came."""
    return lambda got, want: Finding(seen.format(listed(got)), expected, name)


def other_form(got: Any, want: Any) -> Finding:
    """Something else than a list of groups."""
    due = "A list of dicts, each with `params` and `weight_decay`."
    if got == "a value of type NoneType":
        return Finding("It returned None.", due, RETURNS_NOTHING)
    said = quoted(str(got), 80)
    return Finding(f"It returned {said}.", due, "no-groups")


def strangers(got: Any, want: Any) -> Finding:
    """Entries that are no parameters."""
    return Finding(
        f"{quoted(str(got), 20)} entries of `params` are no parameters of the model.",
        "The parameters themselves.",
        "strangers-in-groups",
    )


ZERO, DECAY = "Groups with `weight_decay` 0.", "Groups with the `weight_decay` that was asked for."
Words = dict[str, Callable[[Any, Any], Finding]]
BASE: Words = {
    "form": other_form,
    "names": telling("Text stood in `params`.", "The parameters themselves.", "text-in-groups"),
    "strangers": strangers,
    "without decay": telling(
        "{} stood in a group whose `weight_decay` is missing, or is no number.",
        "A `weight_decay` in every group: an optimiser fills in one of its own, which need not be 0.",
        "no-weight-decay",
    ),
    "missing": telling("{} was in no group, and would never be trained.", "Every trained parameter.", "left-out"),
}
IN_SPARED: Words = BASE | {
    "norms": telling("{} of a layer norm had another `weight_decay` than 0.", ZERO, "norm-decays"),
    "biases": telling("{}, a bias, had another `weight_decay` than 0.", ZERO, "bias-decays"),
    "named biases": telling("{}, a bias by its name, had another `weight_decay` than 0.", ZERO, "named-bias-decays"),
}
IN_DECAYED: Words = BASE | {
    "weights": telling("{} did not have the `weight_decay` that was asked for.", DECAY, "weight-spared"),
    "vectors": telling("{}, of fewer than two dimensions and no bias, did not decay as asked.", DECAY, "vector-spared"),
    "sound like bias": telling(
        "{} has bias in its dotted name and is none, and did not decay as asked.", DECAY, "spared-by-sound-of-bias"
    ),
    "sound like norm": telling(
        "{} is called like a norm and is none, and did not decay as asked.", DECAY, "spared-by-sound-of-norm"
    ),
}
IN_ONCE: Words = BASE | {
    "tied twice": telling(
        "{}, which has several names, was in the groups several times.", "Each parameter once.", "tied-twice"
    ),
    "twice": telling("{} was in the groups several times.", "Each parameter once.", "listed-twice"),
}
IN_UNTOUCHED: Words = BASE | {
    "frozen": telling("{} is frozen and was in a group.", "Trained parameters alone.", "frozen-in-a-group"),
    "changed": lambda got, want: Finding(
        f"After the call, {' and '.join(str(each) for each in got[:2])} had changed.",
        "A model as it was.",
        "changes-model",
    ),
}
CONDITIONS = (TINY, LARGE, AGAIN)


def compared(of: Callable[[Inputs, Any], Any], edges: Edges, words: Words) -> Compare:
    """The cases of one part."""
    return Compare(inputs, edges, of=of, words=words, conditions=CONDITIONS, cases=1)


TESTS = HiddenTests(
    parts={
        "spared": (compared(of_decays(SPARED, lambda given: 0.0), SPARED_EDGES, IN_SPARED),),
        "decayed": (compared(of_decays(DECAYED, lambda given: given["weight_decay"]), DECAYED_EDGES, IN_DECAYED),),
        "once": (compared(of_once, ONCE_EDGES, IN_ONCE),),
        "untouched": (compared(of_untouched, FROZEN_EDGES, IN_UNTOUCHED),),
    },
    mistakes=mistake.all,
)
