"""Equal documents are one list at several places, and what an answer does to its argument is seen all the same."""

from typing import Any

from autograder.calls import SEED
from autograder.exercises.nsp import run_sample_pairs
from autograder.running.observe import observe

INPUTS = {"documents": [[1, 2], [3], [1, 2], [], [2, 1]], SEED: 1}


def test_documents_that_say_the_same_are_one_and_the_same_list() -> None:
    def answer(documents: Any, rng: Any) -> Any:
        return [[one is other for other in documents] for one in documents]

    (told,) = run_sample_pairs(answer, {**INPUTS, "documents": [[*each] for each in INPUTS["documents"]]})
    pairs = {(one, other) for one, row in enumerate(told) for other, same in enumerate(row) if same and one < other}
    assert pairs == {(0, 2)}


def test_an_answer_that_takes_a_document_away_is_seen_to_change_its_argument() -> None:
    record = observe(run_sample_pairs, lambda documents, rng: documents.pop(), INPUTS)
    assert record["changed"] == ["documents"]
    assert observe(run_sample_pairs, lambda documents, rng: [], INPUTS)["changed"] == []
