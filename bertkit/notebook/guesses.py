"""Committed guesses, one small file each in the learner's folder `my_work/guesses`; deleting it asks again.

A guess that cannot be kept or read costs nothing but itself: a lesson goes on as if there were none.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bertkit.atomic import write_atomically
from bertkit.work_folder import lesson_folder, work_folder

FOLDER = "guesses"


@dataclass(frozen=True)
class Guess:
    """A guess that was committed in an earlier session, or earlier in this one."""

    guess: str | float
    day: str
    """For example `28 Nov`."""


def keep_guess(name: str, asked: Sequence[Any], guess: str | float) -> None:
    """Keep a guess beside what it answers, where this is a lesson's notebook and its folder can be written."""
    path = _path(name)
    if path is None:
        return
    committed = datetime.now().astimezone().isoformat(timespec="seconds")
    content = {"name": name, "asked": list(asked), "guess": guess, "committed": committed}
    try:
        write_atomically(path, json.dumps(content, indent=2, ensure_ascii=False) + "\n")
    except (OSError, UnicodeEncodeError):
        return


def kept_guess(name: str, asked: Sequence[Any]) -> Guess | None:
    """The guess that was kept for this question; None where there is none, or another question had that name."""
    path = _path(name)
    if path is None:
        return None
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        committed = datetime.fromisoformat(content["committed"])
        if content["asked"] != list(asked):
            return None
        return Guess(content["guess"], f"{committed.day} {committed:%b}")
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def _path(name: str) -> Path | None:
    folder, lesson = work_folder(), lesson_folder()
    return folder / FOLDER / f"{lesson.name}.{quote(name, safe=' ')}.json" if folder and lesson else None
