"""Which names code defines and needs."""

import pytest

from autograder.names import bound_names, needed_names


@pytest.mark.parametrize(
    ("source", "bound", "needed"),
    [
        ("def f(x):\n    return g(x) + len(x)", {"f"}, {"g"}),
        ("def f(x: Tensor) -> Tensor:\n    def g():\n        return x, h\n    return g", {"f"}, {"Tensor", "h"}),
        (
            "class A(nn.Module):\n    width = 3\n    half = width / 2\n    def f(self):\n        return F",
            {"A"},
            {"nn", "F"},
        ),
        ("class A:\n    width = 3\n    def f(self):\n        return width", {"A"}, {"width"}),
        ("import a.b as c, d.e\nfrom f import g as h", {"c", "d", "h"}, set()),
        ("def f():\n    global made\n    made = 1\ndef g():\n    return made", {"f", "g", "made"}, set()),
        ("f = lambda x: [y for y in x if y in allowed]", {"f"}, {"allowed"}),
        ("x = 1\nx += step\ndel x", {"x"}, {"step"}),
        ("@no_grad()\ndef f(x=default):\n    '''`told`'''\n    x.attribute = 3", {"f"}, {"no_grad", "default"}),
    ],
)
def test_names(source: str, bound: set[str], needed: set[str]) -> None:
    code = compile(source, "code", "exec", dont_inherit=True)
    assert bound_names(code) == bound
    assert needed_names(code) == needed
