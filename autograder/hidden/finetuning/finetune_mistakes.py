"""Known mistakes of `finetuning.finetune`."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils import clip_grad_norm_
from torch.optim import Optimizer

from autograder.judging.parts import Mistakes
from bertkit.finetuning.finetune import finetune

mistake = Mistakes()
Batches = list[dict[str, Any]]
Arguments = tuple[nn.Module, Batches, Optimizer, int]


def nothing(*arguments: Any) -> None:
    """Takes the place of something that is left out."""


def mean(losses: Sequence[float], batches: Batches) -> float:
    return sum(losses) / len(losses)


def tuned(
    given: Any,
    start: Callable[[nn.Module], Any] = nn.Module.train,
    begin: Callable[..., Any] = nothing,
    order: Callable[[Batches, int], Batches] = lambda batches, epoch: batches,
    before_backward: Callable[..., Any] = lambda model, optimizer: optimizer.zero_grad(),
    scaled: Callable[[Tensor, int], Tensor] = lambda loss, count: loss,
    before_step: Callable[..., Any] = nothing,
    step: Callable[[Optimizer], Any] = lambda optimizer: optimizer.step(),
    after_step: Callable[..., Any] = nothing,
    end: Callable[..., Any] = nothing,
    number: Callable[[Tensor], Any] = Tensor.item,
    entry: Callable[[Any, Batches], Any] = mean,
    result: Callable[[list[Any]], Any] = list,
) -> Any:
    """A fine-tuning with replaceable pieces, from which the wrong ones are made."""
    model, batches, optimizer, epochs = given
    start(model)
    history = []
    for epoch in range(epochs):
        losses = []
        begin(model, optimizer)
        for batch in order(batches, epoch):
            loss = model(**batch)
            before_backward(model, optimizer)
            torch.autograd.backward(scaled(loss, len(batches)))
            before_step(model, optimizer)
            step(optimizer)
            losses.append(number(loss))
            after_step(model, optimizer)
        end(model, optimizer)
        history.append(entry(losses, batches))
    return result(history)


def clear(model: nn.Module, optimizer: Optimizer) -> None:
    optimizer.zero_grad()


def take(model: nn.Module, optimizer: Optimizer) -> None:
    optimizer.step()


# --------------------------------------------------------------------------------------------------------------- steps


@mistake(
    "Nothing clears the gradients: each batch's are added to those of all batches before.",
    "`zero_grad`: is it called, and in the loop over the batches?",
)
def never_cleared(*given: Any) -> Any:
    return tuned(given, before_backward=nothing)


@mistake(
    "The gradients are cleared once, in front of both loops, and add up from then on.",
    "Where `zero_grad` stands: how often does it run?",
)
def cleared_once(*given: Any) -> Any:
    def start(model: nn.Module) -> None:
        model.train()
        given[2].zero_grad()

    return tuned(given, start=start, before_backward=nothing)


@mistake(
    "The gradients are cleared once an epoch, and add up over its batches.",
    "Where `zero_grad` stands: in the loop over the batches, or outside of it?",
)
def cleared_once_an_epoch(*given: Any) -> Any:
    return tuned(given, begin=clear, before_backward=nothing)


@mistake(
    "At its steps the optimiser has no gradients: they are cleared right before, or `backward` is missing.",
    "What comes between the forward pass and the step, and in which order.",
)
def no_gradients_at_the_step(*given: Any) -> Any:
    return tuned(given, before_backward=nothing, before_step=clear)


@mistake(
    "One step is taken for all batches of an epoch, with their gradients added up.",
    "Where `step` stands: in the loop over the batches, or below it?",
)
def one_step_an_epoch(*given: Any) -> Any:
    return tuned(given, begin=clear, before_backward=nothing, step=nothing, end=take)


@mistake(
    "One step is taken for all batches of an epoch, with the mean of their gradients. Every batch has its own.",
    "Where `step` stands, and what each loss is divided by.",
)
def one_step_with_the_mean(*given: Any) -> Any:
    return tuned(
        given,
        begin=clear,
        before_backward=nothing,
        scaled=lambda loss, count: loss / count,
        step=nothing,
        end=take,
    )


@mistake(
    "A step is taken at the end of each epoch alone, with the gradient of the last batch.",
    "Where `step` stands: in the loop over the batches, or below it?",
)
def steps_for_the_last_batch(*given: Any) -> Any:
    return tuned(given, step=nothing, end=take if given[1] else nothing)


@mistake("The optimiser never steps, so that nothing is learned.", "What comes after `backward`.")
def no_step(*given: Any) -> Any:
    return tuned(given, step=nothing)


@mistake("Two steps are taken for every batch.", "Every call of `step`.")
def two_steps(*given: Any) -> Any:
    def twice(optimizer: Optimizer) -> None:
        optimizer.step()
        optimizer.step()

    return tuned(given, step=twice)


@mistake(
    "The step comes before `backward`, and goes by the gradients of the batch before.",
    "The order of `zero_grad`, `backward` and `step`.",
)
def step_before_backward(*given: Any) -> Any:
    model, batches, optimizer, epochs = given
    model.train()
    history = []
    for _ in range(epochs):
        losses = []
        for batch in batches:
            loss = model(**batch)
            optimizer.step()
            optimizer.zero_grad()
            torch.autograd.backward(loss)
            losses.append(loss.item())
        history.append(mean(losses, batches))
    return history


@mistake(
    "The loss is divided by the number of batches. That belongs to batches that share a step; here each has its own.",
    "Every division in front of `backward`.",
)
def divided_by_the_batches(*given: Any) -> Any:
    return tuned(given, scaled=lambda loss, count: loss / count)


@mistake(
    "The gradients are clipped, which nobody asked for: the step is another one where they are large.",
    "What happens between `backward` and the step.",
)
def clips_to_one(*given: Any) -> Any:
    return tuned(given, before_step=lambda model, optimizer: clip_grad_norm_(model.parameters(), 1.0))


@mistake("The batches are taken in the opposite order.", "What your loop goes over.")
def reversed_batches(*given: Any) -> Any:
    return tuned(given, order=lambda batches, epoch: batches[::-1])


@mistake(
    "The batches are shuffled, or taken in another order from epoch to epoch. The caller's order is asked for.",
    "What your loop goes over, and whether anything moves the batches.",
)
def another_order_each_epoch(*given: Any) -> Any:
    return tuned(given, order=lambda batches, epoch: batches[epoch % len(batches) :] + batches[: epoch % len(batches)])


@mistake("Only the first batch of each epoch is used.", "A `break` or `return` in the loop, and its indentation.")
def first_batch_alone(*given: Any) -> Any:
    return tuned(given, order=lambda batches, epoch: batches[:1])


@mistake("The last batch of each epoch is missing.", "Slices and ranges over the batches.")
def last_batch_missing(*given: Any) -> Any:
    return tuned(given, order=lambda batches, epoch: batches[:-1] or batches)


@mistake("The first batch of each epoch is missing.", "Slices and ranges over the batches.")
def first_batch_missing(*given: Any) -> Any:
    return tuned(given, order=lambda batches, epoch: batches[1:] or batches)


@mistake("One epoch is run, whatever `epochs` says.", "What `epochs` is used for, and where your `return` stands.")
def one_epoch(model: nn.Module, batches: Batches, optimizer: Optimizer, epochs: int) -> Any:
    return finetune(model, batches, optimizer, 1)


@mistake(
    "One epoch at most is run: the `return` comes too early.",
    "How far the `return` is indented.",
)
def returns_after_the_first(model: nn.Module, batches: Batches, optimizer: Optimizer, epochs: int) -> Any:
    return finetune(model, batches, optimizer, min(epochs, 1))


@mistake("There is one epoch too many.", "The ends of the range over the epochs.")
def one_epoch_more(model: nn.Module, batches: Batches, optimizer: Optimizer, epochs: int) -> Any:
    return finetune(model, batches, optimizer, epochs + 1)


@mistake("There is one epoch too few.", "The ends of the range over the epochs.")
def one_epoch_less(model: nn.Module, batches: Batches, optimizer: Optimizer, epochs: int) -> Any:
    return finetune(model, batches, optimizer, max(epochs - 1, 0))


@mistake(
    "Epochs and batches are the wrong way round: each batch is trained on `epochs` times before the next.",
    "Which loop stands in which.",
)
def loops_swapped(model: nn.Module, batches: Batches, optimizer: Optimizer, epochs: int) -> Any:
    model.train()
    table = []
    for batch in batches:
        losses = []
        for _ in range(epochs):
            loss = model(**batch)
            optimizer.zero_grad()
            torch.autograd.backward(loss)
            optimizer.step()
            losses.append(loss.item())
        table.append(losses)
    return [sum(each) / len(each) for each in zip(*table, strict=True)]


@mistake(
    "An optimiser of your own takes the steps; the caller's, with its groups and rates, is never asked.",
    "Which object's `step` you call.",
)
def own_optimizer(model: nn.Module, batches: Batches, optimizer: Optimizer, epochs: int) -> Any:
    return finetune(model, batches, torch.optim.SGD(model.parameters(), lr=0.05), epochs)


# --------------------------------------------------------------------------------------------------------------- fresh


@mistake(
    "The gradients are cleared after each step. Those from before the call are still there at the first one.",
    "Where `zero_grad` stands: what does the first step go by?",
)
def cleared_after_the_step(*given: Any) -> Any:
    return tuned(given, before_backward=nothing, after_step=clear)


@mistake(
    "Only the optimiser's first group of parameters is cleared.",
    "Loops over `param_groups`: how many are there?",
)
def clears_the_first_group(*given: Any) -> Any:
    def first(model: nn.Module, optimizer: Optimizer) -> None:
        for parameter in optimizer.param_groups[0]["params"]:
            parameter.grad = None

    return tuned(given, before_backward=first)


@mistake(
    "Only the optimiser's last group of parameters is cleared.",
    "Loops over `param_groups`: how many are there?",
)
def clears_the_last_group(*given: Any) -> Any:
    def last(model: nn.Module, optimizer: Optimizer) -> None:
        for parameter in optimizer.param_groups[-1]["params"]:
            parameter.grad = None

    return tuned(given, before_backward=last)


@mistake(
    "What the optimiser remembers of earlier steps, such as its momentum, is thrown away at the beginning.",
    "Everything that is done to the optimiser before its first step.",
)
def forgets_earlier_steps(model: nn.Module, batches: Batches, optimizer: Optimizer, epochs: int) -> Any:
    optimizer.state.clear()
    return finetune(model, batches, optimizer, epochs)


@mistake(
    "What the optimiser remembers of earlier steps, such as its momentum, is thrown away with each epoch.",
    "Everything that is done to the optimiser beside its steps, and in which loop.",
)
def forgets_with_each_epoch(model: nn.Module, batches: Batches, optimizer: Optimizer, epochs: int) -> Any:
    history: list[float] = []
    for _ in range(epochs):
        optimizer.state.clear()
        history += finetune(model, batches, optimizer, 1)
    return history


@mistake(
    "A gradient is 0 where there should be none: with one of 0 weight decay still moves a frozen parameter.",
    "`set_to_none`, and assignments to `.grad`: what does an optimiser do where there is none?",
)
def sets_gradients_to_zero(*given: Any) -> Any:
    return tuned(given, before_backward=lambda model, optimizer: optimizer.zero_grad(set_to_none=False))


@mistake(
    "Only trainable parameters are cleared. A frozen one that the optimiser has is moved by what its `.grad` holds.",
    "Conditions on `requires_grad` where gradients are cleared.",
)
def clears_trainable_alone(*given: Any) -> Any:
    def trainable(model: nn.Module, optimizer: Optimizer) -> None:
        for parameter in model.parameters():
            if parameter.requires_grad:
                parameter.grad = None

    return tuned(given, before_backward=trainable)


# ------------------------------------------------------------------------------------------------------------- history


@mistake(
    "The losses are weighted by the number of rows of their batches. The plain mean is asked for.",
    "What each loss is multiplied with, and what the sum is divided by.",
)
def weighted_by_rows(*given: Any) -> Any:
    def weighted(losses: Sequence[float], batches: Batches) -> float:
        rows = [len(batch["x"]) for batch in batches]
        return sum(loss * each for loss, each in zip(losses, rows, strict=True)) / sum(rows)

    return tuned(given, entry=weighted)


@mistake("The losses of an epoch are added up; their mean is asked for.", "What the sum is divided by.")
def sum_of_losses(*given: Any) -> Any:
    return tuned(given, entry=lambda losses, batches: sum(losses))


@mistake("The loss of the last batch stands for the whole epoch.", "What is kept of the losses of an epoch.")
def last_loss(*given: Any) -> Any:
    return tuned(given, entry=lambda losses, batches: losses[-1])


@mistake("The loss of the first batch stands for the whole epoch.", "What is kept of the losses of an epoch.")
def first_loss(*given: Any) -> Any:
    return tuned(given, entry=lambda losses, batches: losses[0])


@mistake("The lowest loss of an epoch stands for all of it.", "What is kept of the losses of an epoch.")
def lowest_loss(*given: Any) -> Any:
    return tuned(given, entry=lambda losses, batches: min(losses))


@mistake(
    "The sum of the losses is divided by the number of epochs; it is a mean over batches.",
    "What the sum is divided by.",
)
def divided_by_epochs(*given: Any) -> Any:
    return tuned(given, entry=lambda losses, batches: sum(losses) / given[3])


@mistake(
    "The losses were divided by the number of rows in the batch once more. Each is a mean already.",
    "Every division of a loss.",
)
def divided_by_rows(*given: Any) -> Any:
    def divided(losses: Sequence[float], batches: Batches) -> float:
        return sum(loss / len(batch["x"]) for loss, batch in zip(losses, batches, strict=True)) / len(losses)

    return tuned(given, entry=divided)


@mistake(
    "The sum goes on from epoch to epoch; each has a mean of its own.",
    "Where the sum of losses starts from 0.",
)
def sum_goes_on(*given: Any) -> Any:
    before: list[float] = []

    def going_on(losses: Sequence[float], batches: Batches) -> float:
        before.extend(losses)
        return sum(before) / len(batches)

    return tuned(given, entry=going_on)


@mistake(
    "The mean goes over all epochs so far; each has a mean of its own.",
    "Where the list of losses begins anew.",
)
def mean_goes_on(*given: Any) -> Any:
    before: list[float] = []

    def going_on(losses: Sequence[float], batches: Batches) -> float:
        before.extend(losses)
        return sum(before) / len(before)

    return tuned(given, entry=going_on)


@mistake(
    "Every batch has an entry in the history; one for each epoch is asked for.",
    "How often something is appended to what you return, and what becomes of the losses at the end of an epoch.",
)
def every_loss(*given: Any) -> Any:
    def flattened(history: list[list[float]]) -> list[float]:
        return [loss for losses in history for loss in losses]

    return tuned(given, entry=lambda losses, batches: losses, result=flattened)


@mistake("A single number came back; one for each epoch is asked for, in a list.", "What you return.")
def mean_of_all(*given: Any) -> Any:
    return tuned(given, result=lambda history: sum(history) / max(len(history), 1))


@mistake("The loss of the last epoch alone came back; one for each is asked for, in a list.", "What you return.")
def last_epoch_alone(*given: Any) -> Any:
    return tuned(given, result=lambda history: history[-1] if history else 0.0)


@mistake(
    "The losses are taken after the steps, in forward passes of their own. Each is that from before its step.",
    "Which forward pass gives the number that you keep.",
)
def losses_after_the_step(*given: Any) -> Any:
    model, batches, optimizer, epochs = given
    model.train()
    history = []
    for _ in range(epochs):
        losses = []
        for batch in batches:
            optimizer.zero_grad()
            torch.autograd.backward(model(**batch))
            optimizer.step()
            with torch.no_grad():
                losses.append(model(**batch).item())
        history.append(mean(losses, batches))
    return history


@mistake(
    "The losses are taken at the end of each epoch, with the weights that it ends with.",
    "Which forward passes give the numbers that you keep.",
)
def losses_after_the_epoch(*given: Any) -> Any:
    model, batches, _, _ = given

    def measured(losses: Sequence[float], _: Batches) -> float:
        with torch.no_grad():
            return mean([model(**batch).item() for batch in batches], batches)

    return tuned(given, entry=measured)


@mistake(
    "The entries are tensors, which keep their history and the memory of all forward passes.",
    "What you add up or append: `item` gives a tensor's number.",
)
def keeps_tensors(*given: Any) -> Any:
    return tuned(given, number=lambda loss: loss, entry=lambda losses, batches: torch.stack(losses).mean())


@mistake(
    "The entries are tensors without history; Python floats are asked for.", "`item`, and what a mean of tensors is."
)
def detached_tensors(*given: Any) -> Any:
    return tuned(given, number=Tensor.detach, entry=lambda losses, batches: torch.stack(losses).mean())


@mistake("The losses were rounded.", "`round` in what you return: it is for reading, not for keeping.")
def rounds(*given: Any) -> Any:
    return tuned(given, entry=lambda losses, batches: round(mean(losses, batches), 2))


@mistake("The epochs come in the opposite order.", "`insert(0, …)` and `[::-1]` in what you return.")
def newest_first(*given: Any) -> Any:
    return tuned(given, result=lambda history: history[::-1])


# ---------------------------------------------------------------------------------------------------------------- mode


@mistake(
    "The mode is as it was found. After an evaluation there would be no dropout.",
    "What switches a model to training, and whether it comes before the first forward pass.",
)
def mode_left_as_it_is(*given: Any) -> Any:
    return tuned(given, start=nothing)


@mistake("The model is put in evaluation mode.", "`eval` and `train`: which of them belongs to training?")
def in_evaluation_mode(*given: Any) -> Any:
    return tuned(given, start=nn.Module.eval)


@mistake(
    "Only the model itself is marked as training; its layers are asked for their own mark.",
    "Assignments to `training`: which method reaches every layer?",
)
def marks_the_model_alone(*given: Any) -> Any:
    def start(model: nn.Module) -> None:
        model.training = True

    return tuned(given, start=start)


@mistake(
    "After the first epoch the model is in evaluation mode, and stays there.",
    "`eval` at the end of an epoch: what puts the model back for the next one?",
)
def evaluates_after_each_epoch(*given: Any) -> Any:
    return tuned(given, end=lambda model, optimizer: model.eval())


@mistake(
    "The model is put in training mode after each batch, so that the first is seen in whatever mode there was.",
    "Where `train` stands.",
)
def trains_after_the_first(*given: Any) -> Any:
    return tuned(given, start=nothing, after_step=lambda model, optimizer: model.train())


# ----------------------------------------------------------------------------------------------------------- untouched


@mistake(
    "Every module is switched by itself, those too that a part of the model keeps in evaluation mode.",
    "Loops over `modules()`: what does `train` of the whole model do differently?",
)
def switches_every_module(*given: Any) -> Any:
    def start(model: nn.Module) -> None:
        for each in model.modules():
            each.training = True

    return tuned(given, start=start)


@mistake(
    "All parameters are made trainable. Who froze some of them wants them to stay as they are.",
    "`requires_grad` in your code.",
)
def thaws_everything(*given: Any) -> Any:
    def start(model: nn.Module) -> None:
        model.train().requires_grad_(True)

    return tuned(given, start=start)


# ------------------------------------------------------------------------------------------------------ other people's


@mistake(
    "The model gets the tensors of a batch by position. They may stand in any order; names tell them apart.",
    "How the model is called: what do `*` and `**` do with a dict?",
)
def passes_by_position(model: nn.Module, batches: Batches, *rest: Any) -> Any:
    swapped = [dict(zip(("x", "targets"), batch.values(), strict=True)) for batch in batches]
    return finetune(model, swapped, *rest)


@mistake(
    "The model gets the whole dict as its first argument; its entries are the arguments.",
    "How the model is called: what does `**` do with a dict?",
)
def passes_the_dict(model: nn.Module, batches: Batches, *rest: Any) -> Any:
    model.train()
    return [model(batch) for batch in batches]


@mistake(
    "The list of batches is emptied. It belongs to the caller.",
    "`pop`, `clear` and `del` on what you were given.",
)
def empties_the_list(model: nn.Module, batches: Batches, *rest: Any) -> Any:
    history = finetune(model, [*batches], *rest)
    batches.clear()
    return history


@mistake(
    "All batches are put together to a single one.",
    "What is done with the batches before the loop.",
)
def one_large_batch(model: nn.Module, batches: Batches, *rest: Any) -> Any:
    whole = {name: torch.cat([batch[name] for batch in batches]) for name in batches[0]}
    return finetune(model, [whole], *rest)


# ------------------------------------------------------------------------------------------------ known by what is seen

for name, likely, look_at in (
    ("never-steps", "The call that moves the weights is missing, or another object's was called.", "Every `step`."),
    (
        "steps-missing",
        "Some batches or epochs take no step of their own.",
        "Both loops, their ends, and which lines are inside the inner one.",
    ),
    (
        "steps-too-many",
        "More is run than the batches, so many epochs long.",
        "The ends of both ranges, and how often `step` is called for one batch.",
    ),
    (
        "another-order-of-batches",
        "The steps are not those of all batches in the caller's order, epoch after epoch.",
        "What each loop goes over, and everything that moves, merges or leaves out batches.",
    ),
    (
        "parameters-elsewhere",
        "At some step the gradients were not those of its batch alone, or something else changed weights or optimiser.",
        "Where gradients are cleared, what reaches `backward`, and everything that writes into weights.",
    ),
    (
        "stale-gradients",
        "Gradients that stood there before the call, or come from the batch before, are among those of a step.",
        "When gradients are cleared, and of which parameters: what does the first step go by?",
    ),
    (
        "frozen-moved",
        "A frozen parameter that the optimiser has stays only while it has no gradient at all: 0 is one.",
        "What becomes of `.grad` of frozen parameters, and every `requires_grad`.",
    ),
    (
        "wrong-number-of-entries",
        "The history has one entry for each epoch.",
        "How often something is appended to what you return.",
    ),
    (
        "another-mean",
        "An entry is the plain mean of the losses of its epoch's batches, each taken before its step.",
        "What is added up, where the sum begins anew, and what it is divided by.",
    ),
    (
        "evaluation-mode",
        "Whoever called you may have evaluated the model just before, and dropout is off then.",
        "`train` and `eval`: where they stand, and whether they reach every layer.",
    ),
    ("no-forward-pass", "The model was never called.", "The loop over the batches."),
    (
        "kept-encoder-touched",
        "A part of the model keeps its encoder in evaluation mode and as it is; something reaches around it.",
        "Loops over `modules()` and `parameters()`.",
    ),
    ("no-list-of-floats", "A list of Python floats is asked for, one for each epoch.", "What you return."),
):
    mistake.add(name, likely, look_at, None)
