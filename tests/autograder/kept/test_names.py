"""Which of a lesson's first statements an answer takes along."""

import pytest

from autograder.kept.names import compiled, found_elsewhere, imports_everything, prelude

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
    ("source", "names"),
    [
        ("get_ipython().run_line_magic('time', '')\nprint(_, __file__)", set()),
        ("await later()", {"later"}),
        ("def f():\n    return display(g, len)", {"g"}),
    ],
)
def test_what_a_cell_finds_elsewhere(source: str, names: set[str]) -> None:
    code = compiled(source)
    assert code is not None
    assert found_elsewhere(code) == names


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
