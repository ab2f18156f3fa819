"""Where the right answers of one lesson are gathered."""

from collections.abc import Callable
from typing import Any, TypeVar

Answer = TypeVar("Answer")


class Register:
    """Right answers by the id of their exercise: `@right("mlm.corrupt")` above a function or a class adds it."""

    def __init__(self) -> None:
        self.vectorised: dict[str, list[Any]] = {}
        self.slow: dict[str, list[Any]] = {}

    def __call__(self, exercise: str, slow: bool = False) -> Callable[[Answer], Answer]:
        """A decorator that leaves the answer as it is; `slow` where it loops over positions in Python."""

        def register(answer: Answer) -> Answer:
            (self.slow if slow else self.vectorised).setdefault(exercise, []).append(answer)
            return answer

        return register
