"""Tasks made of files: which examples, which labels, and what is refused."""

from pathlib import Path

import pytest

from bertkit.tasks import PairExample, SentenceExample, SpanExample, TokenExample
from bertkit.tasks.files import file_task

SENTENCES = "good\tthe moon\nbad\tthe tree\nfine\tthe boat\ngood\tthe cloud\n"
CONLL = "lily B-PERSON\nran O\n\nteddy B-TOY\n"
CONLLU = "1\tlily\t_\tPROPN" + "\t_" * 6 + "\n2\tran\t_\tVERB" + "\t_" * 6
SQUAD = (
    '{"data": [{"paragraphs": [{"context": "a red ball", "qas": [{"question": "what ?", "answers": '
    '[{"text": "ball", "answer_start": 6}]}]}]}]}'
)


def written(folder: Path, text: str, name: str = "mine.tsv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("family", "name", "text", "labels", "first"),
    [
        ("sentence", "mine.tsv", SENTENCES, ("bad", "fine", "good"), SentenceExample("the moon", "good")),
        ("pair", "mine.tsv", "yes\ta\tb\nno\tc\td", ("no", "yes"), PairExample("a", "b", "yes")),
        ("token", "mine.conll", CONLL, ("O", "B-PERSON", "B-TOY"), TokenExample(("lily", "ran"), ("B-PERSON", "O"))),
        ("token", "mine.conllu", CONLLU, ("PROPN", "VERB"), TokenExample(("lily", "ran"), ("PROPN", "VERB"))),
        ("span", "mine.json", SQUAD, (), SpanExample("what ?", "a red ball", 6, 10)),
    ],
)
def test_a_task_of_each_format(
    tmp_path: Path, family: str, name: str, text: str, labels: tuple[str, ...], first: object
) -> None:
    path = written(tmp_path, text, name)
    task = file_task(path, family, test=path)
    assert (task.name, task.family, task.labels) == ("mine", family, labels)
    assert task.train[0] == first
    assert task.test == task.train
    assert file_task(path, family).test == task.test_unseen == ()


def test_the_seed_chooses_examples(tmp_path: Path) -> None:
    path = written(tmp_path, "".join(f"{'good' if place % 2 else 'bad'}\ttext {place}\n" for place in range(40)))
    first, again, other = (file_task(path, "sentence", examples=20, seed=seed).train for seed in (0, 0, 1))
    assert first == again
    assert len(set(first)) == 20
    assert set(first) != set(other)


@pytest.mark.parametrize(
    ("family", "text", "examples", "message"),
    [
        (None, SENTENCES, None, "family is missing; say what .*mine.tsv holds: sentence, pair, token, span"),
        ("words", SENTENCES, None, "family is 'words'; say"),
        ("sentence", SENTENCES, 5, "5 examples are asked for, but .*mine.tsv has 4"),
        ("sentence", "good\ta\ngood\tb\n", None, "has the label 'good' only"),
        ("pair", SENTENCES, None, "mine.tsv, line 1"),
    ],
)
def test_what_is_refused(tmp_path: Path, family: str | None, text: str, examples: int | None, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        file_task(written(tmp_path, text), family, examples=examples)
