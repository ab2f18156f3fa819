"""Models as plain data, and how they are built beside the code of a learner.

A model is what exercise `pretraining.parameter_groups` is given, and plain data is all that reaches the process of an
answer. So a model is sent as the kinds, names and sizes of its parts.
"""

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor, nn

Node = dict[str, Any]
"""A part: its kind in `is`, a size, and its own parts by name. See `part`."""


class Norm(nn.LayerNorm):
    """A layer norm of a class of its own, which differs in name alone."""


KINDS: dict[str, tuple[str, Callable[[int], nn.Module]]] = {
    "module": ("module", lambda size: nn.Module()),
    "sequential": ("Sequential", lambda size: nn.Sequential()),
    "linear": ("Linear", lambda size: nn.Linear(size, size)),
    "linear without bias": ("Linear(bias=False)", lambda size: nn.Linear(size, size, bias=False)),
    "embedding": ("Embedding", lambda size: nn.Embedding(size, size)),
    "layer norm": ("LayerNorm", lambda size: nn.LayerNorm(size)),
    "layer norm without bias": ("LayerNorm(bias=False)", lambda size: nn.LayerNorm(size, bias=False)),
    "layer norm without parameters": (
        "LayerNorm(elementwise_affine=False)",
        lambda size: nn.LayerNorm(size, elementwise_affine=False),
    ),
    "layer norm of two dimensions": ("LayerNorm of two dimensions", lambda size: nn.LayerNorm((2, size))),
    "layer norm of its own class": ("Norm(nn.LayerNorm)", Norm),
    "group norm": ("GroupNorm", lambda size: nn.GroupNorm(1, size)),
    "batch norm": ("BatchNorm1d", lambda size: nn.BatchNorm1d(size)),
    "rms norm": ("RMSNorm", lambda size: nn.RMSNorm(size)),
    "attention": ("MultiheadAttention", lambda size: nn.MultiheadAttention(size, 1, add_bias_kv=True)),
    "recurrent": ("GRU", lambda size: nn.GRU(size, size)),
    "convolution": ("Conv1d", lambda size: nn.Conv1d(size, size, 3)),
}
"""By the name that a part has in `is`: what a learner reads of it, and what makes it."""


def part(
    kind: str, size: int = 2, parts: dict[str, Node] | None = None, own: dict[str, list[int]] | None = None
) -> Node:
    """A part of a model.

    Args:
        kind: one of `KINDS`.
        size: of its layers.
        parts: its own parts, by name; those of a Sequential have the names that it gives them.
        own: shapes of the parameters that stand in it directly, by name.
    """
    return {"is": kind, "size": size, "parts": parts or {}, "own": own or {}}


def model(root: Node, ties: list[list[str]] | None = None, frozen: list[str] | None = None) -> Node:
    """A model.

    Args:
        root: all of its parts.
        ties: pairs of dotted names: the second becomes another name of the first, a parameter or a module.
        frozen: dotted names of the parameters that are not trained.
    """
    return {"root": root, "ties": ties or [], "frozen": frozen or []}


def built(described: Node) -> nn.Module:
    """The model that plain data describes: every other part in training mode, every other parameter with a gradient."""
    with torch.random.fork_rng(devices=[]):  # starting weights come from the global generator
        torch.default_generator.manual_seed(0)
        root = with_parts(described["root"])
    for first, other in described["ties"]:
        owner, _, name = other.rpartition(".")
        setattr(root.get_submodule(owner), name, at(root, first))
    for name in described["frozen"]:
        at(root, name).requires_grad_(False)
    for place, module in enumerate(root.modules()):
        module.training = place % 2 == 0
    for place, parameter in enumerate(root.parameters()):
        parameter.grad = torch.ones_like(parameter) if place % 2 == 0 else None
    return root


def with_parts(node: Node) -> nn.Module:
    """A part, its own parts and its own parameters."""
    _, make = KINDS[node["is"]]
    module = make(node["size"])
    for name, shape in node["own"].items():
        module.register_parameter(name, nn.Parameter(torch.ones(shape)))
    for name, inner in node["parts"].items():
        module.add_module(name, with_parts(inner))
    return module


def at(root: nn.Module, path: str) -> Any:
    """The parameter or module of a dotted name."""
    owner, _, name = path.rpartition(".")
    return getattr(root.get_submodule(owner), name)


def names_of(root: nn.Module) -> list[tuple[list[str], nn.Parameter]]:
    """Each parameter once, with all of its dotted names."""
    found: dict[nn.Parameter, list[str]] = {}
    for name, parameter in root.named_parameters(remove_duplicate=False):
        found.setdefault(parameter, []).append(name)
    return [(names, parameter) for parameter, names in found.items()]


def described(given: Node) -> str:
    """A model in words."""
    root = built(given)
    lines = [f"`{name or 'the model'}` {node_kind}" for name, node_kind in kinds_in(given["root"], "")]
    tied = [" = ".join(names) for names, _ in names_of(root) if len(names) > 1]
    frozen = [f"{each} frozen" for each in given["frozen"]]
    return "; ".join([*lines, *tied, *frozen])


def kinds_in(node: Node, name: str) -> Iterator[tuple[str, str]]:
    """Each part with what it is and the parameters that stand in it directly."""
    words, _ = KINDS[node["is"]]
    own = "".join(f", parameter `{each}` {tuple(shape)}" for each, shape in node["own"].items())
    yield name, f"{words}{own}"
    for each, inner in node["parts"].items():
        yield from kinds_in(inner, f"{name}.{each}".lstrip("."))


def standing(root: nn.Module) -> dict[str, Any]:
    """What an answer has to leave as it is, by what a learner calls it."""
    named = [(names, parameter) for names, parameter in names_of(root)]
    return {
        "`requires_grad` of parameters": [each.requires_grad for _, each in named],
        "the numbers in parameters": [each.detach().clone() for _, each in named],
        "the `.grad` of parameters": [each.grad is None for _, each in named],
        "which parameters there are": [names for names, _ in named],
        "the mode of the model": [each.training for each in root.modules()],
    }


def placed(root: nn.Module, groups: Any) -> dict[str, Any]:
    """Where the groups of a torch optimiser have each parameter.

    Returns:
        `form`: None, or what is no group; `decay`: for each parameter, by its first name, the `weight_decay` of each
        group that it stands in, once a place; `strangers`: how many entries are no parameters of the model; `names`:
        how many of these are text.
    """
    named = names_of(root)
    decay: dict[str, list[float | None]] = {names[0]: [] for names, _ in named}
    first_names = {id(parameter): names[0] for names, parameter in named}
    form, strangers, texts = form_of(groups), 0, 0
    for group in groups if form is None else ():
        for each in entries_of(group):
            name = first_names.get(id(each))
            if name is None:
                strangers += 1
                texts += isinstance(each, str)
            else:
                decay[name].append(number(group.get("weight_decay")))
    return {"form": form, "decay": decay, "strangers": strangers, "names": texts}


def form_of(groups: Any) -> str | None:
    """What came in the place of groups; None where they did."""
    if not isinstance(groups, list | tuple):
        return f"a value of type {type(groups).__name__}"
    for group in groups:
        if not isinstance(group, dict):
            return f"a list with a value of type {type(group).__name__} in it"
        if "params" not in group:
            return "a group without `params`"
        entries = group["params"]
        if isinstance(entries, set | frozenset | str | dict) or not hasattr(entries, "__iter__"):
            return f"a group whose `params` are of type {type(entries).__name__}"
        group["params"] = entries_of(group)  # a generator gives them once
    return None


def entries_of(group: dict[str, Any]) -> list[Any]:
    """The parameters of a group; torch takes one alone, any iterable, and pairs with a name."""
    entries = group["params"]
    each = [entries] if isinstance(entries, Tensor) else list(entries)
    return [one[1] if isinstance(one, tuple) and len(one) == 2 else one for one in each]


def number(value: Any) -> float | None:
    """A number as a float; None where there is none."""
    if isinstance(value, Tensor):
        return float(value) if value.numel() == 1 else None
    return float(value) if isinstance(value, int | float) else None
