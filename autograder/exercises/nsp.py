"""Lesson 3, next-sentence prediction: the statements of its exercises, and how answers are run."""

import random
from dataclasses import dataclass
from typing import Any

from autograder.calls import Call
from autograder.exercise import Difficulty, Exercise, Hint, Inputs, Part
from autograder.exercises import nsp_cases as cases
from autograder.modules import Built


@dataclass(frozen=True)
class CallWithDocuments(Call):
    """Calls an answer with documents of which equal ones are one and the same list, as in `[story] * 2`.

    Another document is one at another place. Whoever goes by values or by objects is wrong about it either way.
    """

    def once(self, answer: Any, inputs: Inputs) -> Any:
        """What came of each call."""
        known: dict[str, Any] = {}
        documents = inputs["documents"]
        documents[:] = [known.setdefault(repr(document), document) for document in documents]
        return super().once(answer, inputs)


run_sample_pairs = CallWithDocuments(("documents",), generator=random.Random)
run_pack_pair = Call(("first", "second", "cls_id", "sep_id", "max_length"))
run_nsp_head = Built(("hidden_size",), "hidden", ("dense.weight", "dense.bias", "classifier.weight", "classifier.bias"))
run_nsp_loss = Call(("logits", "is_next"), gradients=("logits",))

SAMPLE_PAIRS = Exercise(
    id="nsp.sample_pairs",
    title="Make pairs of sentences, half of them real",
    difficulty=Difficulty.MEDIUM,
    minutes=15,
    why="The task is only as good as its negatives. A random second that comes from the same document is now and then "
    "the real one with the wrong label, and sentences that can never come are never learned from.",
    parts=(
        Part("pairs", "two consecutive sentences give one pair, in order, with a second that fits its label", 1.5),
        Part("coin", "a pair is real with probability 1/2, independently of all others", 1),
        Part("random", "a random second comes from another document, and any sentence of any of them can come", 1.5),
        Part("refused", "fewer than two documents with a sentence raise a ValueError", 0.5),
    ),
    hints=(
        Hint(
            "I do not know where to begin",
            "Three loops in one: documents, consecutive sentences of a document, and for each of these a coin. "
            "`rng.random()` is below 0.5 in half of all cases.",
        ),
        Hint(
            "how do I draw from another document?",
            "Go by the *place* of a document in the list, not by what it says: `enumerate` gives it, and two documents "
            "may say the same. The other places make a list that `rng.choice` draws from.",
        ),
        Hint(
            "IndexError: Cannot choose from an empty sequence",
            "A document without a sentence has nothing to give. It starts no pair either, so it can be left out before "
            "anything is drawn; then see how many documents are left.",
        ),
    ),
    defines=("bertkit.objectives.nsp:sample_pairs",),
    run=run_sample_pairs,
    visible=cases.SAMPLE_PAIRS,
)

PACK_PAIR = Exercise(
    id="nsp.pack_pair",
    title="Put two texts into one input",
    difficulty=Difficulty.EASY,
    minutes=12,
    why="The encoder takes one sequence. Where the second text begins, and how much of each is left when both are too "
    "long, is decided here.",
    parts=(
        Part("order", "the input is [CLS], first, [SEP], second, [SEP]", 1),
        Part("types", "types are 0 up to and including the first of the two [SEP], and then 1", 1),
        Part("cut", "while it is too long, the longer side loses its last token, second where they are equal", 1.5),
        Part("refused", "a max_length below 5 raises a ValueError that contains it, and so does an empty side", 0.5),
    ),
    hints=(
        Hint(
            "which side do I shorten, and by how much?",
            "One token at a time. After each, look again which side is longer: a long first may lose a few before "
            "both take turns.",
        ),
        Hint(
            "the lists that I was given are shorter afterwards",
            "`pop` and `del` change the caller's list. `list(first)` makes one of your own.",
        ),
        Hint(
            "my types go wrong when a text contains [SEP]",
            "Do not search for [SEP]. You know how many tokens each side has, and which special ones belong to it.",
        ),
    ),
    defines=("bertkit.objectives.nsp:pack_pair",),
    run=run_pack_pair,
    visible=cases.PACK_PAIR,
)

NSP_HEAD = Exercise(
    id="nsp.NSPHead",
    title="Build the head that judges a pair",
    difficulty=Difficulty.EASY,
    minutes=8,
    why="Whatever is to be known about the pair has to arrive at [CLS]: the head looks nowhere else. That makes its "
    "vector worth something afterwards.",
    parts=(
        Part("logits", "the scores come from position 0 alone, through dense, tanh and classifier", 2),
        Part("layers", "dense and classifier are layers of the head's own, with a bias, and all of it is trained", 1),
    ),
    hints=(
        Hint(
            "which position is [CLS]?",
            "The first. `hidden` is (B, T, H): keep all rows, take place 0 of the second dimension, keep all features.",
        ),
        Hint(
            "my scores have the shape (B, T, 2), or (B, 1, 2)",
            "An index takes its dimension away, a slice such as `:1` keeps it. Do it before the first layer.",
        ),
        Hint(
            "my scores are right at the start and wrong with other weights",
            "The order is dense, tanh, classifier, and nothing after it: the loss wants raw scores.",
        ),
    ),
    defines=("bertkit.model.heads:NSPHead",),
    run=run_nsp_head,
    visible=cases.NSP_HEAD,
    entries=cases.ENTRIES_OF_A_HEAD,
)

NSP_LOSS = Exercise(
    id="nsp.nsp_loss",
    title="Compute the loss of a pair",
    difficulty=Difficulty.EASY,
    minutes=8,
    why="Which class is which is a convention, and checkpoints depend on it: the released BERT says 0 where the second "
    "follows. Whoever has it the other way round reads every verdict as its opposite.",
    parts=(
        Part("mean", "the loss is the mean cross-entropy over all pairs", 2),
        Part("classes", 'class 0 stands for "follows" and class 1 for "random", in the loss and in its gradient', 1),
    ),
    hints=(
        Hint(
            "cross_entropy complains about the type of the targets",
            "It wants class numbers, whole numbers of 64 bits; `is_next` holds True and False.",
        ),
        Hint(
            "which class is True?",
            "A second that follows is class *0*. What does True become as a number, and what has to happen before?",
        ),
        Hint(
            "my loss falls, and accuracy stays at one half",
            "Look for `ignore_index`: a class that is left out is never learned from. No pair is left out here.",
        ),
    ),
    defines=("bertkit.objectives.nsp:nsp_loss",),
    run=run_nsp_loss,
    visible=cases.NSP_LOSS,
)

EXERCISES = (SAMPLE_PAIRS, PACK_PAIR, NSP_HEAD, NSP_LOSS)
