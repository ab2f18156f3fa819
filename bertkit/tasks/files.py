"""A task made of people's own files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bertkit.randomness import python_random
from bertkit.tasks.examples import Family, PairExample, SentenceExample, Task, TokenExample
from bertkit.tasks.readers import read_conll, read_conllu, read_pairs, read_sentences, read_squad


def file_task(
    data: Path, family: str | None, test: Path | None = None, examples: int | None = None, seed: int = 0
) -> Task[Any]:
    """Read a task of one of the four families.

    Args:
        data: examples to learn from: `label TAB text` for sentences, `label TAB first TAB second` for pairs, CoNLL
            columns or (`.conllu`) CoNLL-U for tokens, SQuAD's JSON for spans.
        family: "sentence", "pair", "token" or "span".
        test: others to judge by, in the same format.
        examples: how many to learn from, all if None.
        seed: which these are.

    Returns:
        The task, named after the file; its labels are those of the examples to learn from, sorted, `O` first.

    Raises:
        ValueError: for another family, more examples than there are, a single label, or a file that cannot be read.
    """
    readers: Mapping[Family, Callable[[Path], Sequence[Any]]] = {
        "sentence": read_sentences,
        "pair": read_pairs,
        "token": read_conllu if data.suffix == ".conllu" else read_conll,
        "span": read_squad,
    }
    kind = next((name for name in readers if name == family), None)
    if kind is None:
        said = "is missing" if family is None else f"is {family!r}"
        raise ValueError(f"family {said}; say what {data} holds: {', '.join(readers)}")
    learned = readers[kind](data)
    if examples is not None:
        if examples > len(learned):
            raise ValueError(f"{examples} examples are asked for, but {data} has {len(learned)}; ask for fewer")
        learned = python_random(seed, "examples", data.name).sample(learned, examples)
    labels = labels_in(learned)
    if len(labels) < 2 and kind != "span":
        raise ValueError(f"{data} has the label {labels[0]!r} only; there have to be two to tell apart")
    return Task(data.stem, kind, labels, tuple(learned), () if test is None else tuple(readers[kind](test)))


def labels_in(examples: Sequence[Any]) -> tuple[str, ...]:
    """Every label that comes, sorted; `O`, where there is one, stands first. None for spans."""
    found: set[str] = set()
    for example in examples:
        match example:
            case TokenExample(tags=tags):
                found.update(tags)
            case SentenceExample(label=label) | PairExample(label=label):
                found.add(label)
    return tuple(sorted(found, key=lambda label: (label != "O", label)))
