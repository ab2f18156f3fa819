"""Mistakes that people make in `bidirectionality.influence`."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from autograder.judging.parts import Mistakes
from bertkit.evaluation.influence import influence

mistake = Mistakes()
Fn = Callable[[Tensor], Tensor]


def derivatives(fn: Fn, x: Tensor) -> Tensor:
    """All of them, also of what does not depend on x. Shape: (T, H, T, H)"""
    found: Tensor = torch.func.jacrev(fn)(x.detach().clone())
    return found


def by_backward(fn: Fn, x: Tensor, reduced: Callable[[Tensor], Tensor]) -> Tensor:
    """Dependence of one number a row, made of its features, that leaves no trace."""
    rows = []
    for place in range(len(x)):
        inputs = x.detach().clone().requires_grad_()
        number = reduced(fn(inputs)[place])
        gradient = torch.autograd.grad(number, inputs, allow_unused=True)[0] if number.requires_grad else None
        rows.append(torch.zeros(len(x), dtype=torch.bool) if gradient is None else (gradient != 0).any(dim=-1))
    return torch.stack(rows)


@mistake(
    "The features of an output were added up before the derivative was taken. What one gains, another may lose.",
    "`sum` in front of the gradient: can a sum stand still while its parts move?",
)
def sum_of_outputs(fn: Fn, x: Tensor) -> Tensor:
    return by_backward(fn, x, torch.sum)


@mistake(
    "The derivative is that of squares. Where an output is 0, its square has no slope, whatever it depends on.",
    "What you make of an output in front of the gradient.",
)
def sum_of_squares(fn: Fn, x: Tensor) -> Tensor:
    return by_backward(fn, x, lambda features: features.square().sum())


@mistake(
    "Derivatives by the features of an input were added up. Those of opposite sign cancel.",
    "`sum` after the gradient: `any` asks whether one of them is not 0.",
)
def sum_of_derivatives(fn: Fn, x: Tensor) -> Tensor:
    return derivatives(fn, x).sum(dim=-1).ne(0).any(dim=1)


@mistake(
    "All derivatives of a pair of rows were added up. Those of opposite sign cancel.",
    "`sum` in front of or after the gradient: `any` asks whether one of them is not 0.",
)
def sum_of_all(fn: Fn, x: Tensor) -> Tensor:
    return derivatives(fn, x).sum(dim=(1, 3)).ne(0)


@mistake(
    "Small derivatives were taken for none: a threshold decides. Only exactly 0 is no dependence.",
    "What you compare with, `allclose` and rounding included.",
)
def threshold(fn: Fn, x: Tensor) -> Tensor:
    return derivatives(fn, x).abs().amax(dim=(1, 3)) > 1e-6


@mistake(
    "Small derivatives were taken for none: a threshold decides, if a low one. Only exactly 0 is no dependence.",
    "What you compare with.",
)
def low_threshold(fn: Fn, x: Tensor) -> Tensor:
    return derivatives(fn, x).abs().amax(dim=(1, 3)) > 1e-12


@mistake(
    "Only derivatives above 0 were counted. One below 0 is a dependence, too.",
    "`>` where `!=` is meant.",
)
def positive_only(fn: Fn, x: Tensor) -> Tensor:
    return (derivatives(fn, x) > 0).any(dim=3).any(dim=1)


@mistake(
    "Rows and columns changed places: the first index is the output, the second the input.",
    "The order of your two loops, or of dimensions.",
)
def input_by_output(fn: Fn, x: Tensor) -> Tensor:
    return influence(fn, x).T.clone()


@mistake(
    "Only the first feature of each output was asked.",
    "An index 0 in front of the gradient: every feature may be the one that depends.",
)
def first_output_feature(fn: Fn, x: Tensor) -> Tensor:
    return (derivatives(fn, x)[:, 0] != 0).any(dim=-1)


@mistake(
    "Only the last feature of each output was asked.",
    "A loop over features that keeps its last result alone: what joins them?",
)
def last_output_feature(fn: Fn, x: Tensor) -> Tensor:
    return (derivatives(fn, x)[:, -1] != 0).any(dim=-1)


@mistake(
    "Only the derivative by the first feature of each input was looked at.",
    "An index 0 after the gradient: every feature may be the one that is used.",
)
def first_input_feature(fn: Fn, x: Tensor) -> Tensor:
    return (derivatives(fn, x)[..., 0] != 0).any(dim=1)


@mistake(
    "Each feature of an output was asked about the same feature of an input alone. Others may matter, too.",
    "The two indices of features: do they always have the same value?",
)
def same_feature(fn: Fn, x: Tensor) -> Tensor:
    return (derivatives(fn, x).diagonal(dim1=1, dim2=3) != 0).any(dim=-1)


@mistake(
    "A dependence was asked of all features at once. One derivative that is not 0 is enough.",
    "`all` where `any` is meant.",
)
def all_features(fn: Fn, x: Tensor) -> Tensor:
    return (derivatives(fn, x) != 0).all(dim=3).all(dim=1)


@mistake(
    "A row was moved by a little, and outputs compared. A small effect is lost in rounding, and a step goes past the "
    "point that is asked about.",
    "Differences in the place of derivatives: torch knows the derivative itself.",
)
def moved_by_a_little(fn: Fn, x: Tensor) -> Tensor:
    depends = torch.zeros(len(x), len(x), dtype=torch.bool)
    with torch.no_grad():
        before = fn(x)
        for column in range(len(x)):
            moved = x.detach().clone()
            moved[column] += 1e-3
            depends[:, column] = (fn(moved) != before).any(dim=-1)
    return depends


@mistake(
    "A row was moved by a little, and differences above a threshold were counted.",
    "Differences in the place of derivatives: torch knows the derivative itself, and only exactly 0 is none.",
)
def moved_above_threshold(fn: Fn, x: Tensor) -> Tensor:
    depends = torch.zeros(len(x), len(x), dtype=torch.bool)
    with torch.no_grad():
        before = fn(x)
        for column in range(len(x)):
            moved = x.detach().clone()
            moved[column] += 1e-3
            depends[:, column] = ((fn(moved) - before).abs() > 1e-6).any(dim=-1)
    return depends


@mistake(
    "A row was moved by 1 and outputs compared. That tells of the way between two points, not of the slope at one.",
    "Differences in the place of derivatives: torch knows the derivative itself.",
)
def moved_by_one(fn: Fn, x: Tensor) -> Tensor:
    depends = torch.zeros(len(x), len(x), dtype=torch.bool)
    with torch.no_grad():
        before = fn(x)
        for column in range(len(x)):
            moved = x.detach().clone()
            moved[column] += 1.0
            depends[:, column] = (fn(moved) != before).any(dim=-1)
    return depends


@mistake(
    "A row was moved far away and outputs compared. That tells of the way between two points, not of the slope at one.",
    "Differences in the place of derivatives: torch knows the derivative itself.",
)
def moved_far(fn: Fn, x: Tensor) -> Tensor:
    depends = torch.zeros(len(x), len(x), dtype=torch.bool)
    with torch.no_grad():
        before = fn(x)
        for column in range(len(x)):
            moved = x.detach().clone()
            moved[column] += 100.0
            depends[:, column] = (fn(moved) != before).any(dim=-1)
    return depends


@mistake(
    "A row was filled with nan, and outputs with nan were counted. nan goes through what has no derivative, too.",
    "Which question is asked: where a number is used, or whether its derivative is 0?",
)
def filled_with_nan(fn: Fn, x: Tensor) -> Tensor:
    depends = torch.zeros(len(x), len(x), dtype=torch.bool)
    with torch.no_grad():
        for column in range(len(x)):
            filled = x.detach().clone()
            filled[column] = torch.nan
            depends[:, column] = fn(filled).isnan().any(dim=-1)
    return depends


@mistake(
    "The gradients of one output were added to those of the outputs before it.",
    "`.grad` adds up until it is cleared; so does a tensor of your own that is made in front of the loop.",
)
def carried_over(fn: Fn, x: Tensor) -> Tensor:
    return derivatives(fn, x).sum(dim=1).cumsum(dim=0).ne(0).any(dim=-1)


@mistake(
    "A weighted sum of an output's features was differentiated. There are functions for which it never moves.",
    "What you make of an output in front of the gradient: ask about each feature by itself.",
)
def weighted_sum_of_outputs(fn: Fn, x: Tensor) -> Tensor:
    weights = torch.arange(1, x.shape[1] + 1, dtype=x.dtype)
    return by_backward(fn, x, lambda features: (features * weights).sum())


@mistake(
    "A row was set to 0 and outputs compared. A row that is 0 already shows nothing, and a value is no slope.",
    "Differences in the place of derivatives: torch knows the derivative itself.",
)
def row_set_to_zero(fn: Fn, x: Tensor) -> Tensor:
    depends = torch.zeros(len(x), len(x), dtype=torch.bool)
    with torch.no_grad():
        before = fn(x)
        for column in range(len(x)):
            without = x.detach().clone()
            without[column] = 0.0
            depends[:, column] = (fn(without) != before).any(dim=-1)
    return depends


@mistake(
    "The derivative was taken at another point than x.",
    "Where `x` enters your code: only its shape is not enough.",
)
def at_ones(fn: Fn, x: Tensor) -> Tensor:
    return influence(fn, torch.ones_like(x))


@mistake(
    "What comes before a position was taken to be seen, and nothing else, whatever `fn` does.",
    "Where `fn` is called.",
)
def assumes_causal(fn: Fn, x: Tensor) -> Tensor:
    return torch.ones(len(x), len(x), dtype=torch.bool).tril()


@mistake(
    "`backward` added to the `.grad` of every parameter that `fn` uses. An optimiser would take it for its own.",
    "`backward`: which function gives a gradient without storing it?",
)
def backward_into_parameters(fn: Fn, x: Tensor) -> Tensor:
    depends = torch.zeros(len(x), len(x), dtype=torch.bool)
    for place in range(len(x)):
        for feature in range(x.shape[1]):
            inputs = x.detach().clone().requires_grad_()
            outputs = fn(inputs)
            if outputs.requires_grad:
                torch.autograd.backward([outputs[place, feature]])
            if inputs.grad is not None:
                depends[place] |= (inputs.grad != 0).any(dim=-1)
    return depends


@mistake(
    "A function that is constant was not thought of: it has no gradient, and torch stops.",
    "What `fn(x).requires_grad` says, if the result does not depend on x.",
)
def stops_at_a_constant(fn: Fn, x: Tensor) -> Tensor:
    inputs = x.detach().clone().requires_grad_()
    outputs = fn(inputs)
    depends = torch.zeros(len(x), len(x), dtype=torch.bool)
    for place in range(len(x)):
        for feature in range(x.shape[1]):
            (gradient,) = torch.autograd.grad(outputs[place, feature], inputs, retain_graph=True, allow_unused=True)
            if gradient is not None:
                depends[place] |= (gradient != 0).any(dim=-1)
    return depends


@mistake(
    "A result that hangs on parameters and not on x was not thought of: torch stops, since x was not used.",
    "What `grad` does with an input that was not used, and which argument tells it to go on.",
)
def stops_at_an_unused_input(fn: Fn, x: Tensor) -> Tensor:
    inputs = x.detach().clone().requires_grad_()
    outputs = fn(inputs)
    depends = torch.zeros(len(x), len(x), dtype=torch.bool)
    if not outputs.requires_grad:
        return depends
    for place in range(len(x)):
        for feature in range(x.shape[1]):
            (gradient,) = torch.autograd.grad(outputs[place, feature], inputs, retain_graph=True)
            depends[place] |= (gradient != 0).any(dim=-1)
    return depends


@mistake(
    "The dependence of single features came back; one answer for each pair of positions is asked for.",
    "The shape of what you return: (T, T). What joins the features?",
)
def one_for_each_feature(fn: Fn, x: Tensor) -> Tensor:
    return derivatives(fn, x) != 0


@mistake(
    "The sizes of derivatives came back, not whether there is one.",
    "The type of what you return, and what the entries should say.",
)
def sizes_of_derivatives(fn: Fn, x: Tensor) -> Tensor:
    return derivatives(fn, x).abs().amax(dim=(1, 3))


@mistake(
    "The mode of the module was switched and not put back.",
    "`eval` and `train`: the function is as you may call it, and its mode is the caller's.",
)
def switches_mode(fn: Fn, x: Tensor) -> Tensor:
    if isinstance(fn, nn.Module):
        fn.eval()
    return influence(fn, x)


@mistake(
    "Gradients that were there before are gone: they were set to 0 or None, and belong to the caller.",
    "`zero_grad` and assignments to `.grad`.",
)
def clears_gradients(fn: Fn, x: Tensor) -> Tensor:
    if isinstance(fn, nn.Module):
        fn.zero_grad()
    x.grad = None
    return influence(fn, x)


@mistake(
    "`x` requires a gradient afterwards. It belongs to the caller.",
    "`requires_grad_` and `requires_grad =`: work on something of your own, such as a detached copy.",
)
def x_requires_gradient_afterwards(fn: Fn, x: Tensor) -> Tensor:
    return influence(fn, x.requires_grad_())


mistake.add(
    "leaves-gradient-of-x",
    "The gradient was stored in `x.grad`, or what stood there was taken away.",
    "`backward` and assignments to `.grad`: which function gives a gradient without storing it?",
    None,
)
mistake.add(
    "leaves-x-requiring-gradient",
    "`x` was made to require a gradient, or not to. It belongs to the caller.",
    "`requires_grad_` and `requires_grad =`: work on something of your own, such as a detached copy.",
    None,
)
mistake.add(
    "leaves-gradients-of-parameters",
    "Gradients were stored in parameters that `fn` uses, or taken away there. An optimiser takes them for its own.",
    "`backward` and `zero_grad`: which function gives a gradient without storing it?",
    None,
)
mistake.add(
    "leaves-parameters-frozen",
    "Parameters were frozen, or unfrozen, and not put back.",
    "`requires_grad_` on parameters.",
    None,
)
mistake.add(
    "leaves-parameters-changed",
    "The numbers in parameters changed.",
    "Methods ending in `_` on parameters, and steps of an optimiser.",
    None,
)
mistake.add(
    "leaves-mode-switched",
    "The mode of the module was switched and not put back.",
    "`eval` and `train`: its mode is the caller's.",
    None,
)
