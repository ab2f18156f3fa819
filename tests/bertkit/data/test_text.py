"""Text files as documents and sentences."""

from pathlib import Path

import pytest

from bertkit.data.text import read_documents


@pytest.mark.parametrize(
    ("text", "documents"),
    [
        ("a b\nc\n\nd\n", [["a b", "c"], ["d"]]),
        ("\n\na\n \n\t\n\nb\n\n", [["a"], ["b"]]),
        ("a\nb\nc", [["a"], ["b"], ["c"]]),
        ("one line", [["one line"]]),
        ("a\r\nb\r\n\r\nc\r\n", [["a", "b"], ["c"]]),
        ("\ufeffä  \n\n  ö", [["ä"], ["ö"]]),
    ],
)
def test_documents(text: str, documents: list[list[str]], tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_bytes(text.encode())
    assert list(read_documents(path)) == documents


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "is empty"), (b" \n\t\n", "is empty"), (b"caf\xe9", "is not UTF-8"), (None, "cannot be read: no such file")],
)
def test_a_bad_file_is_named(content: bytes | None, message: str, tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ValueError, match=rf"text\.txt {message}"):
        read_documents(path)


def test_a_folder_is_read_file_by_file(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    for name, text in (("b.txt", "two"), ("below/c.txt", "three\n\nfour"), ("a.txt", "one"), ("notes.md", "no")):
        (tmp_path / name).write_text(text)
    assert list(read_documents(tmp_path)) == [["one"], ["two"], ["three"], ["four"]]


def test_a_folder_without_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=f"{tmp_path.name} is empty of text"):
        read_documents(tmp_path)


@pytest.mark.parametrize(
    ("split", "sentences"),
    [
        (True, ["Mr. Bear sat down.", "He was cold!", "who is there ? asked lily ."]),
        (False, ["Mr. Bear sat down. He was cold!", "who is there ? asked lily ."]),
    ],
)
def test_a_line_of_several_sentences(split: bool, sentences: list[str], tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_text("Mr. Bear sat down. He was cold!\nwho is there ? asked lily .\n\nThe end.")
    assert next(read_documents(path, split)) == sentences
