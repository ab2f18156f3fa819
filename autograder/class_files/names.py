"""Whose work a file of an LMS download is, read off its name, and the student id that nbgrader gets to see.

Sources: Moodle's `mod/assign/classes/downloader.php` and Canvas' `lib/content_zipper.rb`.

- Moodle writes `Full Name_12345_assignsubmission_file/NAME`, older releases with a trailing underscore, and on request
  flat files `Full Name_12345_assignsubmission_file_NAME`. The number is the participant's *in that one assignment*, so
  the name is the only thing that is the same from lesson to lesson.
- Canvas writes `lastnamefirstname_12345_67890_NAME`, with `LATE` before the numbers where it applies. The first number
  is the user's id in Canvas and never changes, the second is the file's. Anonymous: `anon_AbC12_67890_NAME`. What was
  typed into a text box is `..._12345_text.html`.
- Anything else: `STUDENT.ipynb`, or a folder named after the student.

The names that students give their own files come last in both, so the first match in a name is the system's own.
"""

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from autograder.class_files.download import Parts

SUBMITTED = "submitted"
"""nbgrader's folder of what was handed in."""
REPLACED = ".replaced"
"""Beside a student's assignments: what an update replaced. nbgrader's patterns match no name that starts with a dot."""
JUNK = frozenset(
    {"__MACOSX", ".DS_Store", ".ipynb_checkpoints", "__pycache__", "Thumbs.db", "desktop.ini", ".git", REPLACED}
)
"""Names that nobody hands in on purpose, nor anything inside such a folder."""
LONGEST = 64
"""Characters of a name in a student id. A folder's name can have 255 bytes, nbgrader's column has 128 characters."""

MOODLE = re.compile(
    r"(?P<name>.*?)(?:_(?P<number>[0-9]{1,20}))?_assignsubmission_(?P<plugin>[a-z0-9]+)(?:_(?P<file>.*))?", re.DOTALL
)
CANVAS_ANONYMOUS = re.compile(
    r"(?:(?P<late>LATE)_)?(?P<name>anon)_(?P<number>[A-Za-z0-9]{1,20})_(?:[0-9]+_(?P<file>.+)|(?:text|link)\.html)",
    re.DOTALL,
)
CANVAS = re.compile(
    r"(?P<name>.*?)(?:_(?P<late>LATE))?_(?P<number>[0-9]{1,20})_(?:[0-9]+_(?P<file>.+)|(?:text|link)\.html)", re.DOTALL
)

LATIN = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ŧ": "t", "ı": "i", "ŋ": "ng"}
)
"""Letters that Unicode does not take apart into an ASCII letter and a mark."""


@dataclass(frozen=True)
class Person:
    """Somebody who handed something in, as far as the download tells people apart."""

    system: str
    """`Moodle`, `Canvas` or `plain`."""
    name: str
    """As the download has it."""
    number: str | None = None
    """Moodle's participant number, or Canvas' user id."""

    @property
    def lms_user_id(self) -> str | None:
        """The number by which the LMS knows the person in every assignment; only Canvas tells it."""
        is_user_id = self.system == "Canvas" and self.number is not None and self.number.isdigit()
        return self.number if is_user_id else None


@dataclass(frozen=True)
class HandIn:
    """What the path of a file says."""

    person: Person
    """Whose it is."""
    file: str
    """The name that the student gave it; empty for a folder."""
    late: bool = False
    """Whether Canvas marked it so. It says not by how much."""


def is_lms_name(name: str) -> bool:
    """Whether the first part of a path is one of Moodle's or Canvas' own."""
    return any(pattern.fullmatch(name) for pattern in (MOODLE, CANVAS_ANONYMOUS, CANVAS))


def whose(parts: Parts) -> HandIn:
    """Read the path of a file, or of a folder that stands at the top."""
    top = parts[0]
    moodle, canvas = MOODLE.fullmatch(top), None
    if len(parts) == 1:
        canvas = CANVAS_ANONYMOUS.fullmatch(top) or CANVAS.fullmatch(top)
    # A student may name a file so that it looks like the other system's; what comes first is the real one.
    if moodle and (canvas is None or len(moodle["name"]) < len(canvas["name"])):
        file = parts[-1] if len(parts) > 1 else moodle["file"] or ""
        return HandIn(Person("Moodle", moodle["name"], moodle["number"]), file)
    if canvas:
        return HandIn(Person("Canvas", canvas["name"], canvas["number"]), canvas["file"] or "", bool(canvas["late"]))
    name = top.rpartition(".")[0] if len(parts) == 1 and "." in top[1:] else top
    return HandIn(Person("plain", name), parts[-1])


def junk(parts: Parts) -> Parts:
    """The part of a path up to what makes it junk; empty where nothing does."""
    for index, part in enumerate(parts):
        if part in JUNK or part.startswith("._"):
            return parts[: index + 1]
    return ()


def is_notebook(name: str) -> bool:
    """Whether a file is a notebook by its name."""
    return name.lower().endswith(".ipynb")


def folders_around(files: list[Parts], folders: list[Parts], assignment: str, title: str) -> int:
    """How many folders stand around the whole download, one in the other.

    A single folder may as well be the only student. It is taken for one where it holds the assignment, or a single
    notebook and no folder; not where it is called like the ZIP file, the assignment or nbgrader's own folder.
    """
    depth = 0
    while True:
        inside = [parts[depth:] for parts in [*files, *folders] if len(parts) > depth]
        tops = {parts[0] for parts in inside}
        below = [parts[1:] for parts in inside if len(parts) > 1]
        if len(tops) != 1 or not below or any(len(parts) == depth + 1 for parts in files) or is_lms_name(*tops):
            return depth
        names = {parts[0] for parts in below}
        if not tops & {assignment, SUBMITTED}:
            if names & {assignment, f"{assignment}.ipynb"}:
                return depth
            has_folder = any(len(parts) > depth + 1 for parts in folders) or any(len(parts) > 1 for parts in below)
            is_class = has_folder or any(map(is_lms_name, names)) or sum(map(is_notebook, names)) > 1
            if not is_class and title not in tops:
                return depth
        depth += 1


def normalised(name: str) -> str:
    """`name` in `a-z 0-9 _ . -`, not starting or ending in `.` or `-`; empty where nothing of it is left.

    Accents are dropped; a letter that has no ASCII form is written as its code point, such as `u738b`, so that two
    names in another script stay two.
    """
    text = unicodedata.normalize("NFKC", name).casefold().translate(LATIN)
    result = re.sub("-+", "-", "".join(map(_ascii, text))).strip("-.")
    if len(result) > LONGEST:
        result = f"{result[: LONGEST - 9].rstrip('-.')}-{hashlib.sha256(result.encode()).hexdigest()[:8]}"
    return result


def _ascii(character: str) -> str:
    plain = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode().lower()
    if plain and re.fullmatch(r"[a-z0-9_.-]+", plain):
        return plain
    if unicodedata.combining(character):
        return ""
    return f"u{ord(character):x}" if character.isalnum() else "-"


def student_ids(people: Iterable[Person]) -> tuple[dict[Person, str], list[list[Person]]]:
    """The student id of everybody, and the groups of people who would have to share one and therefore get none.

    Canvas' number is always part of the id: it is the same in every download, so namesakes stay apart even where each
    comes in a download of their own. Moodle's number is another in every assignment and is added only to people of
    one download who share a name; they have another id in every lesson, then. Without a number they are refused.
    """
    ids = {person: _student_id(person, numbered=person.system == "Canvas") for person in people}
    for group in _sharing(ids):
        ids.update({person: _student_id(person, numbered=True) for person in group})
    clashes = _sharing(ids)
    refused = {person for group in clashes for person in group}
    return {person: student for person, student in ids.items() if person not in refused}, clashes


def _student_id(person: Person, numbered: bool) -> str:
    name = normalised(person.name)
    if person.number is not None and (numbered or not name):
        return f"{name or 'student'}-{person.number.lower()}"
    return name or f"student-{hashlib.sha256(person.name.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


def _sharing(ids: dict[Person, str]) -> list[list[Person]]:
    groups = defaultdict(list)
    for person, student in ids.items():
        groups[student].append(person)
    return [group for group in groups.values() if len(group) > 1]
