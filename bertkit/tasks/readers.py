"""Reading labelled data from files: people's own, and the field's well-known formats.

All files are UTF-8. Every error names the file, the line where there is one, and what to do.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from bertkit.tasks.examples import PairExample, SentenceExample, SpanExample, TokenExample


def read_sentences(path: Path) -> list[SentenceExample]:
    """Read `label TAB sentence`, one example a line. Blank lines count for nothing.

    Raises:
        ValueError: for a file that cannot be read or has no example, and a line of another form.
    """
    return [SentenceExample(text, label) for label, text in _tab_separated(path, ("label", "sentence"))]


def read_pairs(path: Path) -> list[PairExample]:
    """Read `label TAB first TAB second`, one example a line. Blank lines count for nothing.

    Raises:
        ValueError: for a file that cannot be read or has no example, and a line of another form.
    """
    fields = ("label", "first text", "second text")
    return [PairExample(first, second, label) for label, first, second in _tab_separated(path, fields)]


def _tab_separated(path: Path, fields: Sequence[str]) -> list[list[str]]:
    rows: list[list[str]] = []
    for number, line in _lines(path):
        if not line.strip():
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        wanted = " TAB ".join(fields)
        if len(cells) != len(fields):
            raise ValueError(
                f"{path}, line {number}: {len(cells)} field(s) between tabs instead of {len(fields)}: "
                f"{shortened(line)}; write {wanted}"
            )
        for name, cell in zip(fields, cells, strict=True):
            if not cell:
                raise ValueError(f"{path}, line {number}: the {name} is empty; write {wanted}, or drop the line")
        rows.append(cells)
    return _some(rows, path)


def read_conll(path: Path, tag_column: int = -1, word_column: int = 0) -> list[TokenExample]:
    """Read columns as of the CoNLL shared tasks: a word a line, a blank line after each sentence.

    Args:
        path: the file. Columns are parted by tabs, or by spaces in a line without a tab. Lines that begin with
            `-DOCSTART-` are skipped.
        tag_column: which column has the tag, from 0; -1 is the last.
        word_column: which column has the word.

    Raises:
        ValueError: for a file that cannot be read or has no sentence, and a line without these columns.
    """

    def token(line: str, where: str) -> tuple[str, str] | None:
        if line.startswith("-DOCSTART-"):
            return None
        cells = line.split("\t") if "\t" in line else line.split()
        if len(cells) < 2:
            raise ValueError(f"{where}: one column only: {shortened(line)}; write the word, then its tag")
        return _cell(cells, word_column, "word_column", where), _cell(cells, tag_column, "tag_column", where)

    return _token_examples(path, token)


def read_conllu(path: Path) -> list[TokenExample]:
    """Read words and universal part-of-speech tags (column UPOS) of a CoNLL-U file (universaldependencies.org/format).

    Comments, ranges of multiword tokens (`8-9`) and empty nodes (`8.1`) are skipped: the words of a multiword token
    follow it, each with its own tag.

    Raises:
        ValueError: for a file that cannot be read or has no sentence, a line that has not ten columns, and a word
            without a tag.
    """

    def token(line: str, where: str) -> tuple[str, str] | None:
        if line.startswith("#"):
            return None
        cells = line.split("\t")
        if len(cells) != 10:
            raise ValueError(
                f"{where}: {len(cells)} column(s) between tabs instead of 10: {shortened(line)}; for files of fewer "
                "columns use read_conll"
            )
        index, word, tag = cells[0], cells[1], cells[3]
        if "-" in index or "." in index:
            return None
        if not index.isdecimal():
            raise ValueError(f"{where}: {index!r} is not the number of a word; a CoNLL-U line begins with one")
        if tag in ("", "_"):
            raise ValueError(f"{where}: {word!r} has no tag in the fourth column (UPOS); tag it, or drop the sentence")
        return word, tag

    return _token_examples(path, token)


def _token_examples(path: Path, token: Callable[[str, str], tuple[str, str] | None]) -> list[TokenExample]:
    """Sentences parted by blank lines; `token` reads one line, None where it holds no word."""
    examples: list[TokenExample] = []
    waiting: list[tuple[str, str]] = []
    for number, line in (*_lines(path), (0, "")):
        if line.strip():
            found = token(line, f"{path}, line {number}")
            if found is not None:
                waiting.append(found)
        elif waiting:
            words, tags = zip(*waiting, strict=True)
            examples.append(TokenExample(words, tags))
            waiting = []
    return _some(examples, path)


def _cell(cells: Sequence[str], column: int, name: str, where: str) -> str:
    if not -len(cells) <= column < len(cells):
        raise ValueError(f"{where}: there is no column {column} among {len(cells)}; choose another {name}")
    cell = cells[column].strip()
    if not cell:
        raise ValueError(f"{where}: column {column} is empty; fill it in, or choose another {name}")
    return cell


def read_squad(path: Path) -> list[SpanExample]:
    """Read questions with passages and answers in the JSON of SQuAD 1.1 (arXiv 1606.05250).

    Of several answers to a question the first counts, as for training. Questions without an answer, which SQuAD 2.0
    has, are refused.

    Raises:
        ValueError: for a file that cannot be read, is not of this form or has no question, and an answer that does not
            stand in its passage where it says.
    """
    try:
        data: Any = json.loads(_text(path))
    except json.JSONDecodeError as error:
        raise ValueError(
            f"{path}, line {error.lineno}: this is not JSON ({error.msg}); pass a file as of SQuAD 1.1"
        ) from error
    examples: list[SpanExample] = []
    for paragraph, where in _paragraphs(data, path):
        passage = _member(paragraph, "context", str, where)
        for number, item in enumerate(_member(paragraph, "qas", list, where)):
            here = f"{where}, question {number}"
            question = _member(item, "question", str, here)
            answers = _member(item, "answers", list, here)
            if not answers:
                raise ValueError(f"{here} ({shortened(question)}) has no answer; drop it, only SQuAD 1.1 can be read")
            text = _member(answers[0], "text", str, here)
            start = _member(answers[0], "answer_start", int, here)
            if start < 0 or not text or passage[start : start + len(text)] != text:
                raise ValueError(
                    f"{here}: the answer {shortened(text)} does not stand at character {start} of its passage; mend "
                    "answer_start"
                )
            examples.append(SpanExample(question, passage, start, start + len(text)))
    return _some(examples, path)


def _paragraphs(data: Any, path: Path) -> Iterator[tuple[Any, str]]:
    for number, article in enumerate(_member(data, "data", list, str(path))):
        where = f"{path}, article {number}"
        for position, paragraph in enumerate(_member(article, "paragraphs", list, where)):
            yield paragraph, f"{where}, paragraph {position}"


def _member(owner: Any, key: str, kind: type, where: str) -> Any:
    if not isinstance(owner, dict) or not isinstance(owner.get(key), kind) or isinstance(owner[key], bool):
        raise ValueError(f"{where}: there is no {key!r} that is a {kind.__name__}; pass a file as of SQuAD 1.1")
    return owner[key]


def shortened(line: str, limit: int = 60) -> str:
    """A line as a message can quote it."""
    return repr(line if len(line) <= limit else f"{line[:limit]}…")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is not UTF-8 text ({error}); convert it first") from error
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}; pass a file of labelled data") from error


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines with their numbers, from 1. Only line feeds part them: real text has odd separators inside lines."""
    for number, line in enumerate(_text(path).split("\n"), start=1):
        yield number, line.removesuffix("\r")


def _some(examples: list[Any], path: Path) -> list[Any]:
    if not examples:
        raise ValueError(f"{path} has no examples; put at least one in it")
    return examples
