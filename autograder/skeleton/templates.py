"""The text of a new exercise: its public half, its hidden tests, and what there is to fill in.

Whatever says `TODO` is found by the audit until somebody has written it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from string import Template

from autograder.skeleton.arguments import laid_out

MISTAKES = 6

LESSON = '"""The lesson `$lesson`: the statements of its exercises, and how answers are run."""'
ROOM = '"""The lesson `$lesson`: one module an exercise."""\n'

EXERCISE = Template("""\
$constant = Exercise(
    id="$id",
    title="TODO: what is to be done, as an order",
    difficulty=Difficulty.MEDIUM,
    minutes=0,
    why="TODO: why it matters, a sentence or two.",
    parts=$parts,
    hints=(
        Hint("TODO: what somebody sees who needs the gentlest hint", "TODO: the hint."),
        Hint("TODO: what somebody sees who needs a clearer one", "TODO: the hint."),
        Hint("TODO: what somebody sees who is nearly there", "TODO: the hint, which leaves the code to the learner."),
    ),
    $defines,
    $run,$stands_on
)
""")
VALUE = 'Part("value", "TODO: a property of the result, as a statement that is true of a right one", 1)'
REFUSED_VALUES = 'Part("refused", "TODO: which values raise a ValueError that contains them", 0.5)'

RUN = Template('''\
def $run(answer: Any, inputs: Inputs) -> Any:
    """TODO: make what the answer needs of plain data, use it once, and give back plain data."""
    raise NotImplementedError("use the answer once")
''')

INPUTS = Template('''\
def inputs(draw: Draw) -> Inputs:
    """TODO: which inputs these are; a wrong answer has to show on them, and the reference may not refuse one."""
    $body
''')
UNTOLD = Template("""\
# TODO: draw them with `draw`, as plain data: $names
    raise NotImplementedError("the inputs are not written yet")""")

EDGES = """\
EDGES = {
    "TODO: what is special, to be read after the word where": inputs,
}
"""

REFUSED = '''\
def refused(draw: Draw) -> list[Case]:
    """TODO: bad values, each with the text that the message has to contain, and the values beside them."""
    return []
'''

MISTAKE = Template("""\
@mistake("TODO: the idea that is mistaken, one sentence.", "TODO: where to look next, one sentence.")
$head
    raise NotImplementedError("write it wrongly")
""")
OTHER_MISTAKE = Template("""\
mistake.add(
    "mistake-$number",
    "TODO: the idea that is mistaken, one sentence.",
    "TODO: where to look next, one sentence.",
    ...,
)
""")


@dataclass(frozen=True)
class Asked:
    """What an exercise asks for, as its skeleton is told."""

    id: str
    defines: tuple[str, ...]
    stands_on: tuple[str, ...]
    constant: str
    """Name of the object in its lesson's module."""
    run: str
    """The expression after `run=`."""
    refuses: bool
    """Whether the reference raises on bad values."""


def exercise_text(asked: Asked) -> str:
    """The object that says what is asked."""
    stands_on = "".join(f"\n    {line}" for line in _paths("stands_on", asked.stands_on)) + ","
    return EXERCISE.substitute(
        constant=asked.constant,
        id=asked.id,
        parts=f"(\n        {VALUE},\n        {REFUSED_VALUES},\n    )" if asked.refuses else f"({VALUE},)",
        defines="\n    ".join(_paths("defines", asked.defines)),
        run=f"run={asked.run}",
        stands_on=stands_on if asked.stands_on else "",
    )


def call_text(arguments: Sequence[str], gradients: Sequence[str], generator: str | None) -> str:
    """`Call(("logits", "labels"), gradients=("logits",))`."""
    settings = [tuple_text(arguments)]
    settings += [f"gradients={tuple_text(gradients)}"] if gradients else []
    settings += [f"generator={generator}"] if generator else []
    return "\n    ".join(laid_out("Call(", settings, ")"))


def hidden_text(asked: Asked, body: Sequence[str], heads: Sequence[str] | None, is_counted: bool) -> str:
    """The hidden tests below their imports.

    Args:
        asked: what the exercise asks for.
        body: of `inputs`, line by line.
        heads: of the known mistakes, `def` and signature; None where they are no functions.
        is_counted: whether the answer draws at random, so that it is not compared with the reference.
    """
    mistakes = [MISTAKE.substitute(head=head) for head in heads or ()] or [
        OTHER_MISTAKE.substitute(number=number) for number in range(1, MISTAKES + 1)
    ]
    value = (
        "(Source(inputs),),  # TODO: a Sample that counts what is drawn" if is_counted else "(Compare(inputs, EDGES),),"
    )
    tests = [
        "TESTS = HiddenTests(",
        "    parts={",
        f'        "value": {value}',
        *(['        "refused": (Refuse(refused),),'] if asked.refuses else []),
        "    },",
        "    mistakes=mistake.all,",
        ")\n",
    ]
    return "\n\n".join(
        [
            "mistake = Mistakes()\n",
            INPUTS.substitute(body="\n    ".join(body)),
            *([] if is_counted else [EDGES]),
            *([REFUSED] if asked.refuses else []),
            *mistakes,
            "\n".join(tests),
        ]
    )


def mistake_heads(arguments: Sequence[tuple[str, str]], returns: str) -> list[str]:
    """The first lines of the functions that are to be written wrongly, one each."""
    items = [f"{name}: {annotation}" for name, annotation in arguments]
    return [
        "\n".join(laid_out(f"def mistake_{number}(", items, f") -> {returns}:", 120))
        for number in range(1, MISTAKES + 1)
    ]


def tuple_text(names: Sequence[str]) -> str:
    """A tuple of strings, as code."""
    return f"({', '.join(_quoted(names))}{',' * (len(names) == 1)})"


def _paths(field: str, paths: Sequence[str]) -> list[str]:
    line = f"{field}={tuple_text(paths)}"
    return [line] if len(line) <= 115 else laid_out(f"{field}=(", _quoted(paths), ")", 0)


def _quoted(names: Sequence[str]) -> list[str]:
    return [f'"{name}"' for name in names]
