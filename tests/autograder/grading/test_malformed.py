"""Malformed notebooks, made from a sound one by chance: each comes to a named outcome.

There are 168 of them, 504 with `THOROUGH=1`.
"""

import gzip
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import nbformat
import pytest
from repetitions import repetitions

from autograder.exercise import grade_id
from autograder.grading.assignment import Assignment
from autograder.grading.job import make_job
from autograder.grading.results import SubmissionResult
from autograder.grading.submission import Submission, read, rebuilt
from autograder.verdict import Outcome
from grading.papers import SECRET, SETTINGS, Content, answered, as_bytes, graded

EACH = repetitions(21, 63)
"""Notebooks of each of the eight kinds."""
LABELS, LOSS = "mlm.mlm_labels", "mlm.mlm_loss"
RIGHT = "def mlm_labels(input_ids, selected):\n    # für 中文\n    return torch.where(selected, input_ids, -100)"
WRONG = "def mlm_loss(logits, labels):\n    return F.cross_entropy(logits.flatten(0, -2), labels.flatten())"
LONG, MANY_CELLS, DEEP = 300_000, 3000, 100_000

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("bubblewrap")]

Change = Callable[[Content, random.Random], bytes]


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container of a tree with every key or number that leads on from it."""
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield value, key
        yield from places(value[key])


def some_place(content: Content, rng: random.Random) -> tuple[Any, Any]:
    """A place anywhere in the notebook, or, two times out of three, in a cell that is an answer."""
    answers = [cell for cell in content.get("cells", ()) if "solution" in json.dumps(cell)]
    tree = rng.choice(answers) if answers and rng.random() < 2 / 3 else content
    found = list(places(tree))
    return rng.choice(found) if found else (content, "cells")


def odd_value(rng: random.Random) -> Any:
    """A value that does not belong where it comes."""
    odd = (None, True, 0, -1, 1e308, float("nan"), 10**400, "", "\0", "\ud800", "mlm-corrupt", [], {}, [[]], [None])
    return rng.choice([*odd, {"source": RIGHT}, ["def mlm_loss(a, b):\n", 3, "    return a\n"], {"": {"": []}}])


def delete(content: Content, rng: random.Random) -> None:
    container, key = some_place(content, rng)
    del container[key]


def retype(content: Content, rng: random.Random) -> None:
    container, key = some_place(content, rng)
    container[key] = odd_value(rng)


def rename(content: Content, rng: random.Random) -> None:
    container, key = some_place(content, rng)
    if isinstance(container, dict):
        container[rng.choice(["source", "cells", "metadata", "id", "Source", ""])] = container.pop(key)


def exchange(content: Content, rng: random.Random) -> None:
    """Two values swap places; where one lies in the other, the outer one is lost."""
    (one, first), (other, second) = some_place(content, rng), some_place(content, rng)
    one[first], other[second] = json.loads(json.dumps([other[second], one[first]]))


def repeat(content: Content, rng: random.Random) -> None:
    lists = [content["cells"], *(container for container, _ in places(content) if isinstance(container, list))]
    chosen = rng.choice(lists)
    if chosen:
        chosen.insert(rng.randrange(len(chosen) + 1), json.loads(json.dumps(rng.choice(chosen))))


def shuffle(content: Content, rng: random.Random) -> None:
    lists = [container for container, _ in places(content) if isinstance(container, list)]
    rng.shuffle(rng.choice([content["cells"], *lists]))


def structure(content: Content, rng: random.Random) -> bytes:
    for _ in range(rng.randrange(1, 5)):
        if isinstance(content.get("cells"), list):
            rng.choice([delete, retype, rename, exchange, repeat, shuffle])(content, rng)
    return as_bytes(content)


def cells(content: Content, rng: random.Random) -> bytes:
    """Cells that are missing, doubled, moved, retyped, merged and cut in two."""
    for _ in range(rng.randrange(1, 6)):
        number = rng.randrange(len(content["cells"]))
        cell = content["cells"].pop(number)
        cut = rng.randrange(len(cell["source"]) + 1)
        halves = [cell | {"source": cell["source"][:cut]}, cell | {"source": cell["source"][cut:]}]
        put = rng.choice([[], [cell, dict(cell)], [cell | {"cell_type": "raw"}], [cell | {"metadata": {}}], halves])
        place = rng.choice([number, rng.randrange(len(content["cells"]) + 1)])
        content["cells"][place:place] = put
    return as_bytes(content)


def sources(content: Content, rng: random.Random) -> bytes:
    """Characters of the answers taken out, doubled and put in."""
    for cell in content["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("solution"):
            for _ in range(rng.randrange(4)):
                place = rng.randrange(len(cell["source"]))
                put = rng.choice(
                    ["", "\n", " ", "\t", "\0", "\ud800", "'", "(", "return 1", "\u2028", "😀", "!", "%", "\f"]
                )
                cell["source"] = cell["source"][:place] + put + cell["source"][place + rng.randrange(3) :]
    return as_bytes(content)


def encodings(content: Content, rng: random.Random) -> bytes:
    text = json.dumps(content, ensure_ascii=rng.random() < 0.3)
    names = ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be", "utf-8-sig", "cp037", "latin-1", "gbk"]
    data = text.encode(rng.choice(names), rng.choice(["replace", "ignore", "xmlcharrefreplace"]))
    return rng.choice([data, data, data, gzip.compress(data), b"\xff\xfe" + data, data.decode("latin-1").encode()])


def flips(content: Content, rng: random.Random) -> bytes:
    data = bytearray(as_bytes(content))
    answer = data.find(b"def mlm_labels")
    for _ in range(rng.choice([1, 1, 2, 8, 64])):
        place = rng.choice([rng.randrange(len(data)), answer + rng.randrange(100)])
        data[place] ^= 1 << rng.randrange(8)
    return bytes(data)


def cuts(content: Content, rng: random.Random) -> bytes:
    data = as_bytes(content)
    one, other = sorted([rng.randrange(len(data)), rng.randrange(len(data))])
    return rng.choice([data[:one], data[one:], data[:one] + data[other:], data[one:other], data + data[:one], data * 2])


def sizes(content: Content, rng: random.Random) -> bytes:
    """Sources, outputs, numbers, names and lists of cells that nobody writes by hand."""
    cell = rng.choice([each for each in content["cells"] if each["metadata"].get("nbgrader", {}).get("solution")])
    filling = rng.choice(["x", "\n", " ", "#", "(", "é", "-", "x=1;"]) * LONG
    rng.choice(
        [
            lambda: cell.update(source=filling),
            lambda: cell.update(source=filling[: LONG // 2] + "\n" + cell["source"]),
            lambda: cell.update(source=cell["source"] + "\n" + filling[: LONG // 2]),
            lambda: cell.update(source=list(filling)),
            lambda: cell.update(outputs=[{"output_type": "stream", "text": filling}]),
            lambda: cell.update({filling: 1}, id=filling),
            lambda: content.update(cells=content["cells"] + [cell] * MANY_CELLS),
            lambda: content.update(cells=[{"source": "x = 1"}] * MANY_CELLS + content["cells"]),
            lambda: content.update(nbformat=10**4000),
        ]
    )()
    return as_bytes(content)


def depths(content: Content, rng: random.Random) -> bytes:
    """Nesting, of JSON or of what the answer says."""
    depth = rng.choice([50, 500, 5000, DEEP])
    opening, closing = rng.choice([("[", "]"), ('{"a":', "}"), ('{"cells":[', "]}")])
    nested = opening * depth + ("1" if opening == '{"a":' else "") + closing * rng.choice([depth, depth - 1])
    container, key = some_place(content, rng)
    spoken = rng.choice([("(", ")"), ("-", ""), ("lambda: ", "1"), ("[", "]"), ("f(", ")")])
    before = container[key]
    container[key] = "NESTED"
    if isinstance(before, str) and before.startswith("def "):
        container[key] = before + "\nx = " + spoken[0] * depth + "1" + spoken[1] * depth
    return as_bytes(content).replace(b'"NESTED"', nested.encode())


KINDS: dict[str, Change] = {
    each.__name__: each for each in (structure, cells, sources, encodings, flips, cuts, sizes, depths)
}


@dataclass(frozen=True)
class Malformed:
    """What came of one notebook."""

    submission: Submission
    key: str
    result: SubmissionResult


@pytest.fixture(scope="module")
def malformed(assignment: Assignment) -> dict[str, list[Malformed]]:
    """All of them, by kind, read and graded; those that ask for the same are graded once."""
    results: dict[str, SubmissionResult] = {}
    found: dict[str, list[Malformed]] = {}
    for kind, change in KINDS.items():
        for number in range(EACH):
            content = answered(assignment, {LABELS: RIGHT, LOSS: WRONG})
            submission = read(change(content, random.Random(f"{kind}/{number}")), assignment)
            task = make_job(assignment, submission, SETTINGS, SECRET)
            if task.key not in results:
                results[task.key] = graded(task)
            found.setdefault(kind, []).append(Malformed(submission, task.key, results[task.key]))
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_each_ends_as_a_named_outcome(assignment: Assignment, malformed: dict[str, list[Malformed]], kind: str) -> None:
    ids = [exercise.id for exercise in assignment.exercises]
    for each in malformed[kind]:
        assert each.result.infrastructure is None
        assert [verdict.exercise for verdict in each.result.verdicts] == ids
        for verdict in each.result.verdicts:
            assert verdict.outcome in Outcome
            assert 0 <= verdict.points <= verdict.max_points
            if verdict.outcome not in (Outcome.PASSED, Outcome.NOT_ATTEMPTED):
                assert verdict.diagnosis is not None


@pytest.mark.parametrize("kind", KINDS)
def test_what_cannot_be_read_says_why(malformed: dict[str, list[Malformed]], kind: str) -> None:
    for each in malformed[kind]:
        if each.submission.unreadable is not None:
            assert len(each.submission.unreadable) > len("it is ")
            assert {verdict.outcome for verdict in each.result.verdicts} == {Outcome.CODE_FAILED}
            assert all("could not be read" in str(verdict.diagnosis) for verdict in each.result.verdicts)


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_that_came_through_gets_its_points(malformed: dict[str, list[Malformed]], kind: str) -> None:
    intact = [each for each in malformed[kind] if each.submission.answers.get(grade_id(LABELS)) == RIGHT]
    assert len(intact) >= max(1, EACH // 30)  # of cuts hardly any leave a notebook that can be read
    for each in intact:
        verdict = next(verdict for verdict in each.result.verdicts if verdict.exercise == LABELS)
        assert verdict.passed, verdict.to_text()


@pytest.mark.parametrize("kind", KINDS)
def test_the_rebuilt_notebook_is_valid(
    assignment: Assignment, malformed: dict[str, list[Malformed]], kind: str
) -> None:
    for each in {each.key: each for each in malformed[kind]}.values():
        notebook = rebuilt(assignment, each.submission)
        nbformat.validate(notebook, relax_add_props=False)
        text = nbformat.writes(notebook, version=4).encode()
        assert [cell.metadata for cell in json_cells(text)] == [cell.metadata for cell in assignment.skeleton.cells]


def json_cells(text: bytes) -> list[Any]:
    return list(nbformat.reads(text.decode(), as_version=4).cells)


def test_they_differ_enough_to_say_something(malformed: dict[str, list[Malformed]]) -> None:
    every = [each for kind in malformed.values() for each in kind]
    assert len(every) == EACH * len(KINDS)
    assert len({each.key for each in every}) >= 0.3 * len(every)
    assert sum(each.submission.unreadable is not None for each in every) >= 0.1 * len(every)
    outcomes = Counter(verdict.outcome for each in every for verdict in each.result.verdicts)
    assert all(
        outcomes[outcome] >= 0.04 * len(every)
        for outcome in (Outcome.PASSED, Outcome.NOT_ATTEMPTED, Outcome.CODE_FAILED)
    )
    assert len({verdict.diagnosis for each in every for verdict in each.result.verdicts}) >= 0.1 * len(every)
