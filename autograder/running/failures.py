"""Ways in which a learner's code can fail to give a result at all, and how that is told."""

from autograder.exercise import Exercise, in_words
from autograder.verdict import Diagnosis
from autograder.wording import quoted

RAISES, EXITS, SYNTAX, UNDEFINED = "raises", "exits", "syntax", "undefined"
LATE, GONE, GARBLED = "late", "gone", "garbled"
TOLD = (RAISES, EXITS, SYNTAX, UNDEFINED)
"""Failures that the learner's process tells of; of the others there is nobody left to tell."""

FAILURES = {
    RAISES: (
        "The {place} raised {detail}.",
        "The error comes from code outside your function, which runs as soon as the {place} is run.",
        "The line named, and the line that begins the error's own message.",
    ),
    EXITS: (
        "The {place} left Python by itself, with {detail}.",
        "Somewhere it calls `exit`, `quit` or `sys.exit`.",
        "Take that call out: a {place} that defines functions only has to end by coming to its end.",
    ),
    SYNTAX: (
        "The {place} is not Python: {detail}.",
        "A bracket, a colon or an indentation is not where it should be, or this is no text.",
        "The line named, and the one before it.",
    ),
    UNDEFINED: (
        "The {place} does not define {detail}.",
        "The name is misspelt, or this is the {place} of another exercise.",
        "The names after `def` and `class`, and to the left of `=`.",
    ),
    LATE: (
        "The code was still running after {detail} seconds and was stopped.",
        "A loop does not end, or waits for input that never comes.",
        "Every `while`, and what makes its condition false.",
    ),
    GONE: (
        "The code ended its own process while it was being tried.",
        "It called `os._exit` or crashed the interpreter, or used up its memory.",
        "How large the largest tensor is that you make, and whether anything calls `_exit`.",
    ),
    GARBLED: (
        "The code's process answered with something that is no result.",
        "The code writes to connections that are not its own.",
        "Anything that touches `os`, `gc` or file descriptors.",
    ),
}
"""By kind: what was seen, the likely mistake, where to look."""


NAMES = {
    RAISES: "raises-when-loaded",
    EXITS: "leaves-python",
    SYNTAX: "syntax-error",
    UNDEFINED: "missing-definition",
    LATE: "takes-too-long",
    GONE: "ends-its-process",
}
"""What a report counts them under."""


def message_of(failure: str, detail: str) -> dict[str, str]:
    """What a learner's process sends to tell of a failure."""
    return {"failure": failure, "detail": detail[:500]}


class StoppedError(Exception):
    """The learner's process gave no result."""

    def __init__(self, failure: str, detail: str = "", told: bool = False) -> None:
        """`told` where the process itself has said so, and is still there."""
        super().__init__(failure, detail)
        self.failure, self.detail, self.told = failure, detail, told

    @property
    def misconception(self) -> str | None:
        """Stable name of what kept the code from giving a result; None where it may not be the code's doing."""
        return NAMES.get(self.failure)

    def diagnosis(self, exercise: Exercise, place: str) -> Diagnosis:
        """The four lines for it; `place` is where the learner's code stands, a file or a cell."""
        told = [text.format(detail=quoted(self.detail), place=place) for text in FAILURES[self.failure]]
        expected = f"A {place} that defines {in_words(exercise.names)}, and a function that comes back."
        return Diagnosis(told[0], expected, told[1], told[2])
