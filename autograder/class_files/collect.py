"""Taking what a class handed in through an LMS into nbgrader's `submitted/STUDENT/ASSIGNMENT/ASSIGNMENT.ipynb`.

What is in a notebook is not looked at: grading names whatever is wrong with it. No `timestamp.txt` is written either.
Canvas and Moodle stamp the files in their ZIP with the time of the *download*, a folder has the time of unpacking, ZIP
times have no time zone, and nbgrader would read them as UTC: a penalty for lateness made of these would be wrong for
everybody. Canvas' own mark LATE is passed on instead. A `timestamp.txt` in the download is ignored as well, since the
student may have written it.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from autograder.class_files.download import (
    Download,
    DownloadError,
    Entry,
    Parts,
    Problem,
    UnreadableError,
    open_download,
    shown,
)
from autograder.class_files.names import (
    REPLACED,
    SUBMITTED,
    HandIn,
    Person,
    folders_around,
    is_notebook,
    junk,
    normalised,
    student_ids,
    whose,
)
from autograder.lessons.source import lesson_path
from autograder.wording import printable
from bertkit.atomic import write_atomically

ARCHIVES = frozenset({".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst"})
LARGEST_LOOKED_INTO = 16 * 2**20
"""Bytes of a notebook that is parsed to see which lesson it is; a larger one is known by its name only."""


@dataclass(frozen=True)
class Submission:
    """One notebook and where it belongs."""

    student: str
    """The student id."""
    path: Path
    """Where it is in the course."""
    handed_in: str
    """What it is called in the download; printable."""
    name: str
    """What the LMS calls the student; printable."""
    lms_user_id: str | None
    """Canvas' number of the student; None for Moodle, whose number is another in every assignment."""
    late: bool
    """Whether Canvas marked it late."""


@dataclass
class Collected:
    """What came of a download; each list in the order of the student ids, or of the paths."""

    collected: list[Submission] = field(default_factory=list)
    """New in `submitted/`."""
    already_there: list[Submission] = field(default_factory=list)
    """The same bytes were there."""
    replaced: list[tuple[Submission, Path]] = field(default_factory=list)
    """With `update`: new in `submitted/`, and where the old one is kept."""
    problems: list[Problem] = field(default_factory=list)
    """What was left out, and what a person can do about it."""
    notes: list[str] = field(default_factory=list)
    """What a person should know though nothing was left out."""
    ignored: list[str] = field(default_factory=list)
    """What is no notebook, or only looks like one."""


@dataclass(frozen=True)
class _Notebook:
    """A notebook in the download, by the name that the student gave it."""

    entry: Entry
    stem: str
    attempt: int
    late: bool


@dataclass
class _HandedIn:
    """What one person handed in; `faulty` where something of it was named as a problem already."""

    notebooks: list[_Notebook] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    faulty: bool = False


def collect(source: Path, assignment: str, root: Path, update: bool = False) -> Collected:
    """Take the notebooks of `assignment` out of `source`, a ZIP file or a folder, into the course at `root`.

    `source` is as Moodle or Canvas makes it, or plain: `STUDENT.ipynb`, `STUDENT/whatever.ipynb` or nbgrader's own
    `STUDENT/ASSIGNMENT/ASSIGNMENT.ipynb`. A folder around all of it is looked into. Of several notebooks the one with
    the assignment's name counts, else the one that the course marked as that lesson, and of files that Canvas numbered
    the highest; where that leaves more than one, none is taken. Nothing is overwritten, unless `update` is true: then
    the old notebook is kept as `submitted/STUDENT/.replaced/ASSIGNMENT.N.ipynb`. Whatever is wrong with one is in
    `Collected.problems`, and the rest is collected.

    Raises `DownloadError` where there is no such assignment or `source` cannot be read at all.
    """
    if not re.fullmatch(r"\w[\w.-]*", assignment) or not lesson_path(root, assignment).is_file():
        there = ", ".join(sorted(_lessons(root))) or "none"
        raise DownloadError(f"the course in {root} has no lesson {printable(assignment)!r}; it has: {there}")
    if root.resolve().is_relative_to(source.resolve()):
        raise DownloadError(f"{source} is the course itself, or around it; name the folder that came from the LMS")
    result = Collected()
    with open_download(source) as download:
        result.problems += download.problems
        lessons = {name.casefold() for name in _lessons(root)}
        handed_in = _by_person(download, assignment, lessons, source.stem, result)
        ids, clashes = student_ids(handed_in)
        result.problems += [_clash(person, group) for group in clashes for person in group]
        result.notes += _notes_on_namesakes(ids)
        for person, student in sorted(ids.items(), key=lambda item: item[1]):
            chosen = _choose(person, handed_in[person], assignment, lessons, download)
            if chosen is None:
                continue
            if isinstance(chosen, Problem):
                result.problems.append(chosen)
                continue
            submission = Submission(
                student=student,
                path=root / SUBMITTED / student / assignment / f"{assignment}.ipynb",
                handed_in=shown(chosen.entry.parts),
                name=printable(person.name),
                lms_user_id=person.lms_user_id,
                late=chosen.late,
            )
            try:
                _put(download.read(chosen.entry), submission, update, result)
            except UnreadableError as error:
                result.problems.append(Problem(submission.handed_in, error.what, error.way_out))
            except OSError as error:
                what = f"{submission.path} cannot be written ({error.strerror or error})"
                result.problems.append(Problem(submission.handed_in, what, "see to it and collect again"))
    return result


def _lessons(root: Path) -> set[str]:
    return {path.stem for path in root.glob("lessons/*/*.ipynb") if path.stem == path.parent.name}


def _by_person(
    download: Download, assignment: str, lessons: set[str], title: str, result: Collected
) -> dict[Person, _HandedIn]:
    """Everybody in the download with what they handed in; what belongs to nobody goes to `result`."""
    entries: list[Entry] = []
    folders: list[Parts] = []
    ignored: set[str] = set()
    for entry in download.entries:
        if useless := junk(entry.parts):
            ignored.add(shown(useless))
        else:
            entries.append(entry)
    for parts in download.folders:
        if useless := junk(parts):
            ignored.add(shown(useless))
        else:
            folders.append(parts)
    around = folders_around([entry.parts for entry in entries], folders, assignment, title)
    people: dict[Person, _HandedIn] = defaultdict(_HandedIn)
    for parts in folders:
        if len(parts) > around:
            people[whose((parts[around], "")).person]  # somebody whose folder is empty is somebody as well
    for entry in entries:
        parts = entry.parts[around:]
        hand_in = whose(parts)
        notebook, archive = is_notebook(parts[-1]), Path(parts[-1]).suffix.lower() in ARCHIVES
        problem = entry.fault
        if archive and problem is None:
            way_out = "unpack it into the student's folder and collect that"
            problem = Problem(shown(entry.parts), "it is an archive inside the download and is not opened", way_out)
        nobody = len(parts) == 1 and hand_in.person.system == "plain"
        if nobody and notebook and hand_in.person.name.casefold() == assignment.casefold():
            way_out = "name the file, or a folder around it, after the student"
            problem = problem or Problem(shown(entry.parts), "it does not say whose it is", way_out)
            notebook = False
        if problem:
            result.problems.append(problem)
        elif not notebook:
            ignored.add(shown(entry.parts))
        if notebook:
            people[hand_in.person].notebooks.append(_notebook(entry, hand_in, lessons))
        elif not nobody:
            person = people[hand_in.person]
            person.others.append(shown(parts[1:]) or shown(parts))
            person.faulty |= problem is not None
    result.ignored += sorted(ignored)
    return people


def _clash(person: Person, group: Iterable[Person]) -> Problem:
    names = ", ".join(sorted(printable(each.name) for each in group))
    return Problem(
        printable(person.name),
        f"one student id would stand for several people: {names}",
        "rename their files or folders so that they differ in a letter or a digit, and collect the folder",
    )


def _notes_on_namesakes(ids: dict[Person, str]) -> list[str]:
    """Moodle's namesakes were given their number, which is another one in the next assignment."""
    return [
        f"{printable(person.name)} is {student} here: somebody else has the same name. Moodle gives another number in "
        "the next assignment; to keep one id, rename their folders in every download"
        for person, student in sorted(ids.items(), key=lambda item: item[1])
        if person.system == "Moodle" and person.number and student == f"{normalised(person.name)}-{person.number}"
    ]


def _choose(
    person: Person, handed_in: _HandedIn, assignment: str, lessons: set[str], download: Download
) -> _Notebook | Problem | None:
    """The one notebook that counts, or why there is none; None where that was said already."""
    highest: dict[str, int] = {}
    for each in handed_in.notebooks:
        highest[each.stem] = max(each.attempt, highest.get(each.stem, 0))
    name = assignment.casefold()
    candidates = [
        each
        for each in handed_in.notebooks
        if each.attempt == highest[each.stem] and (each.stem == name or each.stem not in lessons)
    ]
    if not candidates:
        if handed_in.faulty:
            return None
        held = sorted({*handed_in.others, *(shown(each.entry.parts) for each in handed_in.notebooks)})
        what = f"there is no notebook of {assignment}, " + (f"only {', '.join(held)}" if held else "nothing is there")
        return Problem(printable(person.name), what, f"ask for {assignment}.ipynb, or give theirs that name")
    if named := [each for each in candidates if each.stem == name]:
        candidates = named
    elif len(candidates) > 1:
        candidates = [each for each in candidates if _lesson_in(each.entry, download) == assignment] or candidates
    if len(candidates) > 1:
        held = sorted(shown(each.entry.parts) for each in candidates)
        what = f"there are several notebooks, and nothing says which of them counts: {', '.join(held)}"
        return Problem(printable(person.name), what, f"leave one of them there, or call one {assignment}.ipynb")
    return None if candidates[0].entry.fault else candidates[0]


def _notebook(entry: Entry, hand_in: HandIn, lessons: set[str]) -> _Notebook:
    """Canvas adds `-1`, `-2` to the name of a file when one with that name was handed in before."""
    stem = hand_in.file[: -len(".ipynb")].casefold()
    numbered = re.fullmatch(r"(.+)-([0-9]{1,4})", stem, re.DOTALL)
    if hand_in.person.system == "Canvas" and numbered and stem not in lessons:
        return _Notebook(entry, numbered[1], int(numbered[2]), hand_in.late)
    return _Notebook(entry, stem, 0, hand_in.late)


def _lesson_in(entry: Entry, download: Download) -> str | None:
    """Which lesson the course marked a notebook as; None where it cannot be told."""
    if entry.fault or entry.size > LARGEST_LOOKED_INTO:
        return None
    try:
        return str(json.loads(download.read(entry))["metadata"]["course"]["lesson"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _put(content: bytes, submission: Submission, update: bool, result: Collected) -> None:
    """Write one notebook into the course. Raises `UnreadableError` where something else is in its place, `OSError`."""
    target = submission.path
    for folder in (target.parent.parent, target.parent):
        if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
            raise UnreadableError(f"{folder} is a link or a file", "put a folder in its place and collect again")
    if target.is_symlink() or (target.exists() and not target.is_file()):
        raise UnreadableError(f"{target} is a link or a folder", "move it away and collect again")
    if not target.exists():
        write_atomically(target, content)
        result.collected.append(submission)
        return
    before = target.read_bytes()
    if before == content:
        result.already_there.append(submission)
    elif update:
        kept = _keep(target, before)
        write_atomically(target, content)
        result.replaced.append((submission, kept))
    else:
        raise UnreadableError(
            f"{target} is there with other content",
            "`autograder collect --update` replaces it and keeps the old one beside it",
        )


def _keep(target: Path, content: bytes) -> Path:
    """Put what is about to be replaced out of nbgrader's sight, under a number of its own."""
    folder = target.parent.parent / REPLACED
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise UnreadableError(f"{folder} is a link or a file", "move it away and collect again")
    number = 1
    while (kept := folder / f"{target.stem}.{number}.ipynb").exists() or kept.is_symlink():
        number += 1
    write_atomically(kept, content)
    return kept
