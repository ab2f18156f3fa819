"""Labelled tasks of BERT's four families: made from the story world, and read from people's own files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bertkit.tasks.entailment import entailment
from bertkit.tasks.entities import entities
from bertkit.tasks.examples import PairExample, SentenceExample, SpanExample, Task, TokenExample
from bertkit.tasks.intent import intent
from bertkit.tasks.paraphrase import paraphrase
from bertkit.tasks.parts_of_speech import parts_of_speech
from bertkit.tasks.questions import questions
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

__all__ = ["STORY_TASKS", "PairExample", "SentenceExample", "SpanExample", "Task", "TokenExample"]
