"""Labelled tasks of BERT's four families: made from the story world, and read from people's own files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bertkit.tasks.entailment import entailment
from bertkit.tasks.entailment_facts import entailment_facts
from bertkit.tasks.entities import entities
from bertkit.tasks.examples import PairExample, SentenceExample, SpanExample, Task, TokenExample
from bertkit.tasks.intent import intent
from bertkit.tasks.paraphrase import paraphrase
from bertkit.tasks.paraphrase_roles import paraphrase_roles
from bertkit.tasks.parts_of_speech import parts_of_speech
from bertkit.tasks.questions import questions, questions_names
from bertkit.tasks.sentiment import sentiment
from bertkit.tasks.topic import topic

STORY_TASKS: Mapping[str, Callable[[int, int, int], Task[Any]]] = {
    "sentiment": sentiment,
    "intent": intent,
    "topic": topic,
    "entailment": entailment,
    "paraphrase": paraphrase,
    "entities": entities,
    "pos": parts_of_speech,
    "questions": questions,
}
"""Every task of the story world by its name: a function (train, test, seed) -> Task."""

HARDER_TASKS: Mapping[str, Callable[[int, int, int], Task[Any]]] = {
    "entailment-facts": entailment_facts,
    "paraphrase-roles": paraphrase_roles,
    "questions-names": questions_names,
}
"""Three of them asked in a harder way, named after what decides: a fact of the world; who did it to whom; a name alone.

Each has the labels of the task that its name begins with. That task is easier: figures of the two are not to be
compared, nor are those of one with figures from when the harder form bore the shorter name.
"""

__all__ = ["HARDER_TASKS", "STORY_TASKS", "PairExample", "SentenceExample", "SpanExample", "Task", "TokenExample"]
