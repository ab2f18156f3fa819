"""The normal form: what it makes alike, what it keeps apart, and that no answer can hold it up."""

import pytest

from autograder.report.normal_form import LONGEST, MOST_TOKENS, normal_form

ANSWER = '''def loss(logits, labels: Tensor) -> Tensor:
    """Mean."""
    # count first
    count = (labels != -100).sum()
    total: Tensor = F.cross_entropy(logits, labels, reduction="sum")
    return total / count
'''


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("count", "how_many"),
        ("total: Tensor", "total"),
        ("labels: Tensor", "labels"),
        (" -> Tensor", ""),
        ('    """Mean."""\n', ""),
        ("    # count first\n", "\n\n"),
        ("logits, labels,", "logits,\n      labels,"),
        ('"sum"', "'sum'"),
        (" / ", "/"),
        ("def loss", "def my_loss"),
    ],
    ids=[
        *("variable", "annotated-variable", "annotated-argument", "return-type", "docstring"),
        *("comment", "layout", "quotes", "spaces", "function"),
    ],
)
def test_what_a_copier_changes_without_thinking_changes_nothing(old: str, new: str) -> None:
    assert old in ANSWER
    assert normal_form(ANSWER.replace(old, new)) == normal_form(ANSWER)


@pytest.mark.parametrize(
    ("old", "new"),
    [("-100", "0"), ("!=", "=="), ("cross_entropy", "nll_loss"), ('"sum"', '"mean"'), ("reduction", "weight")],
)
def test_what_the_code_does_is_kept(old: str, new: str) -> None:
    assert old in ANSWER
    assert normal_form(ANSWER.replace(old, new)) != normal_form(ANSWER)


def test_statements_may_change_places() -> None:
    first, second = ANSWER.splitlines()[3:5]
    moved = ANSWER.replace(f"{first}\n{second}", f"{second}\n{first}")
    assert moved != ANSWER
    assert normal_form(moved) == normal_form(ANSWER)


def test_attributes_that_the_answer_sets_are_its_own() -> None:
    source = "class Head(nn.Module):\n  def __init__(self):\n    self.norm = nn.LayerNorm(4)\n"
    assert normal_form(source) == normal_form(source.replace("self.norm", "self.layer_norm"))
    assert normal_form(source) != normal_form(source.replace("LayerNorm", "Linear"))


def test_other_names_that_an_answer_binds() -> None:
    source = "import numpy as np\ntry:\n    x = [i for i in np.arange(3)]\nexcept ValueError as e:\n    raise e\n"
    others = "import numpy as num\ntry:\n    y = [j for j in num.arange(3)]\nexcept ValueError as f:\n    raise f\n"
    assert normal_form(source) == normal_form(others)
    assert "numpy" in normal_form(source)
    assert "ValueError" in normal_form(source)


@pytest.mark.parametrize(
    "source", ["def f():\n    '''Only this.'''", "class A:\n    x: int", "async def f():\n    'x'"]
)
def test_a_body_that_is_left_empty_is_still_code(source: str) -> None:
    assert "pass" in normal_form(source)


def test_what_python_cannot_parse_loses_comments_and_layout() -> None:
    assert normal_form("def f(:  # oh\n    return   x") == normal_form("def f(:\n\n  return x")
    assert normal_form("def f(:") != normal_form("def g(:")


HOSTILE = {
    "a-megabyte": "x = 1\n" * 180_000,
    "one-long-line": "x" + " + x" * 300_000,
    "brackets": "(" * 5_900,
    "signs": "-" * 5_900 + "1",
    "attributes": "x" + ".a" * 2_900,
    "calls": "x" + "(1)" * 1_900,
    "sums": "x = " + "1+" * 2_900 + "1",
    "lambdas": "lambda:" * 800 + "1",
    "blocks": "".join(" " * depth + "if 1:\n" for depth in range(99)) + " " * 99 + "x",
    "large-number": "x = 0x" + "f" * 5_900,
    "zero-byte": "x = '\0'",
    "half-a-character": "x = '\ud800'",
    "bad-escape": r"x = '\d'",
    "comparison-with-text": "1 is 'a'",
    "empty": "",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_no_answer_holds_it_up(kind: str) -> None:
    assert len(normal_form(HOSTILE[kind])) <= MOST_TOKENS


def test_the_end_of_an_answer_that_is_too_long_is_not_looked_at() -> None:
    start = "x = 1\n" * LONGEST
    assert normal_form(start + "y = 2") == normal_form(start + "z = 3 + 4")
