"""Reading plain text as documents and sentences, as BERT's own data preparation does."""

from itertools import groupby
from pathlib import Path


def read_documents(path: Path) -> list[list[str]]:
    """Read a text file: one sentence a line, blank lines between documents.

    In a file without blank lines every line is a document of its own.

    Raises:
        ValueError: naming the file where it cannot be read, is not UTF-8, or has no text.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is not UTF-8 text ({error}); convert it first") from error
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}; pass a text file") from error
    lines = [line.strip() for line in text.strip().splitlines()]
    if not any(lines):
        raise ValueError(f"{path} is empty; put text in it, one sentence a line, a blank line between documents")
    if all(lines):
        return [[line] for line in lines]
    return [list(group) for has_text, group in groupby(lines, key=bool) if has_text]
