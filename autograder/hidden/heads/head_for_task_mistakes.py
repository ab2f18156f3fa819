"""Known mistakes of `heads.HEAD_FOR_TASK`."""

from autograder.judging.parts import Mistakes
from bertkit.model.heads import HEAD_FOR_TASK

mistake = Mistakes()

Table = dict[str, str]
SWAPPED = {"cls": "token", "token": "cls", "span": "span"}


def renamed(before: str, after: str) -> Table:
    """The right table with one task under another name."""
    return {after if task == before else task: head for task, head in HEAD_FOR_TASK.items()}


def without(task: str) -> Table:
    """The right table without one task."""
    return {each: head for each, head in HEAD_FOR_TASK.items() if each != task}


for name, likely, look_at, answer in (
    (
        "text-as-token",
        "A task with one label for a whole text was given a label on every token.",
        "How many answers one text gets in this task.",
        HEAD_FOR_TASK | {"sentiment": "token"},
    ),
    (
        "text-as-span",
        "A task with one label for a whole text was given a start and an end, as if the label stood in the text.",
        "Whether the answer of this task is a piece of the input.",
        HEAD_FOR_TASK | {"document classification": "span"},
    ),
    (
        "pair-as-span",
        "A task about two texts was given a start and an end. Two texts go in, and one label comes out.",
        "How many answers a pair gets in this task: the number of texts does not matter.",
        HEAD_FOR_TASK | {"entailment": "span"},
    ),
    (
        "pair-as-token",
        "A task about two texts was given a label on every token. Two texts go in, and one label comes out.",
        "How many answers a pair gets in this task: the number of texts does not matter.",
        HEAD_FOR_TASK | {"paraphrase detection": "token"},
    ),
    (
        "words-as-cls",
        "A task with a label for every word was given one vector for all of them.",
        "How many answers one sentence gets in this task.",
        HEAD_FOR_TASK | {"named-entity recognition": "cls"},
    ),
    (
        "words-as-span",
        "A task with a label for every word was given one start and one end. A sentence may have many, or none.",
        "How many answers one sentence gets in this task.",
        HEAD_FOR_TASK | {"named-entity recognition": "span"},
    ),
    (
        "answer-as-token",
        "The answer to a question was taken for a label on every token. Its tokens stand together.",
        "By how many positions a stretch of text is known.",
        HEAD_FOR_TASK | {"question answering": "token"},
    ),
    (
        "answer-as-cls",
        "The answer to a question was taken for one of a list of labels. Here it is a piece of the passage.",
        "Whether the answer of this task is a piece of the input.",
        HEAD_FOR_TASK | {"question answering": "cls"},
    ),
    (
        "pairs-as-spans",
        "Both tasks about two texts were given a start and an end. Two texts go in, and one label comes out.",
        "How many answers a pair gets: the number of texts does not matter.",
        HEAD_FOR_TASK | {"entailment": "span", "paraphrase detection": "span"},
    ),
    (
        "all-words-as-cls",
        "Both tasks with a label for every word were given one vector for all of them.",
        "How many answers one sentence gets in these tasks.",
        HEAD_FOR_TASK | {"named-entity recognition": "cls", "part-of-speech tagging": "cls"},
    ),
    (
        "cls-for-all",
        "Every task was given [CLS].",
        "How many answers one input gets in each task: one, one a word, or a piece of itself?",
        dict.fromkeys(HEAD_FOR_TASK, "cls"),
    ),
    (
        "whole-and-words-exchanged",
        "Tasks about the whole input and tasks about every word were taken for each other.",
        "What one vector, and what a vector for every token, can give an answer to.",
        {task: SWAPPED[head] for task, head in HEAD_FOR_TASK.items()},
    ),
    (
        "missing-task",
        "A task was left out.",
        "The keys of the stub, one by one.",
        without("paraphrase detection"),
    ),
    (
        "extra-task",
        "There is a task that is not asked for.",
        "The keys of the stub, one by one.",
        HEAD_FOR_TASK | {"translation": "token"},
    ),
    (
        "another-spelling",
        "A task is written in another way than in the stub, so that nobody finds it.",
        "The keys of the stub, letter by letter: hyphens, blanks, capitals.",
        renamed("part-of-speech tagging", "part of speech tagging"),
    ),
    (
        "another-writing",
        "The word is right and written in another way.",
        "Capitals and blanks of the values: they are words in small letters.",
        {task: head.upper() for task, head in HEAD_FOR_TASK.items()},
    ),
    (
        "other-words",
        "A head is called by another word than those of the stub's description.",
        "The three words that the description of the exercise gives.",
        {task: {"cls": "sequence", "token": "tokens", "span": "qa"}[head] for task, head in HEAD_FOR_TASK.items()},
    ),
):
    mistake.add(name, likely, look_at, answer)
mistake.add(
    "no-dict",
    "Something else than a dict from text to text stands there.",
    "The brackets around the tasks, and the quotation marks around keys and values.",
    None,
)
