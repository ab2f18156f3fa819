"""Known mistakes of `pretraining.warmup_linear`."""

import math
from collections.abc import Callable
from typing import Any

from autograder.judging.parts import Mistakes
from bertkit.training.optimization import warmup_linear

mistake = Mistakes()

Stretch = Callable[[int, int, int], float]


def otherwise(rise: Stretch | None = None, fall: Stretch | None = None, end: Stretch | None = None) -> Any:
    """Right but for the multiplier in one stretch or two, each a function of step, warm-up and all steps."""

    def schedule(step: int, warmup_steps: int, total_steps: int) -> float:
        right = warmup_linear(step, warmup_steps, total_steps)
        stretch = end if step >= total_steps else rise if step < warmup_steps else fall
        return right if stretch is None else stretch(step, warmup_steps, total_steps)

    return schedule


def checked(schedule: Stretch) -> Any:
    """Right where something is refused, and otherwise what `schedule` gives."""

    def answer(step: int, warmup_steps: int, total_steps: int) -> float:
        warmup_linear(step, warmup_steps, total_steps)
        return schedule(step, warmup_steps, total_steps)

    return answer


def left(step: int, warmup_steps: int, total_steps: int) -> float:
    """The share of the fall that is left."""
    return (total_steps - step) / (total_steps - warmup_steps)


# ------------------------------------------------------------------------------------------------------------- the rise

mistake.add(
    "one-step-ahead",
    "The warm-up is one step ahead: at step 0 nothing has been taken yet, and the multiplier is 0.",
    "What you divide by the length of the warm-up.",
    otherwise(rise=lambda step, warmup, total: (step + 1) / warmup),
)
mistake.add(
    "rises-to-behind-the-warmup",
    "The warm-up rises as if it had one step more, and begins above 0.",
    "Both sides of your division, by one each.",
    otherwise(rise=lambda step, warmup, total: (step + 1) / (warmup + 1)),
)
mistake.add(
    "warmup-one-too-long",
    "The warm-up is divided by one step more than it has.",
    "What you divide the step by.",
    otherwise(rise=lambda step, warmup, total: step / (warmup + 1)),
)
mistake.add(
    "warmup-one-too-short",
    "The warm-up is divided by one step less than it has, so that it reaches 1 too early.",
    "What you divide the step by.",
    otherwise(rise=lambda step, warmup, total: step / max(warmup - 1, 1)),
)
mistake.add(
    "rises-over-all-steps",
    "The step was divided by the number of all steps instead of those of the warm-up.",
    "What you divide the step by while it is below the warm-up.",
    otherwise(rise=lambda step, warmup, total: step / total),
)
mistake.add(
    "no-warmup",
    "There is no warm-up: the multiplier is 1 from the beginning.",
    "Where `warmup_steps` enters your code.",
    otherwise(rise=lambda *_: 1.0),
)
mistake.add(
    "zero-during-warmup",
    "The multiplier is 0 for as long as the warm-up lasts.",
    "What is returned while the step is below the warm-up; whole numbers divided by `//` lose all behind the point.",
    otherwise(rise=lambda *_: 0.0),
)
mistake.add(
    "falls-in-the-warmup",
    "The warm-up falls from 1 to 0 instead of rising.",
    "A `1 -` too many.",
    otherwise(rise=lambda step, warmup, total: 1 - step / warmup),
)
mistake.add(
    "squared-rise",
    "The warm-up rises as a square; a straight line is asked for.",
    "Powers in your formula of the rise.",
    otherwise(rise=lambda step, warmup, total: (step / warmup) ** 2),
)
mistake.add(
    "root-rise",
    "The warm-up rises as a root; a straight line is asked for.",
    "Powers in your formula of the rise.",
    otherwise(rise=lambda step, warmup, total: (step / warmup) ** 0.5),
)
mistake.add(
    "cosine-rise",
    "The warm-up rises as a cosine; a straight line is asked for.",
    "The formula of the rise.",
    otherwise(rise=lambda step, warmup, total: (1 - math.cos(math.pi * step / warmup)) / 2),
)
mistake.add(
    "divided-upside-down",
    "The warm-up was divided by the step: the fraction is upside down.",
    "Which number stands above, and which below.",
    otherwise(rise=lambda step, warmup, total: warmup / step if step else 0.0),
)
mistake.add(
    "rise-times-fall",
    "The rise was multiplied by what is left of the whole training.",
    "How many factors your formula of the rise has.",
    otherwise(rise=lambda step, warmup, total: step / warmup * (total - step) / total),
)
mistake.add(
    "step-not-divided",
    "The step itself came back, not its share of the warm-up.",
    "What you divide the step by.",
    otherwise(rise=lambda step, warmup, total: float(step)),
)

# ------------------------------------------------------------------------------------------------------------- the fall

mistake.add(
    "never-falls",
    "It rises and then stays at 1.",
    "What happens to a step after the warm-up.",
    otherwise(fall=lambda *_: 1.0),
)
mistake.add(
    "never-falls-nor-ends",
    "It rises and then stays at 1, after the end too.",
    "What happens to a step after the warm-up.",
    otherwise(fall=lambda *_: 1.0, end=lambda *_: 1.0),
)
mistake.add(
    "falls-from-the-start",
    "The fall is counted from step 0, so that the multiplier jumps down where the warm-up ends.",
    "How many steps the fall takes, and how many of them are left.",
    otherwise(fall=lambda step, warmup, total: (total - step) / total),
)
mistake.add(
    "falls-by-all-steps",
    "What is taken of the fall was divided by the number of all steps, so that it ends above 0.",
    "What you divide by: how many steps does the fall have?",
    otherwise(fall=lambda step, warmup, total: 1 - (step - warmup) / total),
)
mistake.add(
    "divides-by-warmup",
    "What is left was divided by the length of the warm-up.",
    "What you divide by: how many steps does the fall have?",
    otherwise(fall=lambda step, warmup, total: (total - step) / max(warmup, 1)),
)
mistake.add(
    "fall-one-ahead",
    "The fall is one step ahead: where the warm-up has just ended the multiplier is 1.",
    "The `1` in what is left.",
    otherwise(fall=lambda step, warmup, total: (total - step - 1) / (total - warmup)),
)
mistake.add(
    "fall-one-behind",
    "The fall is one step behind: the multiplier is above 1 where the warm-up has just ended.",
    "The `1` in what is left.",
    otherwise(fall=lambda step, warmup, total: (total - step + 1) / (total - warmup)),
)
mistake.add(
    "fall-one-too-long",
    "What is left was divided by one step more than the fall has.",
    "The `+ 1` in what you divide by.",
    otherwise(fall=lambda step, warmup, total: (total - step) / (total - warmup + 1)),
)
mistake.add(
    "fall-one-too-short",
    "What is left was divided by one step less than the fall has.",
    "The `- 1` in what you divide by.",
    otherwise(fall=lambda step, warmup, total: (total - step) / max(total - warmup - 1, 1)),
)
mistake.add(
    "reaches-0-one-early",
    "The fall arrives at 0 one step before the end.",
    "The `- 1` above and below in your fraction: at which step is 0 asked for?",
    otherwise(fall=lambda step, warmup, total: (total - 1 - step) / max(total - 1 - warmup, 1)),
)
mistake.add(
    "fall-begins-one-late",
    "The fall begins one step after the warm-up has ended.",
    "From which step on the fall is counted: where is the multiplier 1?",
    otherwise(fall=lambda step, warmup, total: min(1.0, (total - step) / max(total - warmup - 1, 1))),
)
mistake.add(
    "share-taken-for-share-left",
    "After the warm-up it rises from 0: the share that is done stands where the share that is left belongs.",
    "A `1 -` that is missing, or the order of a difference.",
    otherwise(fall=lambda *given: 1 - left(*given)),
)
mistake.add(
    "cosine",
    "The fall is half a cosine, another schedule; this one is a straight line.",
    "The formula of the fall.",
    otherwise(fall=lambda *given: (1 - math.cos(math.pi * left(*given))) / 2),
)
mistake.add(
    "quarter-cosine",
    "The fall is a quarter of a cosine, another schedule; this one is a straight line.",
    "The formula of the fall.",
    otherwise(fall=lambda *given: math.sin(math.pi / 2 * left(*given))),
)
mistake.add(
    "squared-fall",
    "The fall is a square; a straight line is asked for.",
    "Powers in your formula of the fall.",
    otherwise(fall=lambda *given: left(*given) ** 2),
)
mistake.add(
    "root-fall",
    "The fall is a root; a straight line is asked for.",
    "Powers in your formula of the fall.",
    otherwise(fall=lambda *given: left(*given) ** 0.5),
)
mistake.add(
    "inverse-root",
    "It falls with one over the root of the step, as in the Transformer of 2017; BERT's falls on a straight line.",
    "The formula of the fall.",
    otherwise(fall=lambda step, warmup, total: (max(warmup, 1) / max(step, 1)) ** 0.5),
)
mistake.add(
    "inverse-root-without-end",
    "It falls with one over the root of the step and never ends, as in the Transformer of 2017.",
    "The formula of the fall, and where `total_steps` enters it.",
    otherwise(*[None, *[lambda step, warmup, total: (max(warmup, 1) / max(step, 1)) ** 0.5] * 2]),
)
mistake.add(
    "exponential",
    "It falls exponentially; a straight line is asked for.",
    "The formula of the fall.",
    otherwise(fall=lambda *given: math.exp(left(*given) - 1)),
)
mistake.add(
    "zero-after-warmup",
    "The multiplier is 0 as soon as the warm-up has ended.",
    "What is returned between the warm-up and the end; whole numbers divided by `//` lose all behind the point.",
    otherwise(fall=lambda *_: 0.0),
)
mistake.add(
    "whole-numbers",
    "Whole numbers were divided by `//`, which loses all behind the point.",
    "`/` or `//`, and `int`.",
    checked(
        lambda step, warmup, total: (
            0 if step >= total else step // warmup if step < warmup else (total - step) // (total - warmup)
        )
    ),
)
mistake.add(
    "whole-numbers-in-the-fall",
    "Whole numbers were divided by `//` in the fall, which loses all behind the point.",
    "`/` or `//`, and `int`.",
    otherwise(fall=lambda step, warmup, total: float((total - step) // (total - warmup))),
)
mistake.add(
    "not-divided",
    "The number of steps that are left came back, not their share of the fall.",
    "What you divide by.",
    otherwise(fall=lambda step, warmup, total: float(total - step)),
)
mistake.add(
    "share-taken-of-total",
    "The share of the whole training that is done came back in the fall.",
    "The formula of the fall: how much of it is left?",
    otherwise(fall=lambda step, warmup, total: step / total),
)
mistake.add(
    "no-warmup-is-0",
    "Without a warm-up, it starts at 0. It has to start at 1.",
    "What your code does where `warmup_steps` is 0: is step 0 before the end of the warm-up?",
    checked(lambda step, warmup, total: 0.0 if step == 0 else warmup_linear(step, warmup, total)),
)
mistake.add(
    "no-warmup-never-falls",
    "Without a warm-up, it stays at 1.",
    "What is returned where `warmup_steps` is 0: there is a fall all the same.",
    otherwise(fall=lambda *given: left(*given) if given[1] else 1.0),
)
mistake.add(
    "no-warmup-is-always-1",
    "Without a warm-up, it is 1 for ever, after the end too.",
    "What is returned where `warmup_steps` is 0: there is a fall and an end all the same.",
    otherwise(fall=lambda *given: left(*given) if given[1] else 1.0, end=lambda *given: 0.0 if given[1] else 1.0),
)

# -------------------------------------------------------------------------------------------------------------- the end

mistake.add(
    "negative-after-the-end",
    "Beyond the last step the multiplier is negative: training would undo itself.",
    "Steps after the end.",
    otherwise(end=lambda step, warmup, total: (total - step) / max(total - warmup, 1)),
)
mistake.add(
    "divides-by-no-fall",
    "Where nothing comes after the warm-up, the length of the fall is divided by, which is 0.",
    "What you divide by where `total_steps` equals `warmup_steps`.",
    checked(
        lambda step, warmup, total: step / warmup if step < warmup else max(0.0, (total - step) / (total - warmup))
    ),
)
mistake.add(
    "divides-by-no-fall-and-negative",
    "Nothing is done about steps after the end: they get a negative multiplier, or a division by 0 where there is no "
    "fall.",
    "What your code returns from `total_steps` on.",
    checked(lambda step, warmup, total: step / warmup if step < warmup else (total - step) / (total - warmup)),
)
mistake.add(
    "divides-by-no-warmup",
    "A warm-up of no steps is divided by.",
    "The order of your tests: which stretch has step 0 then?",
    checked(
        lambda step, warmup, total: (
            0.0 if step >= total else step / warmup if step <= warmup else (total - step) / (total - warmup)
        )
    ),
)
mistake.add(
    "divides-before-it-looks",
    "A warm-up of no steps is divided by, whichever the step is.",
    "What is computed before you know whether it is needed.",
    checked(lambda step, warmup, total: step / warmup * 0 + warmup_linear(step, warmup, total)),
)
mistake.add(
    "warmup-outlives-the-end",
    "At the end of a training that is all warm-up the multiplier is 1. From the last step on it is always 0.",
    "The order of your tests: what is asked first, whether the warm-up is over or whether all is?",
    otherwise(end=lambda step, warmup, total: 1.0 if 0 < warmup == step == total else 0.0),
)
mistake.add(
    "no-fall-stays-at-1",
    "Where nothing comes after the warm-up, the multiplier stays at 1. From the last step on it is always 0.",
    "What is returned where `total_steps` equals `warmup_steps`.",
    otherwise(end=lambda step, warmup, total: 1.0 if warmup == total else 0.0),
)
mistake.add(
    "all-warmup-stays-at-1",
    "Where all steps are warm-up, the multiplier stays at 1 afterwards. From the last step on it is always 0.",
    "What is returned where `total_steps` equals `warmup_steps`.",
    otherwise(end=lambda step, warmup, total: 1.0 if 0 < warmup == total else 0.0),
)
mistake.add(
    "no-steps-is-1",
    "Where there are no steps at all, it starts at 1. From `total_steps` on it is always 0.",
    "What is asked first: whether there is a warm-up, or whether all is done?",
    otherwise(end=lambda step, warmup, total: 1.0 if step == total == 0 else 0.0),
)
mistake.add(
    "repeats",
    "After the end the schedule begins anew. It has to stay at 0.",
    "`%`, and what happens to steps after the end.",
    checked(lambda step, warmup, total: warmup_linear(step % total if total else step, warmup, total)),
)
mistake.add(
    "rises-again",
    "After the end the multiplier rises again: the sign of a negative number was dropped.",
    "`abs` is not what keeps a number at 0.",
    otherwise(end=lambda step, warmup, total: abs(total - step) / max(total - warmup, 1)),
)
mistake.add(
    "one-after-the-end",
    "After the end it is 1.",
    "What is returned from `total_steps` on.",
    otherwise(end=lambda *_: 1.0),
)
mistake.add(
    "end-is-not-the-end",
    "At `total_steps` itself the multiplier is that of the step before.",
    "`>` or `>=`, and a limit such as `min(step, total_steps - 1)`.",
    otherwise(
        end=lambda step, warmup, total: (
            1 / (total - warmup) if total > warmup else (total - 1) / total if total else 0.0
        )
    ),
)
mistake.add(
    "none-at-the-end",
    "Nothing is returned from `total_steps` on.",
    "Whether every way through your code ends in a `return`.",
    otherwise(end=lambda *_: None),  # type: ignore[arg-type]
)

# -------------------------------------------------------------------------------------------------------------- refusal


@mistake("Impossible numbers are taken, and give a schedule that nobody meant.", "What the docstring has under Raises.")
def refuses_nothing(step: int, warmup_steps: int, total_steps: int) -> float:
    if step >= total_steps:
        return 0.0
    return step / warmup_steps if step < warmup_steps else left(step, warmup_steps, total_steps)


def refusing(condition: Callable[[int, int, int], bool]) -> Any:
    """Right where this condition does not hold, and a refusal where it does."""

    def schedule(step: int, warmup_steps: int, total_steps: int) -> float:
        if condition(step, warmup_steps, total_steps):
            raise ValueError(f"no schedule has {step}, {warmup_steps} and {total_steps}")
        return refuses_nothing(step, warmup_steps, total_steps)

    return schedule


def impossible(step: int, warmup: int, total: int) -> bool:
    return min(step, warmup, total) < 0 or warmup > total


mistake.add(
    "negative-step-taken",
    "A negative step is taken.",
    "Which of the three numbers your condition asks.",
    refusing(lambda step, warmup, total: min(warmup, total) < 0 or warmup > total),
)
mistake.add(
    "negative-warmup-taken",
    "A negative warm-up is taken.",
    "Which of the three numbers your condition asks.",
    refusing(lambda step, warmup, total: min(step, total) < 0 or warmup > total),
)
mistake.add(
    "negative-total-taken",
    "A negative number of all steps is taken, where the warm-up is shorter still.",
    "Which of the three numbers your condition asks.",
    refusing(lambda step, warmup, total: (min(step, warmup) < 0 and total >= 0) or step < 0 or warmup > total),
)
mistake.add(
    "negative-numbers-taken",
    "Negative numbers are taken; only a warm-up that is too long is refused.",
    "What the docstring has under Raises.",
    refusing(lambda step, warmup, total: warmup > total),
)
mistake.add(
    "negative-steps-and-warmups-taken",
    "Of negative numbers only the number of all steps is refused.",
    "Which of the three numbers your condition asks.",
    refusing(lambda step, warmup, total: total < 0 or warmup > total),
)
mistake.add(
    "long-warmup-taken",
    "A warm-up longer than all steps is taken.",
    "What the docstring has under Raises.",
    refusing(lambda *given: min(given) < 0),
)
mistake.add(
    "equal-warmup-refused",
    "A warm-up as long as all steps is refused. It is allowed.",
    "`>` or `>=` in the condition in front of your `raise`.",
    refusing(lambda step, warmup, total: impossible(step, warmup, total) or warmup >= total > 0),
)
mistake.add(
    "equal-warmup-and-no-steps-refused",
    "A warm-up as long as all steps is refused, also where there are none of either. It is allowed.",
    "`>` or `>=` in the condition in front of your `raise`.",
    refusing(lambda step, warmup, total: impossible(step, warmup, total) or warmup >= total),
)
mistake.add(
    "steps-after-the-end-refused",
    "A step after the end is refused. Its multiplier is 0.",
    "The condition in front of your `raise`: what does it say of the step?",
    refusing(lambda step, warmup, total: impossible(step, warmup, total) or step > total),
)
mistake.add(
    "end-refused",
    "The step at the end, and every one after it, is refused. Its multiplier is 0.",
    "The condition in front of your `raise`: what does it say of the step?",
    refusing(lambda step, warmup, total: impossible(step, warmup, total) or step >= total),
)
mistake.add(
    "no-warmup-refused",
    "A warm-up of 0 steps is refused. It is allowed, and starts at 1.",
    "`<` or `<=` in the condition in front of your `raise`.",
    refusing(lambda step, warmup, total: impossible(step, warmup, total) or warmup == 0),
)
mistake.add(
    "no-steps-refused",
    "A training of 0 steps is refused. It is allowed, and its multiplier is 0.",
    "`<` or `<=` in the condition in front of your `raise`.",
    refusing(lambda step, warmup, total: impossible(step, warmup, total) or total == 0),
)
mistake.add(
    "step-0-refused",
    "Step 0 is refused. It is the first one.",
    "`<` or `<=` in the condition in front of your `raise`.",
    refusing(lambda step, warmup, total: impossible(step, warmup, total) or step == 0),
)
mistake.add(
    "every-0-refused",
    "A number that is 0 is refused. Only negative ones are.",
    "`<` or `<=` in the condition in front of your `raise`.",
    refusing(lambda *given: impossible(*given) or 0 in given),
)

# ------------------------------------------------------------------------------------------------------------ the whole

mistake.add(
    "percent",
    "Percentages came back. A multiplier of 1 is the whole learning rate.",
    "A factor of 100.",
    lambda *given: 100 * warmup_linear(*given),
)
mistake.add(
    "upside-down",
    "What is missing to 1 came back: it falls during the warm-up, and rises afterwards.",
    "A `1 -` too many.",
    lambda *given: 1 - warmup_linear(*given),
)
mistake.add(
    "counts-from-1",
    "Every step is counted one further than it is. `step` says how many have been taken, none at first.",
    "A `+ 1` to the step, before anything is asked.",
    lambda step, warmup_steps, total_steps: warmup_linear(step + (step >= 0), warmup_steps, total_steps),
)
mistake.add(
    "warmup-on-top",
    "The fall begins after the warm-up and takes `total_steps` steps. All steps together are `total_steps`.",
    "What `total_steps` counts: does the warm-up belong to it?",
    otherwise(*[None, *[lambda step, warmup, total: max(0.0, (total + warmup - step) / total) if total else 0.0] * 2]),
)
mistake.add(
    "fall-ignored-under-rise",
    "The lower of both lines was taken, and the line of the fall counts from step 0.",
    "How many steps the fall takes, and where it begins.",
    checked(
        lambda step, warmup, total: (
            max(0.0, min(step / warmup if warmup else 1.0, (total - step) / total)) if total else 0.0
        )
    ),
)

# ----------------------------------------------------------------------------------------------- known by what was seen

mistake.add(
    "rises-otherwise",
    "During the warm-up the multiplier is another number than the share of the warm-up that is done.",
    "The steps that are taken, the steps of the warm-up, and which of them is divided by which.",
    None,
)
mistake.add(
    "falls-otherwise",
    "Between the warm-up and the end it is another number than the share of the fall that is left.",
    "How many steps the fall has, and how many of them are left: work both out for one step by hand.",
    None,
)
mistake.add(
    "not-0-at-the-end",
    "From `total_steps` on the multiplier has to be 0, and it is not.",
    "What is asked first, and what is returned when all is done.",
    None,
)
