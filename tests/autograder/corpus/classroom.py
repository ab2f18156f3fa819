"""Grading a class with specimens in it, and seeing what happened to each and to the students before and after."""

import hashlib
import html
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bs4 import BeautifulSoup

from .base import MAX_POINTS, NAME, NOTEBOOK, Specimen
from .course import FIRST, NEXT, STUDENT, Place, copy_place

FEEDBACK_FOR = frozenset({"leak", "browser", "files"})
"""Aims for which feedback is generated too."""
SCRIPT_TYPES = ("", "module", "text/javascript", "application/javascript")
TAKEN = "window.taken"
OTHERS = (
    "nbgrader_config.py",
    "solutions",
    "lessons",
    f"submitted/{FIRST}",
    f"autograded/{FIRST}",
    f"submitted/{NEXT}",
)


@dataclass(frozen=True)
class Happened:
    """What came of grading a class of three, the specimen second in it."""

    lesson: str
    """`checks` for the course's own check cells; `asserts` for such as nbgrader's manual has."""
    points: float | None
    """Of the specimen, out of 6, as the gradebook has them; null where it has no submission."""
    graded: bool
    """Whether there is an autograded notebook."""
    first: float | None
    """Points of the student who had been graded before: 6, unless the gradebook was altered."""
    next: float | None
    """Points of the student who is graded afterwards: 0, unless something was left for them, or null."""
    batch_stopped: bool
    """Whether that student was not graded."""
    leaked: list[str]
    """Where something turned up that was not to be read: `outputs`, `files`, `network`."""
    script_in_feedback: bool
    """Whether the feedback page runs the student's script."""
    files_changed: list[str]
    """Folders and files of others' that were changed, in the course."""


def worked(specimen: Specimen, happened: Happened) -> bool:
    """Whether an attack got what it aims at, or an accident cost its student points or the others their grading."""
    points = happened.points or 0.0
    if specimen.kind == "accident":
        return happened.batch_stopped or points != specimen.deserves
    return {
        "points": points > specimen.deserves,
        "leak": bool(happened.leaked),
        "next student": bool(happened.next),
        "batch": happened.batch_stopped,
        "gradebook": points > MAX_POINTS or happened.first != MAX_POINTS,
        "files": bool(happened.files_changed),
        "browser": happened.script_in_feedback,
    }[specimen.aims_at]


def broken_promises(specimen: Specimen, happened: Happened) -> list[str]:
    """What a grader that keeps the promises of this course would not have let happen; empty where it kept them."""
    points = happened.points or 0.0
    owed = points == specimen.deserves if specimen.exact else points <= specimen.deserves
    promises = {
        f"{points:g} points where {specimen.deserves:g} are deserved": owed,
        f"the student graded before has {happened.first} points": happened.first == MAX_POINTS,
        f"the student graded next has {happened.next} points": happened.next == 0,
        "the next student was not graded": not happened.batch_stopped,
        f"leaked through {', '.join(happened.leaked)}": not happened.leaked,
        "the feedback runs a script": not happened.script_in_feedback,
        f"changed {', '.join(happened.files_changed)}": not happened.files_changed,
    }
    return [broken for broken, kept in promises.items() if not kept]


def run(specimen: Specimen, template: Place, folder: Path) -> Happened:
    """Hand one specimen in to a copy of the course in `folder`, grade the class of three, and see what happened.

    All processes that it leaves behind are killed; the folder stays.
    """

    def grade(place: Place) -> None:
        place.nbgrader("autograde", NAME)
        time.sleep(specimen.lingers)
        if specimen.aims_at in FEEDBACK_FOR:
            place.nbgrader("generate_feedback", NAME)

    return grade_together({STUDENT: specimen}, copy_place(template, folder), grade)[STUDENT]


def grade_together(
    specimens: Mapping[str, Specimen], place: Place, grade: Callable[[Place], object]
) -> dict[str, Happened]:
    """Have specimens handed in by the students named, grade the class with `grade`, and see what happened to each.

    All processes that are left behind are killed.
    """
    before = fingerprints(place.course)
    with listener() as (port, received):
        base = place.base(port)
        for student, specimen in specimens.items():
            specimen.hand_in(base).write(place.submission(student))
        try:
            grade(place)
        finally:
            place.end_processes()
    scores = place.scores()
    changed = sorted(name for name, value in fingerprints(place.course).items() if before.get(name) != value)
    said = b"".join(received)
    return {
        student: Happened(
            lesson="asserts" if specimen.classic else "checks",
            points=scores.get(student),
            graded=(place.course / "autograded" / student / NAME / NOTEBOOK).exists(),
            first=scores[FIRST],
            next=scores[NEXT],
            batch_stopped=not (place.course / "autograded" / NEXT / NAME / NOTEBOOK).exists(),
            leaked=leaks(specimen, place, student, said),
            script_in_feedback=runs_a_script(place.course / "feedback" / student / NAME),
            files_changed=changed,
        )
        for student, specimen in specimens.items()
    }


@contextmanager
def listener() -> Iterator[tuple[int, list[bytes]]]:
    """A port on the loopback interface, and what arrives there."""
    received: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:  # closed: the run is over
                    return
                with connection:
                    while data := connection.recv(65536):
                        received.append(data)

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        try:
            yield server.getsockname()[1], received
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


def fingerprints(course: Path) -> dict[str, str]:
    """Hashes of what is not the specimen's to change, by folder or file."""
    found = {}
    for name in OTHERS:
        digest = hashlib.sha256()
        path = course / name
        for file in sorted([path, *path.rglob("*")]):
            digest.update(f"{file.relative_to(course)}\0".encode())
            if file.is_file():
                digest.update(file.read_bytes())
        found[name] = digest.hexdigest()
    return found


def leaks(specimen: Specimen, place: Place, student: str, received: bytes) -> list[str]:
    """Where something turned up that a student has nothing to read."""
    outputs, files = "", ""
    own = [place.course / folder / student / NAME for folder in ("autograded", "feedback")]
    for path in [each for folder in own for each in sorted(folder.rglob("*")) if each.is_file()]:
        text = path.read_bytes().decode("utf-8", "replace")
        if path.suffix == ".ipynb":
            cells = json.loads(text)["cells"]
            outputs += "".join(json.dumps([cell.get("outputs", []) for cell in cells], ensure_ascii=False))
        elif path.suffix != ".html":
            files += text
    places = {"files": files, "network": received.decode("utf-8", "replace"), "outputs": outputs}
    return [name for name, text in places.items() if any(secret in text for secret in specimen.must_not_show)]


def runs_a_script(folder: Path) -> bool:
    """Whether a browser that shows the feedback runs what the student wrote."""
    for path in folder.glob("*.html"):
        page = path.read_bytes()
        text = page.decode("utf-8", "replace")
        if TAKEN not in text and TAKEN not in html.unescape(text):
            continue  # parsing takes long, and no script and no attribute can have it
        for element in BeautifulSoup(page, "html.parser").find_all(True):
            if element.name == "script" and element.get("type", "") in SCRIPT_TYPES and TAKEN in element.text:
                return True
            for name, value in element.attrs.items():
                link = str(value).strip().lower().startswith("javascript:")
                if (name.startswith("on") or name == "srcdoc" or link) and TAKEN in str(value):
                    return True
    return False
