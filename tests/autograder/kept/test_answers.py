"""Files of kept answers: whole, readable, found again, and refused where they are not what was kept."""

import dataclasses
import itertools
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from autograder.exercise import Exercise
from autograder.exercises import CATALOGUE, find
from autograder.grading.withheld import beside_learners
from autograder.kept import answers
from autograder.kept.answers import FULL, UnusableError, fingerprint, keep, load

LABELS = find("mlm.mlm_labels")
SOURCE = "import torch\n\n\ndef mlm_labels(ids, selected):\n    return torch.where(selected, ids, -100)\n"
TWO = dataclasses.replace(LABELS, id="mlm.both", defines=(*LABELS.defines, "bertkit.objectives.mlm:corrupt"))
LESSON = "02_masked_language_model"


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A file that was kept; its learner's folder is two above it."""
    return keep(tmp_path, LABELS, SOURCE, LESSON, FULL)


def found(path: Path, exercise: Exercise = LABELS) -> answers.Kept:
    kept = answers.find(path.parents[1], exercise)
    assert kept is not None
    return kept


def test_what_is_kept_is_found_again(kept: Path) -> None:
    again = found(kept)
    assert (again.exercise_id, again.lesson, again.tests, again.source) == (LABELS.id, LESSON, FULL, SOURCE)
    assert again.origin == f"lesson 2, {again.passed.day} {again.passed:%b}"
    (answer,) = load(again, LABELS)
    assert answer(torch.tensor([3, 4]), torch.tensor([True, False])).tolist() == [3, -100]
    assert load(found(kept), LABELS)[0] is answer


def test_several_names_come_back_in_the_order_of_their_exercise(tmp_path: Path) -> None:
    assert load(found(keep(tmp_path, TWO, "corrupt = 2\nmlm_labels = 1\n", LESSON, FULL), TWO), TWO) == (1, 2)


def test_one_of_several_names_alone_is_not_enough(tmp_path: Path) -> None:
    kept = found(keep(tmp_path, TWO, "mlm_labels = 1\n", LESSON, FULL), TWO)
    with pytest.raises(UnusableError, match=r"^does not load: AttributeError: .*corrupt"):
        load(kept, TWO)


def test_the_file_says_what_it_is_and_is_python(kept: Path) -> None:
    first = kept.read_text().splitlines()[0]
    assert first.startswith(f"# Your answer to {LABELS.id}, kept since it passed its check.")
    compile(kept.read_text(), str(kept), "exec")


def test_an_error_in_it_names_the_line_of_the_file(tmp_path: Path) -> None:
    path = keep(tmp_path, LABELS, "def mlm_labels(*_):\n    return 1 / 0\n", LESSON, FULL)
    with pytest.raises(ZeroDivisionError) as caught:
        load(found(path), LABELS)[0]()
    entry = caught.traceback[-1]
    assert str(entry.path) == str(path)
    assert path.read_text().splitlines()[entry.lineno].strip() == "return 1 / 0"


def test_nothing_kept(tmp_path: Path) -> None:
    assert answers.find(tmp_path, LABELS) is None
    assert answers.find(None, LABELS) is None


@pytest.mark.parametrize(
    "source", ["x = 'ä → 🐻'\n", "x = 1\r\ny = 2\r\n", "\n\nx = '\x0c\x85'\n", "# only: this\n\n# and\n\n"]
)
def test_any_text_comes_back(tmp_path: Path, source: str) -> None:
    assert found(keep(tmp_path, LABELS, source, LESSON, FULL)).source == source.replace("\r", "")


def test_what_no_file_can_hold_leaves_what_was_there(kept: Path) -> None:
    before = kept.read_bytes()
    with pytest.raises(UnicodeEncodeError):
        keep(kept.parents[1], LABELS, "x = '\ud800'", LESSON, FULL)
    assert kept.read_bytes() == before


def by_hand(text: str) -> bytes:
    return text.replace("-100", "-10").encode()


DAMAGE: dict[str, tuple[Callable[[str], bytes], str]] = {
    "empty": (lambda _: b"", "cannot be read"),
    "cut short": (lambda text: text[: len(text) // 3].encode(), "cannot be read"),
    "cut in the code": (lambda text: text[:-20].encode(), "was changed"),
    "no text": (lambda _: b"\xff\xfe\x00", "cannot be read"),
    "no header": (lambda _: SOURCE.encode(), "cannot be read"),
    "no date": (lambda text: text.replace("passed: 2", "passed: x").encode(), "cannot be read"),
    "changed by hand": (by_hand, "was changed since it passed"),
    "of another exercise": (lambda text: text.replace(LABELS.id, "mlm.corrupt").encode(), "was changed"),
    "of another version": (lambda text: text.replace("asks: ", "asks: 0").encode(), "no longer fits"),
}


@pytest.mark.parametrize(("damage", "why"), DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_file_is_refused_and_moved_aside_by_the_next(
    kept: Path, damage: Callable[[str], bytes], why: str
) -> None:
    damaged = damage(kept.read_text())
    kept.write_bytes(damaged)
    with pytest.raises(UnusableError, match=why):
        found(kept)
    assert kept.read_bytes() == damaged  # looking moves nothing
    keep(kept.parents[1], LABELS, SOURCE, LESSON, FULL)
    assert found(kept).source == SOURCE
    (aside,) = (kept.parent / answers.SET_ASIDE).iterdir()
    assert aside.read_bytes() == damaged


def test_a_folder_in_the_files_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / answers.FOLDER / f"{LABELS.id}.py").mkdir(parents=True)
    with pytest.raises(UnusableError, match="cannot be read"):
        answers.find(tmp_path, LABELS)
    with pytest.raises(OSError, match="directory"):
        keep(tmp_path, LABELS, SOURCE, LESSON, FULL)


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("def other(): pass", "AttributeError"),
        ("def mlm_labels(:", "SyntaxError"),
        ("from nowhere_at_all import mlm_labels", "ModuleNotFoundError"),
        ("x = '\0'", "(ValueError|SyntaxError)"),
    ],
)
def test_a_source_that_does_not_load_is_told(tmp_path: Path, source: str, why: str) -> None:
    kept = found(keep(tmp_path, LABELS, source, LESSON, FULL))
    with pytest.raises(UnusableError, match=f"^does not load: {why}"):
        load(kept, LABELS)


def test_a_file_that_another_kernel_moves_meanwhile_still_loads(kept: Path) -> None:
    again = found(kept)
    kept.unlink()
    assert callable(load(again, LABELS)[0])


def test_an_interrupt_is_the_learners_own(tmp_path: Path) -> None:
    kept = found(keep(tmp_path, LABELS, "raise KeyboardInterrupt", LESSON, FULL))
    with pytest.raises(KeyboardInterrupt):
        load(kept, LABELS)


def test_loading_prints_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    load(found(keep(tmp_path, LABELS, f"print('out')\n{SOURCE}", LESSON, FULL)), LABELS)
    assert capfd.readouterr() == ("", "")


def test_a_dataclass_finds_its_module(tmp_path: Path) -> None:
    source = (
        "import dataclasses\n@dataclasses.dataclass\nclass mlm_labels:\n    x: 'dataclasses.KW_ONLY'\n    y: int = 1\n"
    )
    (made,) = load(found(keep(tmp_path, LABELS, source, LESSON, FULL)), LABELS)
    assert made(y=3).y == 3


def test_two_kernels_at_once_leave_a_whole_file(tmp_path: Path) -> None:
    sources = [f"mlm_labels = {number}\n" * 200 for number in range(4)]
    errors: list[BaseException] = []

    def write(source: str) -> None:
        try:
            for _ in range(10):
                keep(tmp_path, LABELS, source, LESSON, FULL)
                assert found(tmp_path / answers.FOLDER / "any").source in sources
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=write, args=[source]) for source in sources]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert [path.name for path in (tmp_path / answers.FOLDER).iterdir()] == [f"{LABELS.id}.py"]


def test_grading_has_nothing_that_would_load_one() -> None:
    assert not [name for name in beside_learners() if name.startswith("autograder.kept")]


# ------------------------------------------------------------------------------------------------ what a file fits


def test_every_exercise_of_the_course_has_a_fingerprint_of_its_own() -> None:
    prints = [fingerprint(each) for each in CATALOGUE]
    assert len(set(prints)) == len(CATALOGUE)
    assert prints == [fingerprint(each) for each in CATALOGUE]


def changed(**what: object) -> Exercise:
    return dataclasses.replace(LABELS, **what)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("exercise", "fits"),
    [
        (changed(), True),
        (changed(title="Another", minutes=3, why="", hints=()), True),
        (changed(parts=LABELS.parts[:1]), False),
        (changed(parts=tuple(dataclasses.replace(part, points=part.points * 2) for part in LABELS.parts)), False),
        (changed(parts=tuple(dataclasses.replace(part, title=f"{part.title}!") for part in LABELS.parts)), True),
        (changed(defines=("bertkit.objectives.mlm:corrupt",)), False),
        (changed(defines=(*LABELS.defines, "bertkit.objectives.mlm:corrupt")), False),
        (changed(id="mlm.labels"), False),
    ],
    ids=["nothing", "words", "a part less", "points", "a part's words", "another name", "a name more", "id"],
)
def test_what_is_a_change_of_an_exercise(exercise: Exercise, fits: bool) -> None:
    assert (fingerprint(exercise) == fingerprint(LABELS)) == fits


@pytest.fixture
def defined(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Exercise]:
    """Makes an exercise of names that a text of Python defines, as the library would."""
    monkeypatch.syspath_prepend(tmp_path)
    numbers = itertools.count()

    def exercise_of(text: str, *names: str) -> Exercise:
        module = f"defined_{tmp_path.name}_{next(numbers)}"
        (tmp_path / f"{module}.py").write_text(text, encoding="utf-8")
        return changed(id="a.f", defines=tuple(f"{module}:{name}" for name in names or "f"))

    return exercise_of


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("def f(a, b=1):\n    '''Adds\n    two.'''\n    return a - b", True),
        ("def f(a: int, b=2) -> int:\n    '''Adds two.'''", True),
        ("def f(a, b):\n    '''Adds two.'''", False),
        ("def f(b, a=1):\n    '''Adds two.'''", False),
        ("def f(a, *, b=1):\n    '''Adds two.'''", False),
        ("def f(a, b=1):\n    '''Adds three.'''", False),
        ("def f(a, b=1): pass", False),
        ("class f:\n    '''Adds two.'''\n    def __init__(self, a, b=1): pass", True),
        ("class f:\n    '''Adds two.'''\n    def __init__(self, a, b=1): pass\n    def g(self): pass", False),
        ("f = {'a': 1}", False),
    ],
)
def test_a_reference_changes_by_what_it_says_of_itself(text: str, fits: bool, defined: Callable[..., Exercise]) -> None:
    before = defined("def f(a, b=1):\n    '''Adds two.'''\n    return a + b")
    assert (fingerprint(defined(text)) == fingerprint(before)) == fits


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("f: dict[str, int] = {'b': 2}\n'''How\n many.'''", True),
        ("f = {'a': 1}\n'''How few.'''", False),
        ("f = {'a': 1}", False),
        ("f = [1]\n'''How many.'''", False),
    ],
)
def test_a_value_changes_by_what_stands_below_it(text: str, fits: bool, defined: Callable[..., Exercise]) -> None:
    before = defined("f = {'a': 1}\n'''How many.'''")
    assert (fingerprint(defined(text)) == fingerprint(before)) == fits


def test_each_of_several_names_counts(defined: Callable[..., Exercise]) -> None:
    text = "def save(a):\n    '''Saves.'''\ndef load(b):\n    '''Loads.'''\nLIMIT = 3\n'''Most.'''"
    texts = [text, text.replace("Saves", "Keeps"), text.replace("(b)", "(b, c)"), text.replace("Most", "Least")]
    prints = {fingerprint(defined(each, "save", "load", "LIMIT")) for each in texts}
    assert len(prints) == len(texts)
    assert fingerprint(defined(text, "load", "save", "LIMIT")) not in prints
