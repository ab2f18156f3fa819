"""Mistakes that an answer to any exercise can make: what to tell about each.

The texts may contain names in braces, which a finding fills in.
"""

from autograder.judging.crashes import crash_mistake
from autograder.judging.parts import Mistake

RETURNS_NOTHING, CHANGES_ARGUMENT, GLOBAL_RANDOM = "returns-nothing", "changes-argument", "global-random"
LEFT_SWITCHED, WRONG_EXCEPTION, VALUE_NOT_NAMED = "mode-left-switched", "wrong-exception", "value-not-named"
WRONG_DTYPE, DETACHED, IGNORES_INPUT, IGNORES_ARGUMENT = "wrong-dtype", "detached", "ignores-input", "ignores-argument"

TEXTS: dict[str, tuple[str, str]] = {
    RETURNS_NOTHING: (
        "Nothing came back. A function without `return` gives None.",
        "The last line: is there a `return`, and is it indented as far as the rest?",
    ),
    CHANGES_ARGUMENT: (
        "The function writes into {argument}, which belongs to the caller, who needs it afterwards.",
        "Methods ending in `_`, `|=`, `sort`, `shuffle`, `tensor[...] =`, `requires_grad`: work on your own.",
    ),
    GLOBAL_RANDOM: (
        "A random number was drawn without the generator, so no seed can repeat the result.",
        "Every call that draws, dropout included: is it made with the caller's generator?",
    ),
    LEFT_SWITCHED: (
        "The function switches a mode of torch for the whole program and does not put it back.",
        "Calls such as `torch.set_grad_enabled`: as a `with` statement they undo themselves.",
    ),
    WRONG_EXCEPTION: (
        "Callers catch ValueError for a bad value. `assert` raises another exception, and so does torch by itself.",
        "The kind of exception, and whether you check before torch does.",
    ),
    VALUE_NOT_NAMED: (
        "The message does not say which value was bad, so whoever reads it has to search.",
        "The text of your ValueError: an f-string can contain the value.",
    ),
    "asserts-for-bad-value": (
        "`assert` raises AssertionError, and nothing at all where Python runs with -O. Callers catch ValueError.",
        "`if` and `raise` in the place of `assert`.",
    ),
    "returns-error": (
        "An exception was made and returned, as if it were a result. Only `raise` stops the caller.",
        "The word in front of your exception.",
    ),
    "no-check": (
        "A value that makes no sense is used without a look at it.",
        "What should happen first, before anything is computed.",
    ),
    "refuses-allowed-input": (
        "The code refuses input that is allowed.",
        "The condition in front of your `raise`: what does it say of this input, and at the ends of a range?",
    ),
    WRONG_DTYPE: (
        "The values are of type {got} instead of {want}.",
        "`float()`, `long()`, `bool()`, and what a mixture of types gives.",
    ),
    "number-for-tensor": (
        "A Python number came back. A gradient cannot flow through one, nor does it have a type to keep.",
        "`item`, `float` and `int` near the end.",
    ),
    "list-for-tensor": (
        "A list or tuple came back where a tensor is asked for.",
        "`tolist`, a comma too many, or a loop that collects.",
    ),
    "tensor-for-number": ("A tensor came back where a Python number is asked for.", "The type of what you return."),
    "wrong-type": ("What came back is of another kind than what is asked for.", "The type of what you return."),
    "wrong-shape": ("The values have another shape than what is asked for.", "The shape after each step."),
    "shape-one": (
        "The shape is (1,): a list of one number, where a number alone is asked for.",
        "Reshapes, `keepdim`, and brackets around a number.",
    ),
    "added-dimension": ("There is a dimension of size 1 too many.", "`unsqueeze`, `keepdim` and `None` in an index."),
    "squeezed": (
        "Dimensions of size 1 were dropped. A batch of one is a batch.",
        "`squeeze` without a dimension: what does it do when the batch has one row?",
    ),
    "flattened": (
        "All dimensions became one, and nobody can tell rows apart.",
        "`flatten`, `view(-1)`, and masks as an index.",
    ),
    "rows-flattened": (
        "All dimensions but the last became one; the shape in front of it should be that of the input.",
        "`view` and `reshape` to two dimensions: what turns the result back?",
    ),
    "fully-reduced": ("One number came back; one for each place is asked for.", "A `sum`, `mean` or `max` too many."),
    "last-dimension-missing": (
        "The last dimension is gone: one value for each place came back.",
        "`argmax`, `sum`, `max` and indices that take the last dimension away.",
    ),
    "transposed": ("Two dimensions changed places.", "The order of dimensions in your reshapes and loops."),
    "summed": ("The values were added up; one for each place is asked for.", "A `sum` too many."),
    "averaged": ("The mean was taken; a value for each place is asked for.", "A `mean` too many."),
    "first-row-only": ("Only the first row came back.", "An index `[0]`, or a `return` inside a loop."),
    "not-reduced": ("One value for each place came back; one number is asked for.", "What is missing at the end."),
    "results-swapped": ("The results came back in another order.", "The order after `return`."),
    DETACHED: (
        "As far as torch can see, the result does not depend on this, so that nothing can be learned through it.",
        "`detach`, `item`, `data`, `no_grad`, a tensor made from a number, and inputs that are not used.",
    ),
    "wrong-gradient": (
        "The values are right and the gradient is not: something on the way is cut off or replaced.",
        "`detach`, `data`, `no_grad`, `round`, and comparisons: none of them lets a gradient through.",
    ),
    "negated": ("The sign is wrong.", "A minus too many, or one that is missing."),
    "inverted": ("True and False are the wrong way round.", "A `~`, a `not`, or the direction of a comparison."),
    "argument-inverted": (
        "{argument} is read the wrong way round: what is True there was taken for False.",
        "The docstring says what True means; follow it to the line where the mask is used.",
    ),
    "arguments-swapped": (
        "{argument} were taken for each other.",
        "The order of the arguments, in your definition and in the calls that you make.",
    ),
    "shifted": ("Everything stands one place too far to one side.", "Slices `[1:]` and `[:-1]`, and `roll`."),
    "reversed": ("The values come in the opposite order.", "`flip`, `[::-1]`, and the direction of a loop."),
    "softmax-applied": ("The scores went through softmax; raw scores are asked for.", "What the last line returns."),
    "log-softmax-applied": (
        "The scores went through log-softmax; raw scores are asked for.",
        "What the last line returns.",
    ),
    "sigmoid-applied": ("The scores went through a sigmoid; raw scores are asked for.", "What the last line returns."),
    "exponentiated": ("The exponential of the right value came back.", "An `exp` too many: perplexity is not loss."),
    "logarithm-taken": ("The logarithm of the right value came back.", "A `log` too many."),
    "absolute-value": ("The sign was dropped.", "`abs`, or a square and its root."),
    "squared": ("The square of the right value came back.", "A power too many."),
    "rounded": ("The values were rounded.", "`round`, `int` and types of low precision."),
    "clamped": ("Values below zero became zero.", "`relu`, `clamp` and `max` with 0."),
    "index-for-values": ("An index came back in the place of values.", "`argmax`, and the second result of `max`."),
    "scaled": (
        "Every result is {factor} times the right one.",
        "What you divide by or multiply with, what is counted twice or left out, and whether a mean is meant.",
    ),
    "offset": (
        "Every value differs from the right one by the same number, {amount}.",
        "What is added, and starts of counts.",
    ),
    "argument-there": (
        "Wherever the result is wrong, it holds {argument} as it stands; something else belongs there.",
        "Where your code copies {argument}, and which places it leaves as they were.",
    ),
    "other-places": (
        "The values are the right ones, in other places.",
        "Sorting, indexing and filling: does each value come back to where it belongs?",
    ),
    "another-value-there": (
        "Wherever the result is wrong, it holds {got}; what should stand in these places is {want}.",
        "Where that number comes from: a starting value, a fill, or a default.",
    ),
    "wrong-in-places": (
        "The result is wrong {where}, and right in all other places.",
        "What your code does {where}.",
    ),
    "not-finite": (
        "Wherever the result is wrong, it is nan or inf.",
        "0 / 0, inf - inf, the logarithm of 0, and exp of a large number: which line is the first to give one?",
    ),
    "adds-up-to-something-else": (
        "The right values are shares, which add up to 1 in each row. Yours do not.",
        "What is done after the softmax, along which dimension it runs, and whether there is one.",
    ),
    "shared-out-otherwise": (
        "Each row adds up to 1, as it should, and is shared out otherwise, as if other numbers went into the softmax.",
        "What goes into the softmax: every factor, every product, and what is hidden there.",
    ),
    "true-too-often": (
        "All that should be True is, and more: some condition is too wide, or missing.",
        "What should be False: which of your conditions would have to say so?",
    ),
    "true-too-rarely": (
        "All that is True should be, and more should: some condition is too narrow, or one too many.",
        "What should be True: which of your conditions keeps it out?",
    ),
    IGNORES_INPUT: (
        "The result is the same whatever goes in.",
        "Where the arguments enter your code.",
    ),
    IGNORES_ARGUMENT: (
        "The result is the same whatever {argument} says.",
        "Where {argument} enters your code, and every number or name that stands there in its place.",
    ),
    "needs-contiguous": (
        "It is right, except where a tensor's elements do not follow one another in memory, as after a transpose.",
        "`view`, `data_ptr`, `storage`, and strides: which method does the same for any tensor?",
    ),
    "needs-float32": (
        "It is right in float32 only; the result has to have the type, and the precision, of what comes in.",
        "`float()`, tensors that you make without a `dtype`, and constants of 32 bits.",
    ),
    "batch-of-one": (
        "It is right, except where the batch has a single row.",
        "`squeeze`, `len`, and loops or slices that begin at 1.",
    ),
    "remembers": (
        "The first call is right and a later one is not: something is kept between calls.",
        "Defaults such as `[]`, `global`, attributes and caches.",
    ),
    "reuses-result": (
        "A result changes when the function is called again: the same memory is returned twice.",
        "Buffers, caches and defaults that are kept between calls and handed out.",
    ),
    "only-large-sizes": (
        "It is right, except where the sizes are the smallest: one row, one position.",
        "`squeeze`, lengths minus one, and what a step does when there is one of everything.",
    ),
    "only-small-sizes": (
        "It is right for small sizes and not for large ones.",
        "Every number in your code: does one of them limit how many there may be?",
    ),
    "needs-gradient": (
        "It is right while gradients are recorded, and not under `no_grad`, as in evaluation.",
        "`requires_grad`, `backward` and `grad` in your code.",
    ),
    "needs-dimensions": (
        "It is right for inputs of {right} dimensions, and not for {wrong}.",
        "Numbered dimensions and unpacked shapes: count from the end, with -1.",
    ),
    "generator-unused": (
        "The seed of the caller's generator makes no difference: your code sets one of its own, or draws nothing.",
        "Every call that draws: is it made with the caller's generator? And where a seed is written in your code.",
    ),
    "not-repeatable": (
        "Something else than the generator decides: another source of randomness, or something kept between calls.",
        "Every call that draws, and everything that your code remembers.",
    ),
    "generator-reseeded": (
        "The generator is set back in every call, or a copy of it is used, so that two calls draw the same.",
        "`manual_seed`, `seed`, `initial_seed`, `get_state`, copies: a generator is there to move on.",
    ),
    "positions-hang-together": (
        "What happens at one position and at another is connected; each should be drawn by itself.",
        "The shape of your random numbers, and everything that repeats, expands or moves them.",
    ),
    "counts-too-regular": (
        "The numbers vary less, or more, than independent draws do.",
        "Whether your code fixes or limits how many there are.",
    ),
    "not-uniform": (
        "Some values come more often than others, or not at all.",
        "The ends of the range that you draw from, and what is done with a draw afterwards.",
    ),
    "one-draw-for-many": (
        "One draw is used in many places.",
        "The shape of what you draw: one for each position.",
    ),
    "avoids-repeats": (
        "A draw avoids what came just before; each should be made by itself.",
        "Permutations, draws without replacement, and what is remembered from one draw to the next.",
    ),
    "dealt-without-return": (
        "What has been drawn once is not drawn again, as when cards are dealt.",
        "Whether a permutation, or a draw without replacement, stands where each position has a draw of its own.",
    ),
    "out-of-range": ("Values came up that do not exist.", "The ends of the range that you draw from."),
}  # fmt: skip


def mistake_named(name: str | None) -> Mistake | None:
    """The mistake of that name: one of these, one that a message names, or one of a family."""
    if name is None:
        return None
    if name in TEXTS:
        return Mistake(name, *TEXTS[name])
    if (known := crash_mistake(name)) is not None:
        return known
    if name.startswith("raises"):
        return Mistake(
            name,
            "The code stopped with {exception}, and its message is all that is known.",
            "The line named, and the types and shapes that meet there.",
        )
    if name.startswith("depends-on-"):
        on = name.removeprefix("depends-on-").replace("-", " ")
        return Mistake(
            name,
            f"More than luck explains, it differs with the {on}: the chance depends on it, or positions share a draw.",
            f"Where the {on} enters your code, and the shape of your random numbers: one for each position.",
        )
    if name.startswith("one-draw-for-equal-"):
        of = name.removeprefix("one-draw-for-equal-").replace("-", " ")
        return Mistake(
            name,
            f"Positions with equal {of} share a draw. Each should be drawn by itself.",
            "What your random numbers belong to: they should have one entry for each position.",
        )
    if name.startswith("only-where-"):
        return Mistake(name, "It is right, except where {where}.", "What each line does where {where}.")
    if name.startswith("wrong-"):
        return Mistake(
            name,
            f"The {name.removeprefix('wrong-').replace('-', ' ')} is not what was asked for.",
            "Every number in your code, every comparison, and what each draw is a share of.",
        )
    return None
