"""Mistakes that answers to many exercises share, with the advice for them."""

from typing import Any

from autograder.judging.judge import (
    CHANGES_ARGUMENT,
    GLOBAL_RANDOM,
    LEFT_SWITCHED,
    NEEDS_CONTIGUOUS,
    RETURNS_NOTHING,
    VALUE_NOT_NAMED,
    WORDS_FOR_TENSORS,
    WRONG_EXCEPTION,
    Mistake,
)


def change_argument(answer: Any) -> Mistake:
    """Writing into what the caller passed."""
    return Mistake(
        CHANGES_ARGUMENT,
        "The function writes into a tensor that belongs to the caller, who needs it afterwards.",
        "Methods ending in `_`, `|=` and assignments to `tensor[...]`: work on a `clone()`, or use `torch.where`.",
        answer,
    )


def use_global_random(answer: Any) -> Mistake:
    """Drawing without the generator."""
    return Mistake(
        GLOBAL_RANDOM,
        "A random number was drawn without the generator, so no seed can repeat the result.",
        "Every call that draws: does it get `generator=generator`?",
        answer,
    )


def leave_mode_switched(answer: Any) -> Mistake:
    """Switching one of torch's modes for good."""
    return Mistake(
        LEFT_SWITCHED,
        "The function switches a mode of torch for the whole program and does not put it back.",
        "Calls such as `torch.set_grad_enabled`: as a `with` statement they undo themselves.",
        answer,
    )


def return_nothing(answer: Any) -> Mistake:
    """A function that computes and keeps the result to itself."""
    return Mistake(
        RETURNS_NOTHING,
        "Nothing came back. A function without `return` gives None.",
        "The last line: is there a `return`, and is it indented as far as the rest?",
        answer,
    )


def use_words_for_tensors(answer: Any) -> Mistake:
    """`and`, `or`, `not` between tensors."""
    return Mistake(
        WORDS_FOR_TENSORS,
        "`and`, `or`, `not` and `if` want one truth value, and a tensor has many.",
        "Conditions on whole tensors: `&`, `|` and `~` work element by element, with brackets around comparisons.",
        answer,
    )


def need_contiguous(answer: Any) -> Mistake:
    """`view` of a tensor whose elements do not follow one another in memory."""
    return Mistake(
        NEEDS_CONTIGUOUS,
        "`view` works only where the elements follow one another in memory. After a transpose they do not.",
        "Every `view`: which method does the same for any tensor?",
        answer,
    )


def raise_another_exception(answer: Any) -> Mistake:
    """An exception, but not a ValueError."""
    return Mistake(
        WRONG_EXCEPTION,
        "Callers catch ValueError for a bad value. `assert` raises another exception, and so does torch by itself.",
        "The kind of exception, and whether you check before torch does.",
        answer,
    )


def not_name_the_value(answer: Any) -> Mistake:
    """A ValueError that leaves its reader guessing."""
    return Mistake(
        VALUE_NOT_NAMED,
        "The message does not say which value was bad, so whoever reads it has to search.",
        "The text of your ValueError: an f-string can contain the value.",
        answer,
    )
