"""Plain text files as documents, each a list of sentences."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from sentencex import segment


def read_documents(path: Path, split_sentences: bool = True) -> Iterator[list[str]]:
    """Read documents from a text file, or from every `.txt` file in a folder and the folders in it, sorted by name.

    A blank line ends a document; in a file without any, every line is a document. One document is held in memory at a
    time.

    Args:
        path: UTF-8 text.
        split_sentences: whether a line may hold several sentences, which are then parted by the `sentencex` library's
            rules for English; otherwise every line is one sentence.

    Raises:
        ValueError: naming the file, where it is missing, empty or not UTF-8 text. What can be told without reading it
            all is told at the call, the rest while it is read.
    """
    files = text_files(path)
    check_not_empty(path, files)
    return (
        [sentence for line in lines for sentence in sentences(line, split_sentences)]
        for file in files
        for lines in paragraphs(file)
    )


def text_files(path: Path) -> list[Path]:
    """The file itself, or the `.txt` files in a folder."""
    if not path.exists():
        raise ValueError(f"{path} cannot be read: no such file or folder; pass a text file or a folder of them")
    files = sorted(path.rglob("*.txt")) if path.is_dir() else [path]
    if not files:
        raise ValueError(f"{path} is empty of text; a folder has to hold files that end in .txt")
    return files


def check_not_empty(path: Path, files: Iterable[Path]) -> None:
    """Raise `ValueError` unless one of the files has a line that is not blank."""
    if not any(line for file in files for line in stripped_lines(file)):
        raise ValueError(f"{path} is empty; put text in it, with a blank line between documents")


def stripped_lines(file: Path) -> Iterator[str]:
    """The lines of a file without the blanks around them."""
    try:
        with file.open(encoding="utf-8-sig") as opened:
            for line in opened:
                yield line.strip()
    except UnicodeDecodeError as error:
        raise ValueError(f"{file} is not UTF-8 text ({error}); convert it first") from error
    except OSError as error:
        raise ValueError(f"{file} cannot be read: {error.strerror}; pass a text file") from error


def paragraphs(file: Path) -> Iterator[list[str]]:
    """The documents of one file, each as its lines."""
    if has_blank_line_inside(file):
        for has_text, group in groupby(stripped_lines(file), key=bool):
            if has_text:
                yield list(group)
    else:
        for line in stripped_lines(file):
            if line:
                yield [line]


def has_blank_line_inside(file: Path) -> bool:
    """Whether a blank line stands between two lines of text."""
    kinds = (has_text for has_text, _ in groupby(stripped_lines(file), key=bool))
    return sum(kinds) > 1


def sentences(line: str, split: bool) -> list[str]:
    """A line as its sentences."""
    if not split:
        return [line]
    return [stripped for sentence in segment("en", line) if (stripped := sentence.strip())]
