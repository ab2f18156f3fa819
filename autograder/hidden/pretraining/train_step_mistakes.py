"""Known mistakes of `pretraining.train_step`."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils import clip_grad_norm_, clip_grad_value_
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

from autograder.judging.parts import Mistakes
from bertkit.training.optimization import train_step

mistake = Mistakes()
Batches = Sequence[dict[str, Any]]
Arguments = tuple[nn.Module, Batches, Optimizer, LRScheduler, float]


def nothing(*arguments: Any) -> None:
    """Takes the place of something that is left out."""


def mean(losses: Sequence[float]) -> float:
    return sum(losses) / len(losses)


def stepped(
    given: Arguments,
    start: Callable[[nn.Module], Any] = nn.Module.train,
    clear: Callable[[Optimizer], Any] = Optimizer.zero_grad,
    scaled: Callable[[Tensor, int], Tensor] = lambda loss, count: loss / count,
    before_backward: Callable[..., Any] = nothing,
    after_backward: Callable[..., Any] = nothing,
    clip: Callable[..., Any] = lambda model, norm: clip_grad_norm_(model.parameters(), norm),
    finish: Sequence[str] = ("optimizer", "scheduler"),
    result: Callable[[Sequence[float]], Any] = mean,
) -> Any:
    """A step with replaceable pieces, from which the wrong ones are made."""
    model, batches, optimizer, scheduler, norm = given
    start(model)
    clear(optimizer)
    losses = []
    for place, batch in enumerate(batches):
        loss = model(**batch)
        before_backward(*given, place)
        torch.autograd.backward(scaled(loss, len(batches)))
        losses.append(loss.item())
        after_backward(*given, place)
    clip(model, norm)
    steps: dict[str, Any] = {"optimizer": optimizer, "scheduler": scheduler}
    for each in finish:
        steps[each].step()
    return result(losses)


def clip_meanwhile(
    model: nn.Module, batches: Batches, optimizer: Optimizer, scheduler: Any, norm: float, place: int
) -> None:
    clip_grad_norm_(model.parameters(), norm)


def by_optimizer_first(optimizer: Optimizer, scheduler: LRScheduler) -> None:
    optimizer.step()
    scheduler.step()


# ------------------------------------------------------------------------------------------------ stale gradients


@mistake(
    "Gradients from before the call are still there, and the new ones are added. Clearing at the end is too late.",
    "`zero_grad`: is it called, and before the first `backward`?",
)
def never_cleared(*given: Any) -> Any:
    return stepped(given, clear=nothing)


@mistake(
    "Only the last micro-batch's gradient is left: those before it are cleared, or never taken.",
    "Where `zero_grad` and `backward` stand: inside the loop or not?",
)
def last_gradient_alone(*given: Any) -> Any:
    return stepped(given, clear=nothing, before_backward=lambda model, batches, optimizer, *_: optimizer.zero_grad())


@mistake(
    "Only the last micro-batch's gradient is left, and not divided: those before it are cleared, or never taken.",
    "Where `zero_grad` and `backward` stand: inside the loop or not? And what a mean of several gradients needs.",
)
def last_gradient_alone_undivided(*given: Any) -> Any:
    return stepped(
        given,
        clear=nothing,
        scaled=lambda loss, count: loss,
        before_backward=lambda model, batches, optimizer, *_: optimizer.zero_grad(),
    )


@mistake(
    "Gradients are cleared after `backward`, so that the optimiser finds none.",
    "Where `zero_grad` stands: what has to happen between it and the step?",
)
def cleared_before_the_step(*given: Any) -> Any:
    _, _, optimizer, *_ = given
    return stepped(given, clip=lambda model, norm: optimizer.zero_grad())


@mistake(
    "The gradients of the model are cleared; the optimiser may have parameters that the model has not.",
    "Whose `zero_grad` is called: who is it that steps with what is left?",
)
def clears_the_model(*given: Any) -> Any:
    model = given[0]
    return stepped(given, clear=lambda optimizer: model.zero_grad())


@mistake(
    "Gradients are cleared for each micro-batch but the last, or all but the first: some of the sum is lost.",
    "Where `zero_grad` stands, and in which rounds of the loop it runs.",
)
def cleared_after_the_first(*given: Any) -> Any:
    def clear(model: nn.Module, batches: Batches, optimizer: Optimizer, *rest: Any) -> None:
        if rest[-1] == 1:
            optimizer.zero_grad()

    return stepped(given, before_backward=clear)


# --------------------------------------------------------------------------------------------------- the mean


@mistake(
    "The gradients of the micro-batches are added up and not divided; dividing after `backward` changes none of them.",
    "What each loss is divided by before `backward`.",
)
def not_divided(*given: Any) -> Any:
    return stepped(given, scaled=lambda loss, count: loss)


@mistake(
    "Nothing is divided: the gradients are those of the sum of the losses, and the sum comes back.",
    "What makes a mean out of a sum, for the gradients and for what you return.",
)
def sum_of_everything(*given: Any) -> Any:
    return stepped(given, scaled=lambda loss, count: loss, result=sum)


@mistake(
    "The losses are divided by the number of micro-batches twice.",
    "Every division: is it a mean of what is a mean already?",
)
def divided_twice(*given: Any) -> Any:
    return stepped(given, scaled=lambda loss, count: loss / count / count)


@mistake(
    "The losses are divided by the number of micro-batches twice, and so is what comes back.",
    "Every division: is it a mean of what is a mean already?",
)
def divided_twice_and_returned(*given: Any) -> Any:
    return stepped(
        given, scaled=lambda loss, count: loss / count / count, result=lambda losses: mean(losses) / len(losses)
    )


@mistake(
    "The losses are divided by the number of rows of a micro-batch. Each is a mean over its rows already.",
    "What the losses are divided by: how many of them are there?",
)
def divided_by_rows(*given: Any) -> Any:
    rows = len(next(iter(given[1][0].values())))
    return stepped(given, scaled=lambda loss, count: loss / rows)


@mistake("Only the first micro-batch is used.", "Where the loop ends, and how far a `return` is indented.")
def first_batch_only(model: nn.Module, batches: Batches, *rest: Any) -> Any:
    return stepped((model, batches[:1], *rest))


@mistake(
    "Only the first micro-batch is used, and its loss is divided by the number of all.",
    "Where the loop ends: what do the others add?",
)
def first_batch_only_divided(model: nn.Module, batches: Batches, *rest: Any) -> Any:
    return stepped((model, batches[:1], *rest), scaled=lambda loss, count: loss / len(batches))


@mistake(
    "Only the last micro-batch is used: the loss that is left after the loop.",
    "How far `backward` is indented: inside the loop or below it?",
)
def last_batch_only(model: nn.Module, batches: Batches, *rest: Any) -> Any:
    return stepped((model, batches[-1:], *rest))


@mistake(
    "Only the loss of the last micro-batch reaches `backward`, divided by the number of all.",
    "How far `backward` is indented: inside the loop or below it?",
)
def last_batch_only_divided(model: nn.Module, batches: Batches, *rest: Any) -> Any:
    return stepped(
        (model, batches[-1:], *rest),
        scaled=lambda loss, count: loss / len(batches),
    )


@mistake(
    "The loss is a sum of all losses so far, so that the first micro-batch counts most.",
    "What `backward` is called on: a running total, or the loss of this micro-batch?",
)
def running_total(*given: Any) -> Any:
    model, batches, optimizer, scheduler, norm = given
    model.train()
    optimizer.zero_grad()
    total: Any = 0.0
    for batch in batches:
        total = total + model(**batch) / len(batches)
        total.backward(retain_graph=True)
    clip_grad_norm_(model.parameters(), norm)
    by_optimizer_first(optimizer, scheduler)
    return total.item()


# ------------------------------------------------------------------------------------------------ what comes back


@mistake("The sum of the losses comes back; the mean is asked for.", "What you return.")
def sum_returned(*given: Any) -> Any:
    return stepped(given, result=sum)


@mistake("The loss of the last micro-batch comes back; the mean of all is asked for.", "What you return.")
def last_loss_returned(*given: Any) -> Any:
    return stepped(given, result=lambda losses: losses[-1])


@mistake(
    "The loss of the last micro-batch, divided already, comes back; the mean of all is asked for.",
    "What you return: which name has been added up?",
)
def last_scaled_loss_returned(*given: Any) -> Any:
    return stepped(given, result=lambda losses: losses[-1] / len(losses))


@mistake("The loss of the first micro-batch comes back; the mean of all is asked for.", "What you return.")
def first_loss_returned(*given: Any) -> Any:
    return stepped(given, result=lambda losses: losses[0])


@mistake(
    "What comes back is divided by the number of micro-batches twice.",
    "What has been divided when it is added up, and what is divided after.",
)
def mean_divided_again(*given: Any) -> Any:
    return stepped(given, result=lambda losses: mean(losses) / len(losses))


@mistake(
    "A tensor comes back; a Python float is asked for. A tensor with a history keeps all of its memory.",
    "The type of what you return: `item` gives a number.",
)
def tensor_returned(*given: Any) -> Any:
    dtype = next(given[0].parameters()).dtype
    return stepped(given, result=lambda losses: torch.tensor(mean(losses), dtype=dtype))


@mistake("All losses come back; their mean is asked for.", "What you return.")
def losses_returned(*given: Any) -> Any:
    return stepped(given, result=list)


@mistake("The norm of the gradients comes back; the mean loss is asked for.", "What you return.")
def norm_returned(*given: Any) -> Any:
    norms: list[float] = []
    stepped(given, clip=lambda model, norm: norms.append(float(clip_grad_norm_(model.parameters(), norm))))
    return norms[0]


@mistake(
    "The loss after the step comes back; that of the forward passes before it is asked for.",
    "When the number is taken that you return.",
)
def loss_after_the_step(*given: Any) -> Any:
    stepped(given)
    with torch.no_grad():
        return mean([given[0](**batch).item() for batch in given[1]])


# ------------------------------------------------------------------------------------------------------- clipping


@mistake(
    "The optimiser gets unclipped gradients: clipping is missing, or comes before `backward` or after the step.",
    "What the argument `max_grad_norm` is used for, and the order of `backward`, clipping and `step`.",
)
def not_clipped(*given: Any) -> Any:
    return stepped(given, clip=nothing)


@mistake(
    "The gradients are clipped for every micro-batch, so that they are cut before the others are added.",
    "Where clipping stands: inside the loop or below it?",
)
def clipped_in_the_loop(*given: Any) -> Any:
    return stepped(given, after_backward=clip_meanwhile, clip=nothing)


@mistake(
    "The gradients are clipped before `backward` of the last micro-batch, whose own are added unclipped.",
    "The order of `backward` and clipping.",
)
def clipped_before_the_last(*given: Any) -> Any:
    return stepped(given, before_backward=clip_meanwhile, clip=nothing)


@mistake(
    "Every number is clipped by itself, which turns the gradient into another direction. The norm is to be limited.",
    "The name of the function that clips: by value or by norm?",
)
def clipped_by_value(*given: Any) -> Any:
    return stepped(given, clip=lambda model, norm: clip_grad_value_(model.parameters(), norm))


@mistake(
    "Every parameter is clipped by its own norm. One norm over all of them together is asked for.",
    "A loop over parameters around the clipping: what does the norm go over?",
)
def clipped_one_by_one(*given: Any) -> Any:
    def clip(model: nn.Module, norm: float) -> None:
        for parameter in model.parameters():
            clip_grad_norm_([parameter], norm)

    return stepped(given, clip=clip)


@mistake(
    "The norm is the largest number among the gradients; the L2 norm is asked for.",
    "Which norm the clipping is told to take.",
)
def clipped_by_the_largest(*given: Any) -> Any:
    return stepped(given, clip=lambda model, norm: clip_grad_norm_(model.parameters(), norm, norm_type=float("inf")))


@mistake(
    "The norm is the sum of the sizes of all gradients; the L2 norm is asked for.",
    "Which norm the clipping is told to take.",
)
def clipped_by_the_sum(*given: Any) -> Any:
    return stepped(given, clip=lambda model, norm: clip_grad_norm_(model.parameters(), norm, norm_type=1.0))


@mistake(
    "The gradients are clipped to a number of your own. The caller says to which.",
    "Every number in the line that clips: which of them is an argument?",
)
def clipped_to_one(*given: Any) -> Any:
    return stepped(given, clip=lambda model, norm: clip_grad_norm_(model.parameters(), 1.0))


@mistake(
    "The gradients are always scaled to the largest norm. Smaller ones should stay as they are.",
    "What happens where the norm is below the largest already.",
)
def always_scaled(*given: Any) -> Any:
    return stepped(given, clip=lambda model, norm: scale(model, norm / (norm_of(model) + 1e-6)))


@mistake(
    "The norm is the sum of the parameters' norms. The square root of the sum of squares is asked for.",
    "How the norms of single parameters become one.",
)
def sum_of_norms(*given: Any) -> Any:
    def clip(model: nn.Module, norm: float) -> None:
        total = sum(float(each.grad.norm()) for each in model.parameters() if each.grad is not None)
        scale(model, min(1.0, norm / (total + 1e-6)))

    return stepped(given, clip=clip)


@mistake(
    "The norm is compared without its square root.",
    "How the squares of all gradients become a norm.",
)
def squared_norm(*given: Any) -> Any:
    return stepped(given, clip=lambda model, norm: scale(model, min(1.0, norm / (norm_of(model) ** 2 + 1e-6))))


@mistake(
    "The weights were clipped, not their gradients.",
    "What the line that clips changes.",
)
def weights_clipped(*given: Any) -> Any:
    def clip(model: nn.Module, norm: float) -> None:
        with torch.no_grad():
            total = float(torch.cat([each.flatten() for each in model.parameters()]).norm())
            for each in model.parameters():
                each.mul_(min(1.0, norm / (total + 1e-6)))

    return stepped(given, clip=clip)


@mistake(
    "The loss was limited, not the gradients.",
    "What is compared with `max_grad_norm`.",
)
def loss_clamped(*given: Any) -> Any:
    return stepped(given, scaled=lambda loss, count: loss.clamp(max=given[4]) / count, clip=nothing)


def norm_of(model: nn.Module) -> float:
    return float(torch.cat([each.grad.flatten() for each in model.parameters() if each.grad is not None]).norm())


def scale(model: nn.Module, factor: float) -> None:
    for each in model.parameters():
        if each.grad is not None:
            each.grad.mul_(factor)


# ----------------------------------------------------------------------------------------------------------- order


@mistake(
    "The scheduler steps before the optimiser, so that each step is taken with the rate of the next.",
    "The order of the two calls of `step`.",
)
def scheduler_before_optimizer(*given: Any) -> Any:
    return stepped(given, finish=("scheduler", "optimizer"))


@mistake("The scheduler never steps, so that the learning rate stays what it is.", "Every object that has a `step`.")
def no_scheduler(*given: Any) -> Any:
    return stepped(given, finish=("optimizer",))


@mistake("The optimiser never steps, so that no weight moves.", "Every object that has a `step`.")
def no_optimizer(*given: Any) -> Any:
    return stepped(given, finish=("scheduler",))


@mistake("Neither the optimiser nor the scheduler steps.", "What comes after `backward`.")
def no_step_at_all(*given: Any) -> Any:
    return stepped(given, finish=())


@mistake(
    "The scheduler steps once for every micro-batch. The schedule counts steps of the optimiser.",
    "Where `scheduler.step` stands: inside the loop or below it?",
)
def scheduler_in_the_loop(*given: Any) -> Any:
    return stepped(
        given,
        after_backward=lambda model, batches, optimizer, scheduler, *_: scheduler.step(),
        finish=("optimizer",),
    )


@mistake(
    "The scheduler steps once for every micro-batch and once more at the end.",
    "Every call of `scheduler.step`.",
)
def scheduler_in_the_loop_too(*given: Any) -> Any:
    return stepped(given, after_backward=lambda model, batches, optimizer, scheduler, *_: scheduler.step())


@mistake(
    "The optimiser steps once for every micro-batch, with what has been added up so far.",
    "Where `optimizer.step` stands: inside the loop or below it?",
)
def optimizer_in_the_loop(*given: Any) -> Any:
    def after(
        model: nn.Module, batches: Batches, optimizer: Optimizer, scheduler: Any, norm: float, place: int
    ) -> None:
        clip_grad_norm_(model.parameters(), norm)
        optimizer.step()

    return stepped(given, after_backward=after, clip=nothing, finish=("scheduler",))


def step_for_each_batch(given: Any, divided: bool, schedules: bool) -> float:
    """An ordinary training loop over the micro-batches."""
    model, batches, optimizer, scheduler, norm = given
    model.train()
    losses = []
    for batch in batches:
        optimizer.zero_grad()
        loss = model(**batch)
        (loss / len(batches) if divided else loss).backward()
        clip_grad_norm_(model.parameters(), norm)
        optimizer.step()
        if schedules:
            scheduler.step()
        losses.append(loss.item())
    if not schedules:
        scheduler.step()
    return mean(losses)


@mistake(
    "A whole step is taken for every micro-batch. All of them together are one batch, and one step.",
    "Which lines belong inside the loop: `zero_grad` and both calls of `step` come once.",
)
def a_step_for_every_batch(*given: Any) -> Any:
    return step_for_each_batch(given, False, True)


@mistake(
    "The optimiser clears and steps for every micro-batch. All of them together are one batch, and one step.",
    "Which lines belong inside the loop: `zero_grad` and `optimizer.step` come once.",
)
def an_optimizer_step_for_every_batch(*given: Any) -> Any:
    return step_for_each_batch(given, False, False)


@mistake(
    "The optimiser clears and steps for every micro-batch, on a part of its loss.",
    "Which lines belong inside the loop: `zero_grad` and `optimizer.step` come once.",
)
def an_optimizer_step_for_every_part(*given: Any) -> Any:
    return step_for_each_batch(given, True, False)


@mistake(
    "A whole step is taken for every micro-batch, on a part of its loss.",
    "Which lines belong inside the loop: `zero_grad` and both calls of `step` come once.",
)
def a_step_for_every_part(*given: Any) -> Any:
    return step_for_each_batch(given, True, True)


@mistake("The optimiser steps twice.", "Every call of `optimizer.step`.")
def optimizer_twice(*given: Any) -> Any:
    return stepped(given, finish=("optimizer", "optimizer", "scheduler"))


# ------------------------------------------------------------------------------------------------------------ mode


@mistake(
    "In the forward passes the mode is as it was found. After an evaluation there would be no dropout.",
    "What switches a model to training, and whether it comes before the first forward pass.",
)
def mode_left_as_it_is(*given: Any) -> Any:
    return stepped(given, start=nothing)


@mistake("The model is put in evaluation mode.", "`eval` and `train`: which of them belongs to a step of training?")
def in_evaluation_mode(*given: Any) -> Any:
    return stepped(given, start=nn.Module.eval)


@mistake(
    "The model is put in training mode after the first micro-batch has gone through.",
    "Where `train` stands: in front of the loop, and in front of the forward pass?",
)
def trains_after_the_first(*given: Any) -> Any:
    return stepped(given, start=nothing, after_backward=lambda model, *_: model.train())


@mistake(
    "Only the model itself is marked as training; its layers are asked for their own mark.",
    "Assignments to `training`: which method reaches every layer?",
)
def marks_the_model_alone(*given: Any) -> Any:
    def start(model: nn.Module) -> None:
        model.training = True

    return stepped(given, start=start)


# ------------------------------------------------------------------------------------------------------ other people's


@mistake(
    "The model gets the tensors of a micro-batch by position. They may stand in any order; names tell them apart.",
    "How the model is called: what do `*` and `**` do with a dict?",
)
def passes_by_position(model: nn.Module, batches: Batches, *rest: Any) -> Any:
    arguments = ("x", "targets")
    return stepped((model, [dict(zip(arguments, batch.values(), strict=True)) for batch in batches], *rest))


@mistake(
    "The list of micro-batches is emptied. It belongs to the caller.",
    "`pop`, `clear` and `del` on what you were given.",
)
def empties_the_list(model: nn.Module, batches: list[Any], *rest: Any) -> Any:
    loss = train_step(model, batches, *rest)
    batches.clear()
    return loss


# ------------------------------------------------------------------------------------------------ known by what is seen

for name, likely, look_at in (
    (
        "gradients-scaled",
        "Something is divided that should not be, or not divided, or `backward` runs more than once on one loss.",
        "Every division in front of `backward`, and how often it runs.",
    ),
    (
        "gradients-gone",
        "The gradients were cleared, or never made: the step moves nothing.",
        "Every `zero_grad`, `detach` and `no_grad` between the forward pass and the step.",
    ),
    (
        "another-gradient",
        "Not every micro-batch counts alike, gradients of before are among them, or the model got something else.",
        "Where `.grad` is cleared, which losses reach `backward`, divided by what, and what the model is given.",
    ),
    (
        "clipped-otherwise",
        "Parameters or micro-batches are treated one by one, and the proportions between them are lost.",
        "What is clipped, when, and over what the norm goes.",
    ),
    (
        "norm-too-large",
        "The gradients are clipped by another norm than the L2 norm of all together, at another moment, or not at all.",
        "The line that clips: where it stands, which norm it takes, and what it compares it with.",
    ),
    (
        "norm-too-small",
        "The gradients are cut down further than they have to be.",
        "The line that clips: which norm it takes, what it compares it with, and how often it runs.",
    ),
    (
        "parameters-elsewhere",
        "The gradients were right at the step; the weights were changed before or after it besides.",
        "Everything that writes into weights: every `step`, and methods ending in `_`.",
    ),
    ("optimizer-never-steps", "The call that moves the weights is missing.", "Every object that has a `step`."),
    ("scheduler-never-steps", "The call that moves the learning rate is missing.", "Every object that has a `step`."),
    (
        "optimizer-steps-often",
        "The micro-batches are one batch together, and one step.",
        "Where `optimizer.step` stands: inside the loop or below it?",
    ),
    (
        "scheduler-steps-often",
        "The schedule counts steps of the optimiser, not micro-batches.",
        "Where `scheduler.step` stands: inside the loop or below it?",
    ),
    (
        "scheduler-first",
        "The scheduler sets the rate of the next step; in front of the optimiser it sets that of this one.",
        "The order of the two calls of `step`.",
    ),
    (
        "rates-changed",
        "Something else than one step of the scheduler sets the learning rate.",
        "Assignments to the optimiser's groups, and arguments of `scheduler.step`.",
    ),
    ("no-forward-pass", "The model was never called.", "The loop over the micro-batches."),
    (
        "evaluation-mode",
        "Whoever called you may have evaluated the model just before, and dropout is off then.",
        "`train` and `eval`: where they stand, and whether they reach every layer.",
    ),
    (
        "another-loss",
        "What comes back is not the mean of the micro-batches' losses.",
        "What is added up in the loop, what it is divided by, and what you return.",
    ),
):
    mistake.add(name, likely, look_at, None)
