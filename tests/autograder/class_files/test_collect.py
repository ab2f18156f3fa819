"""Taking LMS downloads into `submitted/`: every shape they come in, and everything that must not get in with them."""

import json
import os
import random
import re
import socket
import stat
import struct
import unicodedata
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

import pytest
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograder.class_files import collect as collecting
from autograder.class_files import download as reading
from autograder.class_files.collect import Collected, collect
from autograder.class_files.download import DownloadError
from autograder.class_files.names import LONGEST, Person, normalised, student_ids, whose

LESSON = "02_masked_language_model"
OTHER = "03_next_sentence"
MOODLE = "Anna Schmidt_12345_assignsubmission_file"
Files = Mapping[str, bytes]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A course that knows two lessons; that is all that collecting asks of it."""
    root = tmp_path / "course"
    for name in (LESSON, OTHER):
        path = root / "lessons" / name / f"{name}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text("{}", encoding="utf-8")
    return root


def marked(lesson: str) -> bytes:
    """A notebook as far as collecting looks into one."""
    return json.dumps({"metadata": {"course": {"lesson": lesson}}, "cells": []}).encode()


def as_zip(tmp_path: Path, files: Files) -> Path:
    path = tmp_path / "download.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def as_folder(tmp_path: Path, files: Files) -> Path:
    folder = tmp_path / "download"
    folder.mkdir()
    for name, content in files.items():
        path = folder / name
        if name.endswith("/"):
            path.mkdir(parents=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


Pack = Callable[[Path, Files], Path]


@pytest.fixture(params=[as_zip, as_folder], ids=["zip", "folder"])
def pack(request: pytest.FixtureRequest) -> Pack:
    packed: Pack = request.param
    return packed


def submitted(root: Path) -> dict[str, bytes]:
    """Every file below `submitted/`."""
    folder = root / "submitted"
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def place(student: str, lesson: str = LESSON) -> str:
    return f"{student}/{lesson}/{lesson}.ipynb"


def problems(result: Collected) -> str:
    return "\n".join(map(str, result.problems))


SHAPES = [
    ("moodle-folder", f"{MOODLE}/any name.ipynb", "anna-schmidt"),
    ("moodle-folder-old", f"{MOODLE}_/any name.ipynb", "anna-schmidt"),
    ("moodle-folder-deep", f"{MOODLE}/my work/any name.ipynb", "anna-schmidt"),
    ("moodle-flat", f"{MOODLE}_any name.ipynb", "anna-schmidt"),
    ("moodle-team-without-number", "Default team_assignsubmission_file/x.ipynb", "default-team"),
    ("moodle-accents", "Zoë Müller-Łęcka_7_assignsubmission_file_/x.ipynb", "zoe-muller-lecka"),
    ("canvas", "schmidtanna_123_67890_any name.ipynb", "schmidtanna-123"),
    ("canvas-late", "schmidtanna_LATE_123_67890_any name.ipynb", "schmidtanna-123"),
    ("canvas-again", "schmidtanna_123_67890_any name-3.ipynb", "schmidtanna-123"),
    ("canvas-anonymous", "anon_AbC12_67890_any name.ipynb", "anon-abc12"),
    ("canvas-anonymous-late", "LATE_anon_AbC12_67890_any name.ipynb", "anon-abc12"),
    ("plain-file", "Anna.Schmidt.ipynb", "anna.schmidt"),
    ("plain-folder", "anna/whatever.ipynb", "anna"),
    ("plain-folder-dot", "anna.b/whatever.ipynb", "anna.b"),
    ("nbgrader", f"anna/{LESSON}/{LESSON}.ipynb", "anna"),
    ("ending", "anna/WHATEVER.IPYNB", "anna"),
    ("other-script", "王小明_9_assignsubmission_file_/x.ipynb", "u738bu5c0fu660e"),
    ("nothing-left", "---_9_assignsubmission_file_/x.ipynb", "student-9"),
    ("dots", "..._9_assignsubmission_file_/x.ipynb", "student-9"),
]


@pytest.mark.parametrize("around", ["", "CS101 - Lesson 2/", "a/b/"])
@pytest.mark.parametrize(("name", "student"), [shape[1:] for shape in SHAPES], ids=[shape[0] for shape in SHAPES])
def test_every_shape_ends_in_nbgraders_place(
    tmp_path: Path, root: Path, pack: Pack, name: str, student: str, around: str
) -> None:
    files = {around + name: b"not even JSON", f"{around}zoe_2_assignsubmission_file/x.ipynb": b"{}"}
    result = collect(pack(tmp_path, files), LESSON, root)
    assert submitted(root) == {place(student): b"not even JSON", place("zoe"): b"{}"}
    assert {each.student: each.handed_in for each in result.collected} == dict(
        zip([student, "zoe"], files, strict=True)
    )
    assert result.problems == []


@pytest.mark.parametrize(
    ("files", "students"),
    [
        (["anna/whatever.ipynb"], {"anna"}),
        ([f"anna/{LESSON}.ipynb"], {"anna"}),
        ([f"anna/{LESSON}.ipynb", "anna/draft.ipynb"], {"anna"}),
        ([f"anna/{LESSON}/{LESSON}.ipynb"], {"anna"}),
        (["download/anna.ipynb"], {"anna"}),
        (["class/anna.ipynb", "class/ben.ipynb"], {"anna", "ben"}),
        (["class/anna/x.ipynb"], {"anna"}),
        ([f"submitted/anna/{LESSON}/{LESSON}.ipynb"], {"anna"}),
        ([f"{LESSON}/anna.ipynb"], {"anna"}),
        (["class/schmidtanna_1_2_x.ipynb"], {"schmidtanna-1"}),
        (["__MACOSX/._class", "class/anna.ipynb", "class/ben.ipynb"], {"anna", "ben"}),
        ([f"{MOODLE}/x.ipynb"], {"anna-schmidt"}),
    ],
)
def test_a_single_folder_is_the_only_student_or_stands_around_all(
    tmp_path: Path, root: Path, pack: Pack, files: list[str], students: set[str]
) -> None:
    result = collect(pack(tmp_path, dict.fromkeys(files, b"{}")), LESSON, root)
    assert {each.student for each in result.collected} == students
    assert result.problems == []


def test_a_lone_notebook_with_the_name_of_the_lesson_is_nobodys(tmp_path: Path, root: Path, pack: Pack) -> None:
    result = collect(pack(tmp_path, {f"{LESSON}/{LESSON}.ipynb": b"{}"}), LESSON, root)
    assert "it does not say whose it is" in problems(result)
    assert submitted(root) == {}


def test_canvas_numbers_and_lateness_are_passed_on(tmp_path: Path, root: Path) -> None:
    files = {
        "a_LATE_11_1_x.ipynb": b"{}",
        "b_22_2_x.ipynb": b"{}",
        "anon_Ab_3_x.ipynb": b"{}",
        f"{MOODLE}/x.ipynb": b"",
    }
    result = collect(as_zip(tmp_path, files), LESSON, root)
    assert {each.student: (each.lms_user_id, each.late) for each in result.collected} == {
        "a-11": ("11", True),
        "b-22": ("22", False),
        "anon-ab": (None, False),
        "anna-schmidt": (None, False),
    }
    assert list(root.rglob("timestamp.txt")) == []


def test_canvas_names_in_utf_8_that_do_not_say_so(tmp_path: Path, root: Path) -> None:
    path = tmp_path / "canvas.zip"
    name = "müllerzoë_7_8_x.ipynb"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("?" * len(name.encode()), b"{}")
    path.write_bytes(path.read_bytes().replace(b"?" * len(name.encode()), name.encode()))
    assert [each.student for each in collect(path, LESSON, root).collected] == ["mullerzoe-7"]


@pytest.mark.parametrize(
    ("files", "chosen"),
    [
        ({f"anna/{LESSON}.ipynb": b"a", "anna/draft.ipynb": b"b"}, b"a"),
        ({f"anna/{LESSON.upper()}.ipynb": b"a", "anna/draft.ipynb": marked(LESSON)}, b"a"),
        ({"anna/final.ipynb": marked(LESSON), "anna/draft.ipynb": b"["}, marked(LESSON)),
        ({"anna/final.ipynb": marked(LESSON), "anna/b.ipynb": marked(OTHER)}, marked(LESSON)),
        ({f"anna/{OTHER}.ipynb": b"a", "anna/draft.ipynb": b"b"}, b"b"),
        ({f"anna/{LESSON}/{LESSON}.ipynb": b"a", f"anna/{OTHER}/{OTHER}.ipynb": b"b"}, b"a"),
        ({"anna_1_2_x.ipynb": b"a", "anna_1_3_x-1.ipynb": b"b", "anna_1_4_x-10.ipynb": b"c"}, b"c"),
        ({"anna_1_2_x-2.ipynb": b"a", "anna_LATE_1_3_x-9.ipynb": b"b"}, b"b"),
        ({f"anna_1_2_{LESSON}.ipynb": b"a", f"anna_1_3_{LESSON}-1.ipynb": b"b", "anna_1_4_z-5.ipynb": b"c"}, b"b"),
        (
            {"anna/x.ipynb": b"a", "anna/.ipynb_checkpoints/x-checkpoint.ipynb": b"b", "__MACOSX/anna/._x.ipynb": b""},
            b"a",
        ),
    ],
)
def test_one_notebook_counts(tmp_path: Path, root: Path, pack: Pack, files: Files, chosen: bytes) -> None:
    result = collect(pack(tmp_path, {**files, "zoe/x.ipynb": b"z"}), LESSON, root)
    assert [each.student for each in result.collected if "anna" in each.student] != []
    assert sorted(submitted(root).values()) == sorted([chosen, b"z"])
    assert result.problems == []


@pytest.mark.parametrize(
    ("files", "what"),
    [
        (["anna/a.ipynb", "anna/b.ipynb"], "several notebooks, and nothing says which of them counts"),
        ([f"anna/{LESSON}.ipynb", f"anna/x/{LESSON}.ipynb"], "several notebooks"),
        (["anna_1_2_a.ipynb", "anna_1_3_b.ipynb"], "several notebooks"),
        (["anna_1_2_a.ipynb", "anna_1_3_a.ipynb"], "several notebooks"),
        ([f"anna/{OTHER}.ipynb"], f"there is no notebook of {LESSON}, only anna/{OTHER}.ipynb"),
        (["anna/report.pdf", "anna/notes.txt"], f"there is no notebook of {LESSON}, only notes.txt, report.pdf"),
        (["anna_1_text.html"], f"there is no notebook of {LESSON}, only anna_1_text.html"),
        (["anna_1_assignsubmission_onlinetext/onlinetext.html"], f"no notebook of {LESSON}, only onlinetext.html"),
        (["anna_1_assignsubmission_file_/"], f"there is no notebook of {LESSON}, nothing is there"),
        (["anna/"], f"there is no notebook of {LESSON}, nothing is there"),
        (["anna/work.zip"], "it is an archive inside the download and is not opened"),
        (["anna.zip"], "it is an archive inside the download and is not opened"),
        (["anna_1_2_work.tar.gz"], "it is an archive inside the download and is not opened"),
    ],
)
def test_what_is_not_guessed_at_is_named_once(
    tmp_path: Path, root: Path, pack: Pack, files: list[str], what: str
) -> None:
    result = collect(pack(tmp_path, dict.fromkeys([*files, "zoe/x.ipynb", "zoe/y.csv"], b"x")), LESSON, root)
    assert len(result.problems) == 1
    assert "anna" in result.problems[0].path
    assert what in str(result.problems[0])
    assert list(submitted(root)) == [place("zoe")]


def test_junk_is_listed_once_and_nothing_of_it_is_a_student(tmp_path: Path, root: Path, pack: Pack) -> None:
    files = ["__MACOSX/a", "__MACOSX/b/c", ".DS_Store", "anna/.ipynb_checkpoints/x", "anna/.ipynb_checkpoints/y"]
    files += ["anna/x.ipynb", "anna/plot.png", "grades.csv", "zoe/x.ipynb", "anna/timestamp.txt"]
    result = collect(pack(tmp_path, dict.fromkeys(files, b"x")), LESSON, root)
    assert result.ignored == [
        ".DS_Store",
        "__MACOSX",
        "anna/.ipynb_checkpoints",
        "anna/plot.png",
        "anna/timestamp.txt",
        "grades.csv",
    ]
    assert result.problems == []
    assert set(submitted(root)) == {place("anna"), place("zoe")}


def test_namesakes_are_never_merged(tmp_path: Path, root: Path, pack: Pack) -> None:
    files = {
        "Anna Schmidt_1_assignsubmission_file/x.ipynb": b"1",
        "Änna  Schmidt_2_assignsubmission_file/x.ipynb": b"2",
        "schmidtanna_3_9_x.ipynb": b"3",
        "schmidtanna_4_9_x.ipynb": b"4",
        "Müller/x.ipynb": b"5",
        "Muller/x.ipynb": b"6",
        "Anna-Schmidt-1/x.ipynb": b"7",
        "anon_AB_1_x.ipynb": b"8",
        "anon_Ab_2_x.ipynb": b"9",
    }
    result = collect(pack(tmp_path, files), LESSON, root)
    assert submitted(root) == {
        place("anna-schmidt-2"): b"2",
        place("schmidtanna-3"): b"3",
        place("schmidtanna-4"): b"4",
    }
    assert len(result.problems) == 6
    assert "Muller: one student id would stand for several people: Muller, Müller" in problems(result)
    assert "Anna Schmidt: one student id would stand for several people: Anna Schmidt, Anna-Schmidt-1" in problems(
        result
    )
    assert [note.split(" is ")[1].split(" ")[0] for note in result.notes] == ["anna-schmidt-2"]


def test_canvas_namesakes_stay_apart_over_two_downloads(tmp_path: Path, root: Path) -> None:
    for number in (1, 2):
        collect(as_zip(tmp_path, {f"schmidtanna_{number}_9_x.ipynb": b"%d" % number}), LESSON, root)
    assert submitted(root) == {place("schmidtanna-1"): b"1", place("schmidtanna-2"): b"2"}


def test_nothing_is_overwritten_and_the_way_out_keeps_the_old_one(tmp_path: Path, root: Path, pack: Pack) -> None:
    first = pack(tmp_path, {"anna/x.ipynb": b"1", "zoe/x.ipynb": b"2"})
    assert len(collect(first, LESSON, root).collected) == 2
    again = collect(first, LESSON, root)
    assert (len(again.already_there), again.collected, again.problems) == (2, [], [])
    for version in (b"3", b"4"):
        folder = tmp_path / version.decode()
        folder.mkdir()
        newer = pack(folder, {"anna/x.ipynb": version, "zoe/x.ipynb": b"2"})
        before = submitted(root)
        refused = collect(newer, LESSON, root)
        assert submitted(root) == before
        assert "is there with other content; `autograder collect --update` replaces it" in problems(refused)
        assert [each.student for each in refused.already_there] == ["zoe"]
        updated = collect(newer, LESSON, root, update=True)
        assert [each.student for each, _ in updated.replaced] == ["anna"]
        assert updated.replaced[0][1].read_bytes() == before[place("anna")]
    assert submitted(root) == {
        place("anna"): b"4",
        f"anna/.replaced/{LESSON}.1.ipynb": b"1",
        f"anna/.replaced/{LESSON}.2.ipynb": b"3",
        place("zoe"): b"2",
    }
    assert collect(newer, LESSON, root, update=True).replaced == []


def test_nbgrader_does_not_see_what_was_replaced(tmp_path: Path, root: Path) -> None:
    for content in (b"1", b"2"):
        collect(as_zip(tmp_path, {"anna/x.ipynb": content}), LESSON, root, update=True)
    config = Config({"CourseDirectory": {"root": str(root)}})
    interface = NbGraderAPI(CourseDirectory(config=config), config=config)
    assert interface.get_submitted_students("*") == {"anna"}
    assert interface.get_submitted_students(LESSON) == {"anna"}
    course = interface.coursedir
    found = Path(root).glob(course.format_path("submitted", "*", LESSON).removeprefix(f"{root}/") + "/**/*")
    assert [path.name for path in found] == [f"{LESSON}.ipynb"]


def test_collecting_from_submitted_itself_changes_nothing(tmp_path: Path, root: Path) -> None:
    for content in (b"1", b"2"):
        collect(as_zip(tmp_path, {"anna/x.ipynb": content, "zoe/x.ipynb": b"3"}), LESSON, root, update=True)
    before = submitted(root)
    result = collect(root / "submitted", LESSON, root)
    assert len(result.already_there) == 2
    assert result.problems == []
    assert submitted(root) == before


def patched(path: Path, before: bytes, after: bytes) -> Path:
    """The same file with another name in it, one that `zipfile` would not write."""
    assert len(before) == len(after)
    content = path.read_bytes()
    assert before in content
    path.write_bytes(content.replace(before, after))
    return path


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("/etc/evil.ipynb", "its path is absolute"),
        ("../evil.ipynb", "its path leaves the download"),
        ("anna/../../evil.ipynb", "its path leaves the download"),
        ("..", "its path leaves the download"),
        ("C:/evil.ipynb", "its path names a drive"),
        ("c:evil.ipynb", "its path names a drive"),
        ("..\\evil.ipynb", "its path has a backslash in it"),
        ("anna\\x.ipynb", "its path has a backslash in it"),
        ("anna.ipynb\0.txt", "its path has a NUL in it"),
        ("anna//evil.ipynb", "its path has an empty part"),
        ("./evil.ipynb", "its path has an empty part"),
    ],
    ids=repr,
)
def test_unsafe_paths_are_named_and_never_written(tmp_path: Path, root: Path, name: str, what: str) -> None:
    placeholder = "?" * len(name)
    path = patched(as_zip(tmp_path, {placeholder: b"evil", "zoe.ipynb": b"good"}), placeholder.encode(), name.encode())
    before = {each for each in tmp_path.rglob("*") if "submitted" not in each.parts}
    result = collect(path, LESSON, root)
    assert what in problems(result)
    assert len(result.problems) == 1
    assert "\0" not in problems(result)
    assert submitted(root) == {place("zoe"): b"good"}
    assert {each for each in tmp_path.rglob("*") if "submitted" not in each.parts} == before


@pytest.mark.parametrize(
    ("kind", "what"),
    [
        (stat.S_IFLNK, "symbolic link"),
        (stat.S_IFIFO, "device"),
        (stat.S_IFCHR, "device"),
        (stat.S_IFBLK, "device"),
        (stat.S_IFSOCK, "device"),
    ],
)
@pytest.mark.parametrize("name", ["anna.ipynb", "anna/x.ipynb", "anna/data", "anna/"])
def test_links_and_devices_in_a_zip(tmp_path: Path, root: Path, kind: int, what: str, name: str) -> None:
    path = tmp_path / "hostile.zip"
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo(name)
        info.external_attr = (kind | 0o777) << 16
        archive.writestr(info, b"/etc/passwd")
        archive.writestr("zoe/x.ipynb", b"good")
    result = collect(path, LESSON, root)
    assert what in problems(result)
    assert len(result.problems) == 1
    assert submitted(root) == {place("zoe"): b"good"}


def make_link(path: Path, secret: Path) -> None:
    path.symlink_to(secret)


def make_folder_link(path: Path, secret: Path) -> None:
    path.symlink_to(secret.parent)


def make_pipe(path: Path, secret: Path) -> None:
    os.mkfifo(path)


def make_socket(path: Path, secret: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener, pytest.MonkeyPatch.context() as patch:
        patch.chdir(path.parent)  # a socket's path has a hundred characters at most
        listener.bind(path.name)


@pytest.mark.parametrize(
    ("make", "what"),
    [(make_link, "symbolic link"), (make_folder_link, "symbolic link"), (make_pipe, "pipe"), (make_socket, "socket")],
)
@pytest.mark.parametrize("name", ["anna.ipynb", "anna"])
def test_links_and_pipes_in_a_folder(
    tmp_path: Path, root: Path, make: Callable[[Path, Path], None], what: str, name: str
) -> None:
    secret = tmp_path / "secret" / f"{LESSON}.ipynb"
    secret.parent.mkdir()
    secret.write_bytes(b"secret")
    folder = as_folder(tmp_path, {"zoe/x.ipynb": b"good"})
    make(folder / name, secret)
    result = collect(folder, LESSON, root)
    assert what in problems(result)
    assert len(result.problems) == 1
    assert submitted(root) == {place("zoe"): b"good"}


def test_a_file_that_became_a_link_since_it_was_listed(tmp_path: Path, root: Path) -> None:
    folder = as_folder(tmp_path, {"anna/x.ipynb": b"good"})
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret")
    with reading.open_download(folder) as download:
        (folder / "anna/x.ipynb").unlink()
        (folder / "anna/x.ipynb").symlink_to(secret)
        with pytest.raises(reading.UnreadableError, match="cannot be read"):
            download.read(download.entries[0])
        (folder / "anna/x.ipynb").unlink()
        os.mkfifo(folder / "anna/x.ipynb")
        with pytest.raises(reading.UnreadableError, match="no file any more"):
            download.read(download.entries[0])


def test_what_cannot_be_read_is_named(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = as_folder(tmp_path, {"anna/x.ipynb": b"good", "zoe/x.ipynb": b"good", "ben/x.ipynb": b""})
    listing, opening = os.scandir, os.open

    def no_listing(path: Path) -> object:
        if path.name == "ben":
            raise PermissionError(13, "Permission denied")
        return listing(path)

    def no_opening(path: Path, flags: int, mode: int = 0o777) -> int:
        if Path(path).parent.name == "anna":
            raise PermissionError(13, "Permission denied")
        return opening(path, flags, mode)

    monkeypatch.setattr(os, "scandir", no_listing)
    monkeypatch.setattr(os, "open", no_opening)
    result = collect(folder, LESSON, root)
    monkeypatch.undo()
    assert "ben: the folder cannot be listed (Permission denied)" in problems(result)
    assert "anna/x.ipynb: it cannot be read (Permission denied)" in problems(result)
    assert submitted(root) == {place("zoe"): b"good"}


def test_limits_on_sizes(tmp_path: Path, root: Path, pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LARGEST_FILE", 1000)
    monkeypatch.setattr(reading, "PIECE", 100)
    files = {"anna.ipynb": b"0" * 1001, "ben.ipynb": b"0" * 1000, "zoe.ipynb": b"good"}
    result = collect(pack(tmp_path, files), LESSON, root)
    assert [problem.path for problem in result.problems] == ["anna.ipynb"]
    assert set(submitted(root)) == {place("ben"), place("zoe")}


def test_a_bomb_that_lies_about_its_size(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LARGEST_FILE", 100_000)
    path = as_zip(tmp_path, {"anna.ipynb": b"0" * 5_000_000, "zoe.ipynb": b"good"})
    patched(path, struct.pack("<L", 5_000_000), struct.pack("<L", 50_000))
    result = collect(path, LESSON, root)
    assert "anna.ipynb: the entry is damaged" in problems(result)
    assert submitted(root) == {place("zoe"): b"good"}


def test_what_is_read_is_counted_whatever_was_declared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LARGEST_FILE", 1000)
    monkeypatch.setattr(reading, "PIECE", 100)
    path = tmp_path / "growing.ipynb"
    path.write_bytes(b"0" * 5000)
    with path.open("rb") as file:
        entry = reading.Entry(("growing.ipynb",), 10, lambda: file)
        download = reading.Download()
        with pytest.raises(reading.UnreadableError, match="it has more than"):
            download.read(entry)
    assert reading.LARGEST_DOWNLOAD - download.left <= 1100


def test_what_says_it_is_too_large_is_not_even_opened() -> None:
    def opened() -> IO[bytes]:
        raise AssertionError("it was opened")

    entry = reading.Entry(("huge.ipynb",), reading.LARGEST_FILE + 1, opened)
    with pytest.raises(reading.UnreadableError, match="it has more than 100 MiB"):
        reading.Download().read(entry)


def test_limits_on_the_whole(tmp_path: Path, root: Path, pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    source = pack(tmp_path, {f"{name}.ipynb": b"0" * 1000 for name in ("anna", "ben", "zoe")})
    with monkeypatch.context() as patch:
        patch.setattr(reading, "MOST_ENTRIES", 2)
        with pytest.raises(DownloadError, match="more than 2 entries"):
            collect(source, LESSON, root)
    monkeypatch.setattr(reading.Download, "__init__", small_download)
    result = collect(source, LESSON, root)
    assert set(submitted(root)) == {place("anna"), place("ben")}
    assert "zoe.ipynb: the download has more than" in problems(result)


def small_download(download: reading.Download) -> None:
    download.entries, download.folders, download.problems, download.left = [], [], [], 2500


def test_encrypted_and_damaged_entries(tmp_path: Path, root: Path) -> None:
    path = as_zip(tmp_path, {"anna.ipynb": b"secret", "zoe.ipynb": b"good"})
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("ben.ipynb", b"DAMAGED", zipfile.ZIP_STORED)
        archive.writestr("cleo.ipynb", b"unknown", zipfile.ZIP_STORED)
    content = bytearray(path.read_bytes().replace(b"DAMAGED", b"damaged"))
    with zipfile.ZipFile(path) as archive:
        offset = archive.start_dir
        encrypted, method = [offset + content[offset:].index(name) - 46 for name in (b"anna.ipynb", b"cleo.ipynb")]
    content[encrypted + 8] |= 1
    content[method + 10] = 77
    path.write_bytes(content)
    result = collect(path, LESSON, root)
    assert [problem.path for problem in result.problems] == ["anna.ipynb", "ben.ipynb", "cleo.ipynb"]
    assert [("encrypted" in each.what, "damaged" in each.what) for each in result.problems] == [
        (True, False),
        (False, True),
        (False, True),
    ]
    assert submitted(root) == {place("zoe"): b"good"}


def mutated(content: bytes, generator: random.Random) -> bytes:
    """The bytes of a ZIP file with a few changes anywhere: in names, sizes, flags, offsets or data."""
    result = bytearray(content)
    for _ in range(generator.randint(1, 6)):
        at = generator.randrange(len(result))
        kind = generator.randrange(4)
        if kind == 0:
            result[at] = generator.randrange(256)
        elif kind == 1:
            result[at] ^= 1 << generator.randrange(8)
        elif kind == 2:
            result[at : at + 3] = bytes(generator.choices(b"/.\\\0\xff:", k=3))
        else:
            del result[at : at + generator.randint(1, 10)]
    return bytes(result)


@pytest.mark.slow
def test_mutated_downloads_end_as_a_refusal_or_a_list(tmp_path: Path, root: Path) -> None:
    whole = as_zip(tmp_path, {"anna/x.ipynb": b"1" * 99, f"{MOODLE}_/x.ipynb": b"2", "c_1_2_x.ipynb": b"3", "d/y": b""})
    with zipfile.ZipFile(whole, "a") as archive:
        archive.writestr("müller/x.ipynb", b"4" * 99, zipfile.ZIP_BZIP2)
        archive.writestr("u/x.ipynb", b"5" * 99, zipfile.ZIP_LZMA)
    generator, content = random.Random(4), whole.read_bytes()
    before = {path for path in tmp_path.rglob("*") if "submitted" not in path.parts}
    refused = listed = 0
    for _ in range(500):
        whole.write_bytes(mutated(content, generator))
        try:
            listed += bool(collect(whole, LESSON, root, update=True).problems)
        except DownloadError:
            refused += 1
    assert refused > 100
    assert listed > 100
    assert {path for path in tmp_path.rglob("*") if "submitted" not in path.parts} == before
    allowed = re.compile(rf"[a-z0-9_][a-z0-9_.-]*/({LESSON}/{LESSON}|\.replaced/{LESSON}\.[0-9]+)\.ipynb")
    assert [name for name in submitted(root) if not allowed.fullmatch(name)] == []


def test_a_name_of_65000_characters_fits_into_a_message(tmp_path: Path, root: Path) -> None:
    files = {"x" * 65000 + ".ipynb": b"1", "y" * 65000 + "/a.zip": b"", "zoe/x.ipynb": b"2"}
    result = collect(as_zip(tmp_path, files), LESSON, root)
    assert len(result.collected) == 2
    assert all(len(each.student) <= LONGEST for each in result.collected)
    assert [len(str(problem)) < 1000 for problem in result.problems] == [True]


def test_two_entries_of_one_name_are_not_chosen_between(tmp_path: Path, root: Path) -> None:
    path = tmp_path / "twice.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("anna/x.ipynb", b"1")
        archive.writestr("zoe/x.ipynb", b"good")
        archive.writestr("anna/?.ipynb", b"2")
    result = collect(patched(path, b"anna/?.ipynb", b"anna/x.ipynb"), LESSON, root)
    assert "several notebooks" in problems(result)
    assert submitted(root) == {place("zoe"): b"good"}


def empty(path: Path) -> None:
    path.write_bytes(b"")


def text(path: Path) -> None:
    path.write_text("no ZIP at all", encoding="utf-8")


def cut(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("anna.ipynb", b"0" * 1000)
    path.write_bytes(path.read_bytes()[:-30])


def wrong_name(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("é??.ipynb", b"0")
    path.write_bytes(path.read_bytes().replace("é??".encode(), b"\xff\xfe??"))


@pytest.mark.parametrize("make", [empty, text, cut, wrong_name])
def test_a_damaged_download_is_refused(tmp_path: Path, root: Path, make: Callable[[Path], None]) -> None:
    path = tmp_path / "download.zip"
    make(path)
    with pytest.raises(DownloadError, match="nor a whole ZIP file"):
        collect(path, LESSON, root)
    assert not (root / "submitted").exists()


def test_a_download_that_is_not_there(tmp_path: Path, root: Path) -> None:
    with pytest.raises(DownloadError, match=r"there is no .*nowhere\.zip"):
        collect(tmp_path / "nowhere.zip", LESSON, root)


@pytest.mark.parametrize("assignment", ["02_masked", "", ".", "..", f"../{LESSON}", f"{LESSON}/", f"{LESSON}\0", "*"])
def test_an_unknown_lesson_is_refused(tmp_path: Path, root: Path, assignment: str) -> None:
    with pytest.raises(DownloadError, match=f"it has: {LESSON}, {OTHER}"):
        collect(as_zip(tmp_path, {"anna.ipynb": b""}), assignment, root)


@pytest.mark.parametrize("folder", ["", ".."])
def test_the_course_is_no_download(root: Path, folder: str) -> None:
    with pytest.raises(DownloadError, match="is the course itself, or around it"):
        collect(root / folder, LESSON, root)


@pytest.mark.parametrize("level", ["student", "assignment", "notebook", "replaced"])
def test_links_in_submitted_are_not_followed(tmp_path: Path, root: Path, level: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    target = root / "submitted" / place("anna")
    place_of = {
        "student": target.parent.parent,
        "assignment": target.parent,
        "notebook": target,
        "replaced": target.parent.parent / ".replaced",
    }
    target.parent.mkdir(parents=True) if level in ("notebook", "replaced") else None
    if level == "replaced":
        target.write_bytes(b"old")
    place_of[level].parent.mkdir(parents=True, exist_ok=True)
    place_of[level].symlink_to(elsewhere / "x.ipynb" if level == "notebook" else elsewhere)
    result = collect(as_zip(tmp_path, {"anna.ipynb": b"1", "zoe.ipynb": b"2"}), LESSON, root, update=True)
    assert "is a link or a" in problems(result)
    assert [each.student for each in result.collected] == ["zoe"]
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize("level", ["student", "assignment"])
def test_a_file_in_the_place_of_a_folder_costs_one_submission(tmp_path: Path, root: Path, level: str) -> None:
    path = root / "submitted" / ("anna" if level == "student" else f"anna/{LESSON}")
    path.parent.mkdir(parents=True)
    path.write_bytes(b"mine")
    result = collect(as_zip(tmp_path, {"anna.ipynb": b"1", "zoe.ipynb": b"2"}), LESSON, root, update=True)
    assert len(result.problems) == 1
    assert path.read_bytes() == b"mine"
    assert [each.student for each in result.collected] == ["zoe"]


def test_a_full_disk_costs_what_it_must(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = collecting.write_atomically

    def full(path: Path, content: bytes) -> bool:
        if "anna" in path.parts:
            raise OSError(28, "No space left on device")
        return write(path, content)

    monkeypatch.setattr(collecting, "write_atomically", full)
    result = collect(as_zip(tmp_path, {"anna.ipynb": b"1", "zoe.ipynb": b"2"}), LESSON, root)
    assert "cannot be written (No space left on device)" in problems(result)
    assert submitted(root) == {place("zoe"): b"2"}


def test_messages_hold_nothing_that_moves_a_cursor(tmp_path: Path, root: Path) -> None:
    files = {
        "\x1b[2Janna/a\u202e.ipynb": b"1",
        "\x1b[2Janna/b\n.ipynb": b"2",
        "zoe/\x07.ipynb": b"3",
        "zoe/\x07.csv": b"",
    }
    result = collect(as_zip(tmp_path, files), LESSON, root)
    said = [*map(str, result.problems), *result.ignored, *(each.handed_in + each.name for each in result.collected)]
    assert len(said) == 3
    assert all(line.isprintable() for line in said)


def test_file_names_that_are_no_text(tmp_path: Path, root: Path) -> None:
    folder = as_folder(tmp_path, {"zoe/x.ipynb": b"1"})
    (folder / os.fsdecode(b"ann\xe4.ipynb")).write_bytes(b"2")
    result = collect(folder, LESSON, root)
    assert set(submitted(root)) == {place("ann"), place("zoe")}
    assert all(each.handed_in.isprintable() for each in result.collected)


ALPHABETS = [
    "abcXYZ",
    "0189",
    " .-_",
    "äöüßÆØŁđıİ",
    "éñç'’",
    "王小明김",
    "Жиўй",
    "محمد",
    "e\u0301n\u0303",
    '/\\:*?"<>|@+=%\t\n\0',
    "𝒜ﬁ①Ⅳ",
    "\ud800\udcff",
    "😀\u202e",
]


def test_two_hundred_names_become_ids() -> None:
    generator = random.Random(4)
    names = {
        "".join(generator.choices("".join(generator.sample(ALPHABETS, 3)), k=generator.randint(0, 90)))
        for _ in range(260)
    }
    assert len(names) >= 200
    people = [
        Person(generator.choice(["Moodle", "Canvas"]), name, str(index)) for index, name in enumerate(sorted(names))
    ]
    people += [Person("plain", name) for name in names]
    ids, clashes = student_ids(people)
    assert len(ids) == len(set(ids.values()))
    assert set(ids) | {person for group in clashes for person in group} == set(people)
    for student in ids.values():
        assert re.fullmatch(r"[a-z0-9_][a-z0-9_.-]*", student), student
        assert len(student) <= LONGEST + 21
        assert student not in (".", "..")
    for name in names:
        assert normalised(normalised(name)) == normalised(name)
        well_formed = name.encode("utf-8", "replace").decode()
        decomposed = unicodedata.normalize("NFD", well_formed)
        assert normalised(unicodedata.normalize("NFC", decomposed)) == normalised(
            unicodedata.normalize("NFC", well_formed)
        )


@pytest.mark.parametrize(
    ("name", "normal"),
    [
        ("Anna Schmidt", "anna-schmidt"),
        ("O’Brien, Seán", "o-brien-sean"),
        ("Straße", "strasse"),
        ("e\u0301", "e"),
        ("--x--", "x"),
        (".hidden", "hidden"),
        ("a..b", "a..b"),
        ("Ｆｕｌｌ", "full"),
        ("İstanbul", "istanbul"),
        ("..", ""),
        ("", ""),
    ],
)
def test_names_as_ids(name: str, normal: str) -> None:
    assert normalised(name) == normal


def test_long_names_that_differ_at_the_end_stay_two() -> None:
    first, second = normalised("x" * 200 + "a"), normalised("x" * 200 + "b")
    assert first != second
    assert len(first) == LONGEST


@pytest.mark.parametrize(
    ("name", "system", "person"),
    [
        ("mallory_66_777_victim_5_888_x.ipynb", "Canvas", "mallory"),
        ("mallory_66_777_Victim_5_assignsubmission_file_x.ipynb", "Canvas", "mallory"),
        ("Mallory_66_assignsubmission_file_Victim_5_assignsubmission_file_x.ipynb", "Moodle", "Mallory"),
        ("Mallory_66_assignsubmission_file_victim_5_888_x.ipynb", "Moodle", "Mallory"),
    ],
)
def test_nobody_hands_in_for_somebody_else_by_a_file_name(name: str, system: str, person: str) -> None:
    found = whose((name,)).person
    assert (found.system, found.name, found.number) == (system, person, "66")
