"""Known mistakes of `pretraining.parameter_groups`."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from torch import nn

from autograder.judging.parts import Mistakes
from bertkit.training.optimization import parameter_groups

mistake = Mistakes()
Groups = list[dict[str, Any]]
Rule = Callable[[str, nn.Parameter, nn.Module], bool]
"""Whether a parameter is spared, given its dotted name and the model."""

NAMES = "What is compared: the parameter's own name behind the last dot, or any part of its dotted name?"
NORMS = "How you tell a layer norm: by the module that it is, or by what it is called?"


def own(name: str) -> str:
    return name.rpartition(".")[2]


def is_bias(name: str) -> bool:
    return own(name) == "bias" or own(name).endswith("_bias") or own(name).startswith("bias_")


def within(model: nn.Module, kinds: Any) -> set[int]:
    """What the parameters of all modules of a kind are known by."""
    found = (each for each in model.modules() if isinstance(each, kinds))
    return {id(parameter) for module in found for parameter in module.parameters(recurse=False)}


def is_norm(name: str, parameter: nn.Parameter, model: nn.Module) -> bool:
    return id(parameter) in within(model, nn.LayerNorm)


def grouped(
    named: Iterable[tuple[str, nn.Parameter]], model: nn.Module, weight_decay: float, rule: Rule, spared: float = 0.0
) -> Groups:
    """Two groups of these parameters."""
    groups: tuple[list[nn.Parameter], list[nn.Parameter]] = [], []
    for name, parameter in named:
        groups[rule(name, parameter, model)].append(parameter)
    return [{"params": groups[0], "weight_decay": weight_decay}, {"params": groups[1], "weight_decay": spared}]


def trained(model: nn.Module) -> list[tuple[str, nn.Parameter]]:
    return [(name, each) for name, each in model.named_parameters() if each.requires_grad]


def by_rule(rule: Rule) -> Any:
    """Right but for which parameters are spared."""
    return lambda model, weight_decay: grouped(trained(model), model, weight_decay, rule)


def by_names(is_bias: Callable[[str], bool]) -> Any:
    """Right but for which names are those of a bias; those of a layer norm are spared whatever they are called."""
    return by_rule(lambda name, each, model: is_bias(name) or is_norm(name, each, model))


def right(name: str, each: nn.Parameter, model: nn.Module) -> bool:
    return is_bias(name) or is_norm(name, each, model)


def by_groups(change: Callable[[Groups, nn.Module], Any]) -> Any:
    """A change of the right groups."""
    return lambda model, weight_decay: change(parameter_groups(model, weight_decay), model)


# --------------------------------------------------------------------------------------------------------- which biases

mistake.add(
    "bias-behind-a-dot",
    "Only names that end in `.bias` were taken for biases: one in the model itself has no dot, and others have another "
    "name.",
    NAMES,
    by_names(lambda name: name.endswith(".bias")),
)
mistake.add(
    "only-bias-itself",
    "Only parameters named `bias` were taken for biases. `in_proj_bias` and `bias_k` are some too.",
    "What the docstring calls a bias: is it one name?",
    by_names(lambda name: own(name) == "bias"),
)
mistake.add(
    "ends-in-bias",
    "Every name that ends in bias was spared, and none that begins with `bias_`.",
    "What the docstring calls a bias: where does the underscore stand?",
    by_names(lambda name: name.endswith("bias")),
)
mistake.add(
    "bias-anywhere",
    "Every parameter with bias somewhere in its dotted name was spared, also the weight of a module of such a name.",
    NAMES,
    by_names(lambda name: "bias" in name),
)
mistake.add(
    "bias-anywhere-in-own-name",
    "Every parameter with bias somewhere in its own name was spared, such as `unbiased`.",
    "What the docstring calls a bias: where does the underscore stand?",
    by_names(lambda name: "bias" in own(name)),
)
mistake.add(
    "begins-or-ends-with-bias",
    "Names that begin or end with bias were spared without an underscore, such as `biases` and `unbias`.",
    "What the docstring calls a bias: where does the underscore stand?",
    by_names(lambda name: own(name).startswith("bias") or own(name).endswith("bias")),
)
mistake.add(
    "no-leading-bias",
    "Names that begin with `bias_` were not taken for biases.",
    "What the docstring calls a bias: there are three forms.",
    by_names(lambda name: own(name) == "bias" or own(name).endswith("_bias")),
)
mistake.add(
    "no-trailing-bias",
    "Names that end in `_bias` were not taken for biases.",
    "What the docstring calls a bias: there are three forms.",
    by_names(lambda name: own(name) == "bias" or own(name).startswith("bias_")),
)
mistake.add(
    "begins-with-bias",
    "Every own name that begins with bias was spared, and none that ends in `_bias`.",
    "What the docstring calls a bias: where does the underscore stand?",
    by_names(lambda name: own(name).startswith("bias")),
)
mistake.add(
    "dotted-name-begins-with-bias",
    "Whether a name begins with `bias_` was asked of the dotted name, which begins with that of a module.",
    NAMES,
    by_names(lambda name: own(name) == "bias" or name.endswith("_bias") or name.startswith("bias_")),
)
mistake.add(
    "any-part-is-bias",
    "The weight of a module that is called bias was spared: a part of the dotted name was compared.",
    NAMES,
    by_names(lambda name: is_bias(name) or "bias" in name.split(".")),
)
mistake.add(
    "biases-of-linear-layers",
    "Only biases of linear layers were spared.",
    "Which modules you look for biases in.",
    by_rule(
        lambda name, each, model: (
            is_norm(name, each, model) or (own(name) == "bias" and id(each) in within(model, nn.Linear))
        )
    ),
)
mistake.add(
    "biases-decay",
    "Biases decay: only those of layer norms were spared.",
    "What the docstring spares besides layer norms.",
    by_rule(is_norm),
)

# ---------------------------------------------------------------------------------------------------------- which norms

mistake.add(
    "norms-decay",
    "The weights of layer norms decay: only biases were spared.",
    "What the docstring spares besides biases.",
    by_rule(lambda name, *given: is_bias(name)),
)
mistake.add(
    "norm-by-name-layernorm",
    "Layer norms were told by the word LayerNorm in a name. Modules can be called anything.",
    NORMS,
    by_rule(lambda name, *given: is_bias(name) or "LayerNorm" in name),
)
mistake.add(
    "norm-by-name-norm",
    "Layer norms were told by the word norm in a name. Modules can be called anything.",
    NORMS,
    by_rule(lambda name, *given: is_bias(name) or "norm" in name),
)
mistake.add(
    "norm-by-name-in-any-case",
    "Layer norms were told by the word norm in a name, in small or capital letters. Modules can be called anything.",
    NORMS,
    by_rule(lambda name, *given: is_bias(name) or "norm" in name.lower()),
)
mistake.add(
    "released-list-of-names",
    'What is spared was told by the words "bias" and "LayerNorm" in a name, as in much code that fine-tunes BERT. '
    "Here modules can be called anything.",
    NORMS,
    by_rule(lambda name, *given: "bias" in name or "LayerNorm.weight" in name),
)
mistake.add(
    "words-bias-and-norm",
    'What is spared was told by the words "bias" and "norm" in a name. Modules can be called anything.',
    NORMS,
    by_rule(lambda name, *given: "bias" in name or "norm" in name),
)
mistake.add(
    "words-bias-and-norm-in-any-case",
    'What is spared was told by the words "bias" and "norm" in a name, in any letters. Modules can be called anything.',
    NORMS,
    by_rule(lambda name, *given: "bias" in name.lower() or "norm" in name.lower()),
)
mistake.add(
    "fewer-than-two-dimensions",
    "What has fewer than two dimensions was spared. A bias may have two, and other vectors decay.",
    "`dim`, `ndim` and shapes: the docstring speaks of names and of modules.",
    by_rule(lambda name, each, model: each.dim() < 2),
)
mistake.add(
    "one-dimension",
    "What has one dimension was spared. A bias may have two, and other vectors decay.",
    "`dim`, `ndim` and shapes: the docstring speaks of names and of modules.",
    by_rule(lambda name, each, model: each.dim() == 1),
)
mistake.add(
    "vectors-and-biases",
    "Besides biases and layer norms, everything of fewer than two dimensions was spared.",
    "`dim`, `ndim` and shapes: the docstring speaks of names and of modules.",
    by_rule(lambda name, each, model: right(name, each, model) or each.dim() < 2),
)
mistake.add(
    "biases-and-vectors",
    "Layer norms were told by their one dimension, which other vectors have too.",
    NORMS,
    by_rule(lambda name, each, model: is_bias(name) or each.dim() < 2),
)
mistake.add(
    "exact-class-of-norm",
    "A layer norm of a class made from `nn.LayerNorm` decays: only the class itself was asked for.",
    "`type(...) is` or `==`, and class names: what does `isinstance` say of a class made from another?",
    by_rule(
        lambda name, each, model: (
            is_bias(name)
            or any(
                each is weight
                for module in model.modules()
                if type(module) is nn.LayerNorm
                for weight in module.parameters(recurse=False)
            )
        )
    ),
)
OTHER_NORMS = (nn.LayerNorm, nn.RMSNorm, nn.GroupNorm, nn.BatchNorm1d)
mistake.add(
    "all-norms-spared",
    "Other norms were spared too. Only parameters of `nn.LayerNorm` are, and biases.",
    "The classes that you ask for.",
    by_rule(lambda name, each, model: is_bias(name) or id(each) in within(model, OTHER_NORMS)),
)
mistake.add(
    "embeddings-spared",
    "Embeddings were spared too. They decay.",
    "The classes that you ask for.",
    by_rule(lambda name, each, model: right(name, each, model) or id(each) in within(model, nn.Embedding)),
)
mistake.add(
    "only-linear-weights-decay",
    "Only the weights of linear layers decay. All that is neither bias nor of a layer norm has to.",
    "Whether you list what decays or what does not.",
    by_rule(
        lambda name, each, model: not (own(name) == "weight" and id(each) in within(model, nn.Linear)),
    ),
)
mistake.add(
    "only-weights-decay",
    "Only parameters named `weight` decay. All that is neither bias nor of a layer norm has to.",
    "Whether you list what decays or what does not.",
    by_rule(lambda name, each, model: own(name) != "weight" or is_norm(name, each, model)),
)
mistake.add(
    "only-names-with-weight-decay",
    "Only parameters with weight in their name decay. All that is neither bias nor of a layer norm has to.",
    "Whether you list what decays or what does not.",
    by_rule(lambda name, each, model: "weight" not in name or is_norm(name, each, model)),
)


def norms_by_own_names(model: nn.Module, weight_decay: float) -> Groups:
    of_norms = {
        f"{module}.{name}".lstrip(".")
        for module, each in model.named_modules()
        if isinstance(each, nn.LayerNorm)
        for name, _ in each.named_parameters(recurse=False)
    }
    return grouped(trained(model), model, weight_decay, lambda name, *given: is_bias(name) or name in of_norms)


mistake.add(
    "norm-under-its-first-name-alone",
    "The weight of a layer norm that another module has too decays: it was looked for under one of its names.",
    "What you remember of a layer norm's parameters: names, or the objects themselves?",
    norms_by_own_names,
)


def norms_of_children(model: nn.Module, weight_decay: float) -> Groups:
    near = [model, *model.children()]
    found = {id(each) for module in near if isinstance(module, nn.LayerNorm) for each in module.parameters()}
    return grouped(trained(model), model, weight_decay, lambda name, each, _: is_bias(name) or id(each) in found)


mistake.add(
    "norms-of-children-alone",
    "Only layer norms directly below the model were found.",
    "`children` and `modules`: which of them goes down all the way?",
    norms_of_children,
)
# --------------------------------------------------------------------------------------------------------- which groups

mistake.add(
    "groups-exchanged",
    "What should decay does not, and what should not does.",
    "Which list gets which `weight_decay`.",
    by_groups(
        lambda groups, model: [
            {"params": one["params"], "weight_decay": other["weight_decay"]}
            for one, other in zip(groups, reversed(groups), strict=True)
        ]
    ),
)
mistake.add(
    "everything-decays",
    "Everything decays.",
    "The condition that tells what is spared.",
    by_rule(lambda *given: False),
)
mistake.add(
    "nothing-decays",
    "Nothing decays.",
    "The `weight_decay` of your groups, and the condition that tells what is spared.",
    by_rule(lambda *given: True),
)
for number in (0.01, 0.1):
    mistake.add(
        f"always-{str(number).replace('.', '-')}",
        f"Weights decay by {number}, whatever was asked for.",
        "Where `weight_decay` enters your groups.",
        lambda model, weight_decay, number=number: parameter_groups(model, number),
    )
mistake.add(
    "half-for-biases",
    "What should be spared decays half as fast.",
    "The `weight_decay` of the group of biases and norms.",
    lambda model, weight_decay: grouped(trained(model), model, weight_decay, right, weight_decay / 2),
)
mistake.add(
    "no-decay-left-out",
    "The group of biases and norms has no number as `weight_decay`. An optimiser fills in its own, which need "
    "not be 0.",
    "The keys of each group.",
    by_groups(lambda groups, model: [groups[0], {"params": groups[1]["params"]}]),
)
mistake.add(
    "decay-left-out",
    "The group that decays has no number as `weight_decay`: an optimiser fills in its own.",
    "The keys of each group.",
    by_groups(lambda groups, model: [{"params": groups[0]["params"]}, groups[1]]),
)
mistake.add(
    "both-left-out",
    "No group has a number as `weight_decay`: an optimiser fills in its own.",
    "The keys of each group.",
    by_groups(lambda groups, model: [{"params": each["params"]} for each in groups]),
)
mistake.add(
    "parameters-under-another-key",
    "The parameters stand under another key than `params`, where no optimiser looks.",
    "The keys of each group, letter by letter.",
    by_groups(
        lambda groups, model: [{"parameters": each["params"], "weight_decay": each["weight_decay"]} for each in groups]
    ),
)

# ----------------------------------------------------------------------------------------------------- which parameters

mistake.add(
    "frozen-included",
    "Frozen parameters are in a group.",
    "`requires_grad`: where does it enter your code?",
    lambda model, weight_decay: grouped(model.named_parameters(), model, weight_decay, right),
)
mistake.add(
    "frozen-alone",
    "The frozen parameters are in the groups, and the trained ones are not.",
    "A `not` too many in front of `requires_grad`.",
    lambda model, weight_decay: grouped(
        [(name, each) for name, each in model.named_parameters() if not each.requires_grad],
        model,
        weight_decay,
        right,
    ),
)


def frozen_spared(model: nn.Module, weight_decay: float) -> Groups:
    return grouped(
        model.named_parameters(), model, weight_decay,
        lambda name, each, _: right(name, each, model) or not each.requires_grad,
    )  # fmt: skip


mistake.add(
    "frozen-not-decayed",
    "Frozen parameters stand in the group that does not decay. They belong in none.",
    "`requires_grad`: what happens to a parameter for which it is False?",
    frozen_spared,
)
mistake.add(
    "frozen-norms-included",
    "Frozen biases and parameters of layer norms are in a group.",
    "`requires_grad`: is it asked for both groups?",
    lambda model, weight_decay: grouped(
        [(name, each) for name, each in model.named_parameters() if each.requires_grad or right(name, each, model)],
        model,
        weight_decay,
        right,
    ),
)
mistake.add(
    "frozen-weights-included",
    "Frozen weights are in a group.",
    "`requires_grad`: is it asked for both groups?",
    lambda model, weight_decay: grouped(
        [(n, each) for n, each in model.named_parameters() if each.requires_grad or not right(n, each, model)],
        model,
        weight_decay,
        right,
    ),
)


def every_name(model: nn.Module) -> list[tuple[str, nn.Parameter]]:
    every = model.named_parameters(remove_duplicate=False)
    return [(name, each) for name, each in every if each.requires_grad]


mistake.add(
    "once-for-each-name",
    "A parameter with several names is in the groups once for each.",
    "Whether you go through names or through parameters: a tied one is one object.",
    lambda model, weight_decay: grouped(every_name(model), model, weight_decay, right),
)


def module_by_module(model: nn.Module, weight_decay: float) -> Groups:
    found = [
        (name, each)
        for module in model.modules()
        for name, each in module.named_parameters(recurse=False)
        if each.requires_grad
    ]
    return grouped(found, model, weight_decay, right)


mistake.add(
    "tied-once-for-each-module",
    "A parameter that stands in two modules is in the groups twice.",
    "A loop over modules: what keeps it from meeting a parameter again?",
    module_by_module,
)


def module_by_module_all_the_way(model: nn.Module, weight_decay: float) -> Groups:
    found = [
        (name, each) for module in model.modules() for name, each in module.named_parameters() if each.requires_grad
    ]
    return grouped(found, model, weight_decay, right)


mistake.add(
    "once-for-each-level",
    "A parameter is in the groups once for each module around it.",
    "A loop over modules: `parameters()` of each goes down all the way.",
    module_by_module_all_the_way,
)


def norm_biases_twice(model: nn.Module, weight_decay: float) -> Groups:
    groups = grouped(trained(model), model, weight_decay, right)
    groups[1]["params"] += [each for name, each in trained(model) if is_bias(name) and is_norm(name, each, model)]
    return groups


mistake.add(
    "norm-biases-twice",
    "The bias of a layer norm is in the groups twice: as a bias and as part of a norm.",
    "Two conditions for one parameter: `elif`, `or`, or a set.",
    norm_biases_twice,
)


def spared_in_both(model: nn.Module, weight_decay: float) -> Groups:
    every = [each for _, each in trained(model)]
    spared = [each for name, each in trained(model) if right(name, each, model)]
    return [{"params": every, "weight_decay": weight_decay}, {"params": spared, "weight_decay": 0.0}]


mistake.add(
    "spared-in-both",
    "Biases and parameters of layer norms are in both groups.",
    "What goes into the first group: everything, or what is left?",
    spared_in_both,
)
mistake.add(
    "tied-left-out",
    "A parameter with several names is in no group.",
    "What your code does when it meets a parameter again.",
    by_groups(
        lambda groups, model: [
            each
            | {
                "params": [
                    parameter
                    for parameter in each["params"]
                    if sum(parameter is other for _, other in model.named_parameters(remove_duplicate=False)) == 1
                ]
            }
            for each in groups
        ]
    ),
)
mistake.add(
    "own-parameters-alone",
    "Only parameters that stand in the model itself are in the groups, none of its modules.",
    "`recurse=False`, and `_parameters`.",
    lambda model, weight_decay: grouped(
        [(name, each) for name, each in model.named_parameters(recurse=False) if each.requires_grad],
        model,
        weight_decay,
        right,
    ),
)
mistake.add(
    "children-alone",
    "Parameters that stand in the model itself are in no group.",
    "`children`: the model has parameters of its own besides.",
    lambda model, weight_decay: grouped(
        [
            (f"{place}.{name}", each)
            for place, child in model.named_children()
            for name, each in child.named_parameters()
            if each.requires_grad
        ],
        model,
        weight_decay,
        right,
    ),
)
mistake.add(
    "leaves-alone",
    "Parameters of modules that have others in them are in no group.",
    "Conditions on `children`: a module can have parameters and modules.",
    lambda model, weight_decay: grouped(
        [
            (name, each)
            for name, each in trained(model)
            if any(
                each is other
                for module in model.modules()
                if not [*module.children()]
                for other in module.parameters(recurse=False)
            )
        ],
        model,
        weight_decay,
        right,
    ),
)
mistake.add(
    "weights-and-biases-alone",
    "Only parameters named `weight` or `bias` are in the groups.",
    "Conditions on names: what happens to a parameter of another name?",
    lambda model, weight_decay: grouped(
        [(name, each) for name, each in trained(model) if own(name) in ("weight", "bias")], model, weight_decay, right
    ),
)
mistake.add(
    "spared-left-out",
    "What does not decay is in no group, so it would never be trained.",
    "How many groups come back.",
    by_groups(lambda groups, model: groups[:1]),
)
mistake.add(
    "decayed-left-out",
    "What decays is in no group, so it would never be trained.",
    "How many groups come back.",
    by_groups(lambda groups, model: groups[1:]),
)
mistake.add(
    "first-of-each-shape",
    "Of parameters with equal numbers only one is in a group: they were compared by value.",
    "`==`, `equal` and `in` on tensors: is it the object that is asked for?",
    by_groups(lambda groups, model: [each | {"params": unlike(each["params"])} for each in groups]),
)


def unlike(parameters: Sequence[nn.Parameter]) -> list[nn.Parameter]:
    """The parameters without those that have the numbers of an earlier one."""
    kept: list[nn.Parameter] = []
    for each in parameters:
        if not any(each.shape == other.shape and bool((each == other).all()) for other in kept):
            kept.append(each)
    return kept


# ------------------------------------------------------------------------------------------------------ what comes back


def with_entries(change: Callable[[nn.Parameter], Any]) -> Any:
    """The right groups, of which every entry is changed."""
    return by_groups(
        lambda groups, model: [each | {"params": [change(one) for one in each["params"]]} for each in groups]
    )


def names_for_parameters(model: nn.Module, weight_decay: float) -> Any:
    called = {id(each): name for name, each in model.named_parameters()}
    return with_entries(lambda each: called[id(each)])(model, weight_decay)


mistake.add(
    "names-for-parameters",
    "Names stand in the groups instead of parameters.",
    "What `named_parameters` gives: which of the two is kept?",
    names_for_parameters,
)
mistake.add(
    "copies-for-parameters",
    "Copies, or detached tensors, stand in the groups: an optimiser would move them and not the model.",
    "`data`, `detach`, `clone`, and new parameters made of old ones.",
    with_entries(lambda each: each.detach()),
)
mistake.add(
    "dict-for-list",
    "A dict came back, where a list of groups is asked for, each of which is a dict.",
    "What stands behind `return`.",
    by_groups(lambda groups, model: {"decay": groups[0], "no_decay": groups[1]}),
)
mistake.add(
    "two-lists",
    "Two lists of parameters came back. A list of dicts is asked for.",
    "What stands behind `return`: where is the `weight_decay` of each?",
    by_groups(lambda groups, model: [each["params"] for each in groups]),
)
mistake.add(
    "pairs-for-groups",
    "Pairs came back. Each group is a dict, with `params` and `weight_decay`.",
    "What stands behind `return`.",
    by_groups(lambda groups, model: [(each["params"], each["weight_decay"]) for each in groups]),
)


def freezing(model: nn.Module, weight_decay: float) -> Groups:
    groups = parameter_groups(model, weight_decay)
    for each in groups[1]["params"]:  # type: ignore[attr-defined]
        each.requires_grad_(False)
    return groups


mistake.add(
    "freezes-what-is-spared",
    "What should not decay was frozen, and would never be trained.",
    "`requires_grad`: read it, and do not set it.",
    freezing,
)


def thawing(model: nn.Module, weight_decay: float) -> Groups:
    model.requires_grad_(True)
    return parameter_groups(model, weight_decay)


mistake.add(
    "thaws-what-is-frozen",
    "Frozen parameters were made trainable.",
    "`requires_grad`: read it, and do not set it.",
    thawing,
)

# ----------------------------------------------------------------------------------------------- known by what was seen

for name, likely, look_at in (
    (
        "no-groups",
        "What came back is nothing that an optimiser takes for groups.",
        "The docstring's Returns: a list of dicts, in each of them an ordered collection under `params`.",
    ),
    (
        "no-weight-decay",
        "A group has no number as `weight_decay`: an optimiser fills in its own.",
        "The keys and values of each group.",
    ),
    ("left-out", "A trained parameter is in no group.", "Every condition in your loop: where does what fails it go?"),
    ("norm-decays", "Something of a layer norm decays.", NORMS),
    ("bias-decays", "A bias decays.", NAMES),
    ("named-bias-decays", "A bias that is not called just `bias` decays.", NAMES),
    (
        "weight-spared",
        "A weight that is neither bias nor of a layer norm does not decay as it was asked to.",
        "What keeps a parameter from decaying in your code, and where `weight_decay` enters it.",
    ),
    (
        "vector-spared",
        "A parameter of one dimension or none, which is neither bias nor of a layer norm, does not decay as asked.",
        "`dim`, `ndim` and lists of names and classes: what do they say of a vector that is something else?",
    ),
    (
        "spared-by-sound-of-bias",
        "A parameter does not decay as asked that is no bias, and has the word in its dotted name.",
        NAMES,
    ),
    (
        "spared-by-sound-of-norm",
        "A parameter does not decay as asked that is of no layer norm, and has such a word in its dotted name.",
        NORMS,
    ),
    (
        "strangers-in-groups",
        "Something stands in the groups that is no parameter of the model.",
        "What you append to `params`: the objects themselves, or something made of them?",
    ),
    ("text-in-groups", "Text stands in the groups, where parameters belong.", "What `named_parameters` gives."),
    (
        "tied-twice",
        "A parameter with several names is in the groups several times.",
        "What keeps it from coming twice.",
    ),
    ("listed-twice", "A parameter is in the groups several times.", "Loops in loops, and conditions that both hold."),
    ("frozen-in-a-group", "A frozen parameter is in a group.", "`requires_grad`: where does it enter your code?"),
    ("changes-model", "The model is not left as it was.", "`requires_grad`, `data`, and methods ending in `_`."),
):
    mistake.add(name, likely, look_at, None)
