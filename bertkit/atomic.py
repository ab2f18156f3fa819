"""Files that are there whole or not at all, however the process that writes them ends."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

READABLE = 0o644
"""Permissions of a file written here; a scratch file's own would let nobody else read it."""


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A scratch file beside `path`, which takes its place once the block has ended without an error.

    The scratch file is called `.NAME.…`; a process that is killed leaves it behind, and `path` as it was.

    Raises:
        OSError: if the file cannot be written.

    >>> folder = Path(tempfile.mkdtemp())
    >>> with replacing(folder / "notes.txt") as scratch:
    ...     _ = scratch.write_text("whole")
    >>> [file.name for file in folder.iterdir()]
    ['notes.txt']
    """
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    os.close(handle)
    scratch = Path(name)
    try:
        yield scratch
        scratch.chmod(READABLE)
        with scratch.open("rb") as written:
            os.fsync(written.fileno())  # a rename may reach the disk before the data does
        os.replace(scratch, path)
    finally:
        scratch.unlink(missing_ok=True)


def write_atomically(path: Path, content: str | bytes) -> bool:
    """Put `content` at `path`, text as UTF-8, and make the folders around it; say whether that changed the file.

    Raises:
        OSError: if the file cannot be written.
    """
    content = content.encode() if isinstance(content, str) else content
    if path.is_file() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as scratch:
        scratch.write_bytes(content)
    return True
