"""What code defines and needs, and which of a lesson's first statements an answer takes along."""

import pytest

from autograder.kept.names import bound_names, compiled, imports_everything, needed_names, prelude

SETUP = """
import math
import torch
from torch import Tensor, nn
from torch.nn import functional as F
import os.path
WIDTH = math.floor(4.5)
def doubled(x):
    return F.relu(x) * WIDTH
print("heavy")
corpus = doubled(torch.ones(3))
"""


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
        ("get_ipython().run_line_magic('time', '')\nprint(_)", set(), set()),
        ("@no_grad()\ndef f(x=default):\n    '''`told`'''\n    x.attribute = 3", {"f"}, {"no_grad", "default"}),
        ("await later()", set(), {"later"}),
    ],
)
def test_names(source: str, bound: set[str], needed: set[str]) -> None:
    code = compiled(source)
    assert code is not None
    assert bound_names(code) == bound
    assert needed_names(code) == needed


@pytest.mark.parametrize("source", ["def f(:", "%time f()", "x = '\0'", "(" * 500])
def test_what_is_no_python(source: str) -> None:
    assert compiled(source) is None


@pytest.mark.parametrize(
    ("wanted", "kept"),
    [
        (set(), ""),
        ({"F"}, "from torch.nn import functional as F"),
        ({"nn"}, "from torch import nn"),
        ({"os", "nothing"}, "import os.path"),
        ({"WIDTH"}, "import math\nWIDTH = math.floor(4.5)"),
        (
            {"corpus"},
            "import math\nimport torch\nfrom torch.nn import functional as F\nWIDTH = math.floor(4.5)\n\n"
            "def doubled(x):\n    return F.relu(x) * WIDTH\ncorpus = doubled(torch.ones(3))",
        ),
    ],
    ids=lambda value: " ".join(sorted(value)) if isinstance(value, set) else "",
)
def test_a_prelude_has_what_is_needed_and_no_more(wanted: set[str], kept: str) -> None:
    assert [line for line in prelude(SETUP, wanted).splitlines() if line] == [
        line for line in kept.splitlines() if line
    ]


def test_a_prelude_of_a_setup_that_awaits() -> None:
    setup = "from __future__ import annotations\nimport math\nx = await later()"
    assert not imports_everything(setup)
    assert prelude(setup, {"math"}) == "from __future__ import annotations\nimport math"


def test_an_import_of_everything_always_stays() -> None:
    setup = "from torch import *\nimport math"
    assert imports_everything(setup)
    assert not imports_everything(SETUP)
    assert prelude(setup, {"tensor"}) == "from torch import *"
