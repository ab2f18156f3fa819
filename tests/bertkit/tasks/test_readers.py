"""Readers: each format as written down, and errors that name the file, the line and what to do."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bertkit.tasks import PairExample, SentenceExample, SpanExample, TokenExample
from bertkit.tasks.readers import read_conll, read_conllu, read_pairs, read_sentences, read_squad

Reader = Callable[[Path], list[Any]]


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "data.txt"
        path.write_bytes(text.encode())
        return path

    return write


def test_sentences(file: Callable[[str], Path]) -> None:
    read = read_sentences(file("\ufeff1\tthis bear is cute .\r\n\r\n0 \t it is\u2028ugly .\n"))
    assert read == [SentenceExample("this bear is cute .", "1"), SentenceExample("it is\u2028ugly .", "0")]


def test_pairs(file: Callable[[str], Path]) -> None:
    assert read_pairs(file("same\ta b\tb a")) == [PairExample("a b", "b a", "same")]


def test_conll_with_four_columns(file: Callable[[str], Path]) -> None:
    path = file("-DOCSTART- -X- O O\n\nMia NNP I-NP B-PER\nsang VBD I-VP O\n\n\nBen NNP I-NP B-PER\n")
    assert read_conll(path) == [TokenExample(("Mia", "sang"), ("B-PER", "O")), TokenExample(("Ben",), ("B-PER",))]
    assert read_conll(path, tag_column=1)[0].tags == ("NNP", "VBD")
    assert read_conll(path, tag_column=0, word_column=1)[0].words == ("NNP", "VBD")


def test_conll_with_tabs_keeps_words_with_spaces(file: Callable[[str], Path]) -> None:
    assert read_conll(file("New York\tB-LOC\n")) == [TokenExample(("New York",), ("B-LOC",))]


CONLLU = """# text = du chat
1-2\tdu\t_\t_\t_\t_\t_\t_\t_\t_
1\tde\tde\tADP\t_\t_\t3\tcase\t_\t_
2\tle\tle\tDET\t_\t_\t3\tdet\t_\t_
3\tchat\tchat\tNOUN\t_\t_\t0\troot\t_\t_
3.1\tdort\tdormir\tVERB\t_\t_\t_\t_\t_\t_

# another
1\tMia\tMia\tPROPN\t_\t_\t0\troot\t_\t_
"""


def test_conllu_skips_ranges_and_empty_nodes(file: Callable[[str], Path]) -> None:
    assert read_conllu(file(CONLLU)) == [
        TokenExample(("de", "le", "chat"), ("ADP", "DET", "NOUN")),
        TokenExample(("Mia",), ("PROPN",)),
    ]


def squad(*answers: dict[str, Any], **changes: Any) -> str:
    item = {"id": "7", "question": "Where?", "answers": list(answers), **changes}
    return json.dumps(
        {"version": "1.1", "data": [{"title": "t", "paragraphs": [{"context": "In bed.", "qas": [item]}]}]}
    )


def test_squad_takes_the_first_answer(file: Callable[[str], Path]) -> None:
    text = squad({"text": "bed", "answer_start": 3}, {"text": "In bed", "answer_start": 0})
    (example,) = read_squad(file(text))
    assert example == SpanExample("Where?", "In bed.", 3, 6)
    assert example.answer == "bed"


@pytest.mark.parametrize(
    ("reader", "text", "problem"),
    [
        (
            read_sentences,
            "1\tgood\ngood\n",
            "line 2: 1 field(s) between tabs instead of 2: 'good'; write label TAB sentence",
        ),
        (read_sentences, "1\tgood\tbad\n", "line 1: 3 field(s)"),
        (read_sentences, "\n\tgood\n", "line 2: the label is empty"),
        (read_sentences, "1\t \n", "line 1: the sentence is empty"),
        (read_sentences, " \n\n", "has no examples"),
        (read_pairs, "1\ta\n", "line 1: 2 field(s) between tabs instead of 3: '1\\ta'; write label TAB first text TAB"),
        (read_pairs, "1\ta\t\n", "line 1: the second text is empty"),
        (read_conll, "Mia B-PER\nsang\n", "line 2: one column only: 'sang'; write the word, then its tag"),
        (read_conll, "Mia\t\n", "line 1: column -1 is empty"),
        (read_conll, "\n", "has no examples"),
        (
            lambda path: read_conll(path, tag_column=3),
            "Mia B-PER\n",
            "line 1: there is no column 3 among 2; choose another tag_",
        ),
        (read_conllu, "Mia B-PER\n", "line 1: 1 column(s) between tabs instead of 10: 'Mia B-PER'; for files of fewer"),
        (read_conllu, CONLLU.replace("\tADP", "\t_"), "line 3: 'de' has no tag in the fourth column"),
        (read_conllu, CONLLU.replace("3\tchat", "x\tchat"), "line 5: 'x' is not the number of a word"),
        (read_conllu, "# nothing\n", "has no examples"),
        (read_squad, '{"data":\n\n oops', "line 3: this is not JSON"),
        (read_squad, "[]", "there is no 'data' that is a list"),
        (read_squad, '{"data": [{}]}', "article 0: there is no 'paragraphs' that is a list"),
        (read_squad, '{"data": []}', "has no examples"),
        (read_squad, squad(), "article 0, paragraph 0, question 0 ('Where?') has no answer; drop it"),
        (read_squad, squad({"text": "bed", "answer_start": 4}), "the answer 'bed' does not stand at character 4"),
        (read_squad, squad({"text": "bed", "answer_start": -4}), "does not stand at character -4"),
        (read_squad, squad({"text": "", "answer_start": 0}), "the answer '' does not stand"),
        (read_squad, squad({"text": "bed", "answer_start": True}), "no 'answer_start' that is a int"),
        (read_squad, squad({"text": "bed", "answer_start": 3}, question=4), "question 0: there is no 'question'"),
    ],
)
def test_what_is_wrong_is_named(file: Callable[[str], Path], reader: Reader, text: str, problem: str) -> None:
    path = file(text)
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the message is compared below
        reader(path)
    assert str(path) in str(caught.value)
    assert problem in str(caught.value)


@pytest.mark.parametrize("reader", [read_sentences, read_pairs, read_conll, read_conllu, read_squad])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, reader: Reader) -> None:
    with pytest.raises(ValueError, match=r"missing.txt cannot be read: .*; pass a file"):
        reader(tmp_path / "missing.txt")
    (tmp_path / "latin.txt").write_bytes(b"1\tcaf\xe9\n")
    with pytest.raises(ValueError, match=r"latin.txt is not UTF-8 text .*; convert it first"):
        reader(tmp_path / "latin.txt")


def test_a_long_line_is_shortened_in_the_message(file: Callable[[str], Path]) -> None:
    with pytest.raises(ValueError, match="…") as caught:
        read_sentences(file("x" * 500))
    assert len(str(caught.value)) < 300
