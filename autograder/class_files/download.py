"""Reading what came from a learning management system, a ZIP file or a folder, without trusting a byte of it.

Nothing is unpacked: what is wanted is read into memory, in bounded pieces, and everything else stays where it is. Links
are never followed. The limit on entries is checked after Python's `zipfile` has read the list of them, so a ZIP file
whose list alone fills the memory is not held off.
"""

import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from lzma import LZMAError
from pathlib import Path
from typing import IO

from autograder.wording import printable

LARGEST_FILE = 100 * 2**20
"""Bytes of one file; nbgrader's own limit for a submission."""
LARGEST_DOWNLOAD = 16 * 2**30
"""Bytes read from one download, all files together."""
MOST_ENTRIES = 100_000
"""Files and folders in one download."""
PIECE = 2**20
"""Bytes read at a time."""

DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    LZMAError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    struct.error,
    UnicodeDecodeError,
)
"""What `zipfile` and the decompressors behind it raise on damaged or unknown content and on names that are no UTF-8."""

UTF8_NAME = 0x800
"""Bit of a ZIP entry's flags: its name is UTF-8."""
ENCRYPTED = 0x1
"""Bit of a ZIP entry's flags."""

Parts = tuple[str, ...]
"""A path inside a download, below its top."""


class DownloadError(ValueError):
    """The download as a whole cannot be taken; the message says why, and the way out."""


class UnreadableError(ValueError):
    """One file of the download cannot be taken."""

    def __init__(self, what: str, way_out: str) -> None:
        """Say what is wrong, and what a person can do about it."""
        super().__init__(f"{what}; {way_out}")
        self.what, self.way_out = what, way_out


@dataclass(frozen=True)
class Problem:
    """Something that was left out."""

    path: str
    """Where, as it is called in the download; printable."""
    what: str
    """What is wrong with it."""
    way_out: str
    """What a person can do about it."""

    def __str__(self) -> str:
        """One line for a terminal."""
        return f"{self.path}: {self.what}; {self.way_out}"


@dataclass(frozen=True)
class Entry:
    """One file of a download."""

    parts: Parts
    """Its path."""
    size: int
    """Bytes it says it has."""
    open: Callable[[], IO[bytes]]
    """Opens it for reading."""
    fault: Problem | None = None
    """Why it must not be read."""


@dataclass
class Download:
    """What is in a download, in the order of the paths."""

    entries: list[Entry] = field(default_factory=list)
    """All files, those with a fault included."""
    folders: list[Parts] = field(default_factory=list)
    """All folders that the download names, the empty ones included."""
    problems: list[Problem] = field(default_factory=list)
    """Entries that have no safe path, and folders that cannot be listed."""
    left: int = LARGEST_DOWNLOAD
    """Bytes that may still be read."""

    def read(self, entry: Entry) -> bytes:
        """The bytes of a file. Raises `UnreadableError` where it has a fault, is too large or is damaged."""
        if entry.fault:
            raise UnreadableError(entry.fault.what, entry.fault.way_out)
        if entry.size > LARGEST_FILE:
            raise _too_large()
        content = bytearray()
        try:
            with entry.open() as file:
                while piece := file.read(PIECE):
                    content += piece
                    self.left -= len(piece)
                    if len(content) > LARGEST_FILE:
                        raise _too_large()
                    if self.left < 0:
                        raise UnreadableError(
                            f"the download has more than {LARGEST_DOWNLOAD >> 30} GiB", "collect it in several parts"
                        )
        except DAMAGED as error:
            raise UnreadableError(f"the entry is damaged ({error})", "download it again") from error
        except OSError as error:
            raise UnreadableError(
                f"it cannot be read ({error.strerror or error})", "see to it and try again"
            ) from error
        return bytes(content)


def _too_large() -> UnreadableError:
    return UnreadableError(
        f"it has more than {LARGEST_FILE >> 20} MiB", "clear the outputs of the notebook and collect it from a folder"
    )


def shown(parts: Parts) -> str:
    """A path of a download as a message has it."""
    return printable("/".join(parts))


@contextmanager
def open_download(source: Path) -> Iterator[Download]:
    """What is in `source`, a ZIP file or a folder. Raises `DownloadError` where it is neither, or is too much."""
    if source.is_dir():
        yield _checked(_of_folder(source))
        return
    if not source.exists():
        raise DownloadError(f"there is no {source}; name the ZIP file or the folder that came from the LMS")
    try:
        archive = zipfile.ZipFile(source)
    except (*DAMAGED, OSError) as error:
        raise DownloadError(
            f"{source} is neither a folder nor a whole ZIP file ({error}); download it again, or unpack it yourself "
            "and name the folder"
        ) from error
    with archive:
        yield _checked(_of_archive(archive))


def _checked(download: Download) -> Download:
    if len(download.entries) + len(download.folders) + len(download.problems) > MOST_ENTRIES:
        raise DownloadError(f"the download has more than {MOST_ENTRIES} entries; collect it in several parts")
    download.entries.sort(key=lambda entry: entry.parts)
    download.folders.sort()
    return download


def _of_archive(archive: zipfile.ZipFile) -> Download:
    download = Download()
    for info in archive.infolist():
        name = _entry_name(info)
        if unsafe := _unsafe(name):
            download.problems.append(
                Problem(printable(name), f"its path {unsafe}", "it is never unpacked; ask how it came to be there")
            )
            continue
        parts = tuple(name.rstrip("/").split("/"))
        fault = _fault_of_kind(info.external_attr >> 16)
        if fault is None and info.flag_bits & ENCRYPTED:
            fault = "it is encrypted", "ask for it without a password, or unpack it yourself and collect the folder"
        if name.endswith("/") and fault is None:
            download.folders.append(parts)
            continue
        problem = Problem(shown(parts), *fault) if fault else None
        download.entries.append(Entry(parts, info.file_size, partial(archive.open, info), problem))
    return download


def _entry_name(info: zipfile.ZipInfo) -> str:
    """The whole name of an entry: `filename` ends at the first NUL.

    Canvas writes names in UTF-8 without saying so, and `zipfile` then takes them for the code page of 1981.
    """
    name = info.orig_filename
    if info.flag_bits & UTF8_NAME:
        return name
    try:
        return name.encode("cp437").decode("utf-8")
    except UnicodeError:
        return name


def _unsafe(name: str) -> str | None:
    """Why a path of a ZIP file must not be taken for a path; None where it may."""
    if not name:
        return "is empty"
    if "\0" in name:
        return "has a NUL in it"
    if "\\" in name:
        return "has a backslash in it"
    if name.startswith("/"):
        return "is absolute"
    if re.match("[A-Za-z]:", name):
        return "names a drive"
    parts = name.removesuffix("/").split("/")
    if ".." in parts:
        return "leaves the download"
    if "" in parts or "." in parts:
        return "has an empty part"
    return None


def _fault_of_kind(mode: int) -> tuple[str, str] | None:
    """What is wrong with an entry of this `st_mode`, 0 where the system that packed it has none, and the way out."""
    kind = stat.S_IFMT(mode)
    if kind == stat.S_IFLNK:
        return "it is a symbolic link", "links are never followed; put the file itself there"
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "it is a device, a pipe or a socket", "only files are collected"
    return None


def _of_folder(source: Path) -> Download:
    download = Download()
    waiting: list[Parts] = [()]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(source.joinpath(*folder)) as found:
                items = sorted((item.name, item.stat(follow_symlinks=False)) for item in found)
        except OSError as error:
            if not folder:
                raise DownloadError(f"{source} cannot be listed ({error.strerror}); see to its permissions") from error
            download.problems.append(
                Problem(shown(folder), f"the folder cannot be listed ({error.strerror})", "see to its permissions")
            )
            continue
        for name, status in items:
            parts = (*folder, name)
            if stat.S_ISDIR(status.st_mode):
                download.folders.append(parts)
                waiting.append(parts)
                continue
            fault = _fault_of_kind(status.st_mode)
            problem = Problem(shown(parts), *fault) if fault else None
            opener = partial(_open_file, source.joinpath(*parts))
            download.entries.append(Entry(parts, status.st_size, opener, problem))
        if len(download.entries) + len(download.folders) > MOST_ENTRIES:
            return download
    return download


def _open_file(path: Path) -> IO[bytes]:
    """Open a regular file; whatever took its place since it was listed is refused, and never waited for."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    handle = os.open(path, flags)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(f"{path} is no file any more")
    return os.fdopen(handle, "rb")
