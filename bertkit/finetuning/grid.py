"""Every head on every task: what fits, what cannot, and what can at a price, which is measured.

What decides is the shape of the answer, not what the task is about.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from bertkit.finetuning.learning import TaskLearning, set_up
from bertkit.finetuning.loop import END_TO_END, FinetuningSettings
from bertkit.finetuning.pieces import LIBRARY_PIECES, FinetuningPieces
from bertkit.finetuning.readings import FIRST, INSIDE_OUTSIDE, MEAN, TWO_OUTPUTS, VOTE, Reading
from bertkit.model.heads import HEAD_FOR_TASK
from bertkit.tasks import STORY_TASKS
from bertkit.tasks.baselines import majority, word_overlap
from bertkit.tasks.examples import Task

HeadName = Literal["cls", "token", "span"]
HEADS: tuple[HeadName, ...] = ("cls", "token", "span")

STORY_NAMES: Mapping[str, str] = {
    "document classification": "topic",
    "paraphrase detection": "paraphrase",
    "named-entity recognition": "entities",
    "part-of-speech tagging": "pos",
    "question answering": "questions",
}
"""The name in `STORY_TASKS` of a task of `HEAD_FOR_TASK`, where it is another."""

AnswerShape = Literal["one of two labels", "one of several labels", "a label for every word", "a place in the passage"]

ANSWER_SHAPES: Mapping[str, AnswerShape] = {
    "sentiment": "one of two labels",
    "intent": "one of several labels",
    "document classification": "one of several labels",
    "entailment": "one of several labels",
    "paraphrase detection": "one of two labels",
    "named-entity recognition": "a label for every word",
    "part-of-speech tagging": "a label for every word",
    "question answering": "a place in the passage",
}
"""What an answer is, for each task of `HEAD_FOR_TASK`."""

Outcome = Literal["fits", "stands in", "cannot"]


@dataclass(frozen=True)
class Cell:
    """A head on a task."""

    outcome: Outcome
    """`fits`: what comes out is the answer. `stands in`: it can be made one, and what that costs is to be measured.
    `cannot`: what comes out has no room for the answer."""
    why: str
    """In a sentence."""
    readings: tuple[Reading | None, ...]
    """The ways to learn and answer, the usual one None; empty where it cannot."""

    def reading(self, name: str | None) -> Reading | None:
        """The reading of that name, or the cell's first if None. Raises `ValueError` for another name."""
        if name is None:
            return self.readings[0]
        for reading in self.readings:
            if reading is not None and reading.name == name:
                return reading
        known = [repr(reading.name) for reading in self.readings if reading is not None]
        raise ValueError(f"there is no reading {name!r} of this head here; there are {', '.join(known) or 'none'}")


CELLS: Mapping[tuple[HeadName, AnswerShape], Cell] = {
    ("cls", "one of two labels"): Cell("fits", "One vector for the whole input, one label for it.", (None, FIRST)),
    ("cls", "one of several labels"): Cell("fits", "One vector for the whole input, one label for it.", (None, FIRST)),
    ("cls", "a label for every word"): Cell(
        "cannot", "It says one label for the whole input, and as many are asked for as there are words.", ()
    ),
    ("cls", "a place in the passage"): Cell(
        "cannot", "It chooses from a list that is fixed beforehand, and every passage has places of its own.", ()
    ),
    ("token", "one of two labels"): Cell(
        "stands in", "It says a label at every token; their average, or a vote, makes one of them.", (MEAN, VOTE)
    ),
    ("token", "one of several labels"): Cell(
        "stands in", "It says a label at every token; their average, or a vote, makes one of them.", (MEAN, VOTE)
    ),
    ("token", "a label for every word"): Cell(
        "fits", "One label at every token, the first speaks for a word.", (None,)
    ),
    ("token", "a place in the passage"): Cell(
        "stands in",
        "It tags tokens as inside or outside the answer; nothing in single tags makes them one unbroken run.",
        (INSIDE_OUTSIDE,),
    ),
    ("span", "one of two labels"): Cell(
        "stands in",
        "Its two numbers a token, averaged, are taken for two labels: a token head under another name.",
        (TWO_OUTPUTS,),
    ),
    ("span", "one of several labels"): Cell(
        "cannot", "It has two numbers a token, a start's and an end's, and there are more labels than two.", ()
    ),
    ("span", "a label for every word"): Cell(
        "cannot", "It marks one stretch, without a name for it, and every word is to have a label.", ()
    ),
    ("span", "a place in the passage"): Cell("fits", "A start and an end among the tokens: a place.", (None,)),
}


def cell_of(task: str, head: HeadName) -> Cell:
    """What comes of a head on a task, by the shape of the task's answer.

    Args:
        task: a name of `HEAD_FOR_TASK`.
        head: "cls", "token" or "span".

    Raises:
        ValueError: naming a task or head that there is none of.

    >>> cell_of("sentiment", "cls").outcome, cell_of("sentiment", "token").outcome
    ('fits', 'stands in')
    >>> cell_of("named-entity recognition", "cls").why
    'It says one label for the whole input, and as many are asked for as there are words.'
    """
    if task not in ANSWER_SHAPES:
        raise ValueError(f"there is no task {task!r}; there are {', '.join(ANSWER_SHAPES)}")
    if head not in HEADS:
        raise ValueError(f"there is no head {head!r}; there are {', '.join(HEADS)}")
    return CELLS[head, ANSWER_SHAPES[task]]


def story_task(task: str, examples: int, test: int, seed: int) -> Task[Any]:
    """A task of `HEAD_FOR_TASK`, told by the story world. Raises `ValueError` for another name.

    >>> story_task("document classification", 4, 2, seed=0).name
    'topic'
    """
    if task not in HEAD_FOR_TASK:
        raise ValueError(f"there is no task {task!r}; there are {', '.join(HEAD_FOR_TASK)}")
    return STORY_TASKS[STORY_NAMES.get(task, task)](examples, test, seed)


MEASURES = ("accuracy", "entity_f1", "token_accuracy", "exact_match")
"""The first of these that a task's scores have is the task's own."""


def own_measure(scores: Mapping[str, float]) -> str:
    """The name of the task's own measure.

    >>> own_measure({"token_accuracy": 0.9, "entity_f1": 0.5})
    'entity_f1'
    """
    return next(measure for measure in MEASURES if measure in scores)


@dataclass(frozen=True)
class CellScore:
    """What came out in a cell, on unseen words where the task has held some out."""

    task: str
    head: HeadName
    reading: str
    """Name of the reading; "" for the usual one."""
    measure: str
    """`accuracy`, `entity_f1`, `token_accuracy` or `exact_match`."""
    score: float
    """By that measure, from 0 to 1."""
    scores: Mapping[str, float]
    """By all measures, as `score_task`."""
    majority: float
    """What the most frequent label, tag or answer of the training set gets."""
    overlap: float | None
    """What a rule gets that looks at nothing but the words that two texts share; None where there are no two."""
    steps: int
    """Optimiser steps."""
    seconds: float
    """Of processor time, in training."""


def set_up_cell(
    checkpoint: str | Path,
    task: str,
    head: HeadName,
    told: Task[Any],
    settings: FinetuningSettings = END_TO_END,
    pieces: FinetuningPieces = LIBRARY_PIECES,
    reading: str | None = None,
    from_scratch: bool = False,
) -> TaskLearning:
    """A head on a task, ready to learn; arguments as those of `run_cell`, the task's examples being `told`.

    Raises:
        ValueError: with the reason, where this head cannot answer this task.
    """
    cell = cell_of(task, head)
    if not cell.readings:
        raise ValueError(f"a {head} head cannot answer {task}: {cell.why}")
    return set_up(checkpoint, told, settings, pieces, cell.reading(reading), from_scratch)


def run_cell(
    checkpoint: str | Path,
    task: str,
    head: HeadName,
    reading: str | None = None,
    steps: int = 200,
    examples: int = 256,
    test: int = 300,
    settings: FinetuningSettings = END_TO_END,
    pieces: FinetuningPieces = LIBRARY_PIECES,
    from_scratch: bool = False,
    seed: int = 0,
) -> CellScore:
    """Fine-tune a head on a task for so many steps, and score it on words that no labelled example had.

    Args:
        checkpoint: folder of a model with a BERT encoder, such as `shipped()`.
        task: a name of `HEAD_FOR_TASK`.
        head: "cls", "token" or "span".
        reading: how the head is made to answer, by its name in `cell_of(task, head).readings`; the first if None.
        steps: of the optimiser, the same for cells that are to be compared.
        examples: labelled ones to learn from.
        test: unseen ones to judge by.
        settings: all else: rate, batch size, whether the encoder is frozen; `steps` and `seed` take the place of its
            own.
        pieces: heads, losses, alignment, loop and measures, for example one's own.
        from_scratch: whether the encoder starts from random weights, as in `set_up`.
        seed: decides the examples, the words held out, the starting weights and the order.

    Raises:
        ValueError: with the reason, where this head cannot answer this task.
    """
    told = story_task(task, examples, test, seed)
    settings = replace(settings, max_steps=steps, seed=seed)
    learning = set_up_cell(checkpoint, task, head, told, settings, pieces, reading, from_scratch)
    begun = time.process_time()
    learning.losses()
    seconds = time.process_time() - begun
    scores = learning.score(told.test_unseen)
    measure, overlap = own_measure(scores), word_overlap(told)
    return CellScore(
        task,
        head,
        "" if learning.reading is None else learning.reading.name,
        measure,
        scores[measure],
        scores,
        majority(told)[1],
        None if overlap is None else overlap[1],
        steps,
        seconds,
    )
