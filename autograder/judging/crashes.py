"""Exceptions where a result was asked for: what Python's and torch's messages say is wrong.

A message is the one thing about a crash that is known, so a mistake is named only where the message names it.
"""

import re
from typing import Any

from autograder.judging.parts import Finding, Mistake
from autograder.wording import quoted

NEEDS_CONTIGUOUS, WORDS_FOR_TENSORS, NOT_FLATTENED = "needs-contiguous", "and-or-not", "not-flattened"
ROOM = 100
"""Characters for message and line together, so that the whole stays one short line."""
REMEDY = 160
"""Characters of a message that names the remedy."""


def told(name: str, pattern: str, likely: str, look_at: str) -> tuple[re.Pattern[str], Mistake]:
    """A mistake, with the pattern of the type and message that it is known by."""
    return re.compile(pattern, re.DOTALL), Mistake(name, likely, look_at)


CRASHES = (
    told(
        "no-super-init",
        r"before Module\.__init__\(\) call|super\(\)\.__init__\(\) is not called",
        "A module was given parts before `super().__init__()` ran, which makes room for them.",
        "The first line of your `__init__`.",
    ),
    told(
        "missing-forward",
        r"is missing the required .forward. function",
        "The class has no method `forward`, which is what runs when the module is called.",
        "The names after `def` in your class, letter by letter, and how far they are indented.",
    ),
    told(
        NEEDS_CONTIGUOUS,
        r"view size is not compatible|input.*is not contiguous|must be contiguous",
        "`view` works only where the elements follow one another in memory. After a transpose they do not.",
        "Every `view`: which method does the same for any tensor?",
    ),
    told(
        WORDS_FOR_TENSORS,
        r"Boolean value of Tensor with (more than one|no) value",
        "`and`, `or`, `not` and `if` want one truth value, and a tensor has many.",
        "Conditions on whole tensors: `&`, `|` and `~` work element by element, with brackets around comparisons.",
    ),
    told(
        NOT_FLATTENED,
        r"Expected target size",
        "`cross_entropy` takes the second dimension for the classes, and yours is the sequence.",
        "The shapes that go in: (N, V) and (N,), all positions of the batch in one row.",
    ),
    told(
        "precedence",
        r"bitwise_(and|or|xor|not)\w*.*not implemented for '(Float|Double)|"
        r"unsupported operand type\(s\) for [&|^]: '(float|Tensor)' and|bad operand type for unary ~: '(float|Tensor)'|"
        r"~ \(operator\.invert\) is only implemented on integer and Boolean",
        "`&`, `|` and `~` met numbers that are not whole. They bind tighter than `<` and `==`.",
        "Brackets around every comparison, and whether each side of `&` is a condition.",
    ),
    told(
        "missing-name",
        r"^(NameError|UnboundLocalError): ",
        "A name is used that is not defined where the line runs: misspelt, not imported, or set in one branch only.",
        "The name in the message, letter by letter, and where it gets its value.",
    ),
    told(
        "missing-attribute",
        r"^AttributeError: ",
        "Something is asked for a method or an attribute that it does not have.",
        "What is in front of the dot in that line, and how the name after it is written.",
    ),
    told(
        "wrong-signature",
        r"^TypeError: .*(positional argument|required keyword-only|unexpected keyword argument|multiple values for)",
        "Something is called with other arguments than it takes.",
        "The names and the number of arguments, of your own definition too: they are those of the stub.",
    ),
    told(
        "not-callable",
        r"^TypeError: .*object is not callable",
        "Something is called that is no function: a name was given another value, or an operator is missing.",
        "What stands in front of the brackets in that line.",
    ),
    told(
        "asserts",
        r"^AssertionError: ",
        "An assertion of yours does not hold for input that is allowed.",
        "What the assertion takes for granted.",
    ),
    told(
        "endless-recursion",
        r"^RecursionError: ",
        "The function calls itself without coming to an end.",
        "The condition that ends it, and whether each call comes nearer to it.",
    ),
    told(
        "writes-into-leaf",
        r"leaf Variable that requires grad|is a view of a leaf|modified by an inplace operation",
        "A tensor that a gradient is wanted for is written into.",
        "Methods ending in `_` and assignments to `tensor[...]`: work on a new tensor.",
    ),
    told(
        "wrong-target-type",
        r"expected target dtype|nll_loss\w*\W* not implemented for '(Int|Bool|Short|Char)'",
        "The classes that a loss is given have another type than it takes.",
        "The type of the targets: class numbers are whole numbers of 64 bits.",
    ),
    told(
        "one-dtype-only",
        r"expected scalar type|must have the same dtype|Found dtype \w+ but expected|dtypes? match|"
        r"expected m1 and m2 to have the same dtype|same dtype|can't be cast to the desired output type|"
        r"could not be cast|value cannot be converted to type",
        "Two tensors of different types meet.",
        "Tensors that you make yourself: do they get the type of what they meet?",
    ),
    told(
        "wrong-index-type",
        r"must be long, int, byte or bool|tensors used as indices|Expected.*(Long|Int|index).*but got|"
        r"index.*expected.*int64|for argument 'index'|indices must be",
        "Something that is no whole number, and no mask, is used as an index.",
        "The type of what stands in the square brackets, or is looked up.",
    ),
    told(
        "index-out-of-range",
        r"^IndexError: (?!Dimension).*(out of (range|bounds)|list index)|index out of (range|bounds)|"
        r"Target -?\d+ is out of bounds|"
        r"index -?\d+ is out of bounds",
        "An index points outside of what it indexes.",
        "The largest and the smallest index that can come up, -100 included.",
    ),
    told(
        "mask-of-another-shape",
        r"shape of the mask .* does not match",
        "A mask has another shape than what it picks from.",
        "The shapes of both, one dimension at a time.",
    ),
    told(
        "too-many-dimensions",
        r"not enough values to unpack|too many values to unpack|too many indices for tensor|[Dd]imension out of range|"
        r"Dimension specified as|expected .*[dD] (or .*)?(tensor|input)|must be (a )?\d-?[dD]|only supports|"
        r"1D tensors expected|number of dims don't match",
        "The code takes a certain number of dimensions for granted, and the input has another.",
        "Unpacked shapes, and numbered dimensions: count from the end, with -1.",
    ),
    told(
        "shapes-do-not-fit",
        r"must match the size of tensor|shapes cannot be multiplied|is invalid for input of size|shape mismatch|"
        r"must match the existing size|Sizes of tensors must match|not broadcastable|mat1 and mat2|size mismatch|"
        r"Expected input batch_size|does not match|doesn't match|same size|cannot be broadcast|output with shape|"
        r"Given normalized_shape|expand\(|inconsistent tensor size|same number of|"
        r"Expected size for first two dimensions",
        "Two tensors meet whose shapes do not fit.",
        "The shapes in that line, one dimension at a time.",
    ),
    told(
        "no-single-number",
        r"only one element tensors can be converted|a Tensor with \d+ elements cannot be converted to Scalar|"
        r"only integer tensors of a single element|Only a single dimension|only tensors with one element",
        "A tensor of many numbers stands where one number is wanted.",
        "`item`, `int` and `float`, and functions of `math`: they take one number.",
    ),
    told(
        "graph-used-twice",
        r"backward through the graph a second time",
        "A second gradient is taken of one result; the first has freed what it would need.",
        "The first of the two calls: which argument keeps the graph?",
    ),
    told(
        "nothing-depends",
        r"element \d+ of tensors does not require grad|not have been used in the graph",
        "As far as torch has recorded, what is differentiated does not depend on what it is asked by. It raises "
        "then, and gives no zeros.",
        "Whether the input requires a gradient. If nothing depends on it: what should come out, `allow_unused=True`, "
        "and `requires_grad` of the result.",
    ),
    told(
        "no-gradient-to-take",
        r"does not require grad|does not have a grad_fn|Can't call numpy\(\) on Tensor that requires grad|"
        r"grad can be implicitly created only",
        "A gradient is asked for where none can be had, or is in the way.",
        "`backward`, `grad` and `numpy` in that line: does it hang on anything, and is it needed?",
    ),
    told(
        "nothing-to-draw-from",
        r"Cannot choose from an empty sequence|empty range|[Ss]ample larger than population",
        "Something is drawn from a list or a range that has nothing, or too little, in it.",
        "What is left to draw from in the smallest case that is allowed.",
    ),
    told(
        "bad-probability",
        r"Expected p_in >= 0|probability tensor contains|p_in >= 0 && p_in <= 1|invalid multinomial|"
        r"cannot sample|from, to|random_ expects|from >= to",
        "A probability, or the ends of a range, are not what a draw can be made with.",
        "The numbers that go into the draw, at both ends of what is allowed.",
    ),
    told(
        "division-by-zero",
        r"^ZeroDivisionError: ",
        "A number is divided by zero.",
        "What you divide by, when there is nothing to count.",
    ),
    told(
        "missing-key",
        r"^KeyError: ",
        "Something is looked up that is not there.",
        "The key in the message, and what the dictionary has.",
    ),
    told(
        "missing-import",
        r"^(ImportError|ModuleNotFoundError): ",
        "Something is imported that is not there.",
        "The name of the module and of what is taken from it.",
    ),
    told(
        "none-as-value",
        r"'NoneType'|NoneType object|got NoneType|not NoneType",
        "Something that returned nothing is used as if it were a value.",
        "Functions without `return`, and methods that change an object and give None.",
    ),
    told(
        "numpy-for-torch",
        r"numpy\.ndarray|expected np\.|numpy",
        "NumPy and torch are mixed; what one of them gives, the other does not take.",
        "What starts with `np.`: torch has the same function.",
    ),
    told(
        "torch-refuses-arguments",
        r"^TypeError: .*(must be Tensor|received an invalid combination|must be (int|float|bool|tuple|torch)|"
        r"argument '\w+'|got an unexpected|Generator|invalid combination of arguments)",
        "A function of torch got something else than it takes.",
        "The arguments in that line: which of them is a number, which a tensor, and which has to be named.",
    ),
    told(
        "unhashable",
        r"^TypeError: unhashable",
        "Something that can change, such as a list, is put into a set or used as a key.",
        "Sets, dicts and caches in that line: is there another way to tell things apart?",
    ),
    told(
        "operand-types",
        r"^TypeError: .*(unsupported operand|not supported between|can only concatenate|bad operand)",
        "Two values meet in an operation that is not defined for them.",
        "The types on both sides of the operator in that line.",
    ),
)
"""In order: the first whose pattern is found in `Type: message` names the mistake."""

WORDS = re.compile(r"[A-Z][a-z]+|[A-Z]+(?![a-z])|[a-z]+|\d+")


def crash(raised: dict[str, Any], refused: bool) -> Finding:
    """The finding on an exception where a result was asked for.

    Args:
        raised: the exception, as `observe` describes it.
        refused: whether the exception is a ValueError of the answer's own, so that it refuses allowed input.
    """
    kind, text = raised["type"], raised["message"]
    known = next((mistake for pattern, mistake in CRASHES if pattern.search(f"{kind}: {text}")), None)
    line = raised["line"]
    limit = REMEDY if known and known.name == NEEDS_CONTIGUOUS else max(60, ROOM - len(line))
    message = quoted(text, limit).rstrip(".") or "no message"
    where = f" in the line `{quoted(line, max(20, ROOM - len(message)))}`" if line and limit != REMEDY else ""
    name = known.name if known else "refuses-allowed-input" if refused else named_after(kind)
    return Finding(
        f"It raised {quoted(kind, 30)}: {message}{where}.", "A result.", name, {"exception": quoted(kind, 30)}
    )


def named_after(kind: str) -> str:
    """`raises-os-error` of OSError: what is known where the message says nothing that we know."""
    words = WORDS.findall(kind[:40])
    return "-".join(["raises", *(word.lower() for word in words)]) if words else "raises"


def crash_mistake(name: str | None) -> Mistake | None:
    """The texts for a mistake that a message named."""
    return next((mistake for _, mistake in CRASHES if mistake.name == name), None)
