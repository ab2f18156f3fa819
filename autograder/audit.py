"""What a maintainer has to mend before the course goes out; every finding names the edit or command that mends it."""

import contextlib
import inspect
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from autograder.build import COMMAND, stale
from autograder.definitions import DefinitionError, definition, examples_in
from autograder.exercise import Exercise
from autograder.exercises import CATALOGUE
from autograder.lessons.names import imports_for, stood_on
from autograder.lessons.source import (
    LessonError,
    lesson_names,
    lesson_path,
    read_lesson,
    solution_path,
    source_path,
)

LEAST_HINTS = 3
LEAST_MISTAKES = 6
LEAST_CAUGHT = 0.8
"""Share of the known and generic mistakes that a class's check has to find."""
TODO = "TODO"
"""What a skeleton says wherever somebody has to write something."""
LEFTOVERS = frozenset({".ipynb_checkpoints", "__pycache__"})
"""Folders that a run leaves behind and git ignores."""


@dataclass(frozen=True)
class Problem:
    """One thing to mend."""

    where: str
    """An exercise's id, a lesson's name or a file."""
    what: str
    mend: str
    """The edit to make or the command to run."""

    def __str__(self) -> str:
        return f"{self.where}: {self.what}; {self.mend}"


class Hidden(Protocol):
    """What the audit asks of an exercise's hidden tests."""

    @property
    def parts(self) -> Any:
        """A mapping, by the names of the parts."""

    @property
    def mistakes(self) -> Sequence[Any]:
        """The known mistakes, each with a `name`."""

    @property
    def few_mistakes_because(self) -> str | None:
        """Why there are fewer than usual."""


Load = Callable[[str], Hidden]
"""From an exercise's id to its hidden tests; raises `ImportError` or `AttributeError` where there are none."""


class Share(Protocol):
    """What the audit asks of a measurement of the visible check."""

    @property
    def share(self) -> float:
        """Of the wrong answers, those that it catches."""

    @property
    def through(self) -> Sequence[str]:
        """Names of the mistakes that it does not catch."""


Measure = Callable[[Exercise, Any], Share]
"""From an exercise and its hidden tests to what the visible check catches."""


def audit(
    root: Path,
    catalogue: Sequence[Exercise] = CATALOGUE,
    load: Load | None = None,
    measure: Measure | None = None,
    only: str | None = None,
) -> list[Problem]:
    """Everything wrong with the exercises and the lessons in the course folder `root`; nothing is written.

    Of the exercises without another fault, the visible check is tried on wrong answers. No lesson is executed.

    Args:
        root: the folder with `solutions/`, `lessons/` and nbgrader's configuration.
        catalogue: the exercises there should be.
        load: gives an exercise's hidden tests; `autograder.hidden.load` where None.
        measure: tries the visible check; `autograder.visible.caught.caught` where None.
        only: id of the one exercise to look at; all exercises and lessons where None.
    """
    if load is None:
        from autograder import hidden  # late: what a class receives has no hidden tests

        load = hidden.load
    if measure is None:
        from autograder.visible import caught

        measure = caught.caught
    problems = list(_duplicate_ids(catalogue))
    imports = _setup_imports(root)
    for exercise in (each for each in catalogue if only in (None, each.id)):
        references = _references(exercise, imports.get(exercise.id, set()))
        statement = [*_statement(exercise), *_unwritten(exercise, root)]
        faults = [*statement, *references, *_hidden_tests(exercise, load)]
        problems += faults or _visible_check(exercise, measure, load)
    found = [*problems, *_lessons(root, catalogue), *_stray_files(root)]
    return [problem for problem in found if only in (None, problem.where)]


def _duplicate_ids(catalogue: Iterable[Exercise]) -> Iterator[Problem]:
    for exercise_id in _repeated(exercise.id for exercise in catalogue):
        yield Problem(exercise_id, "two exercises have this id", "rename one of them in autograder/exercises")


def _statement(exercise: Exercise) -> Iterator[Problem]:
    """Hints and parts."""
    if len(exercise.hints) < LEAST_HINTS:
        yield Problem(exercise.id, f"it has {len(exercise.hints)} hints", f"write {LEAST_HINTS} or more")
    for number, hint in enumerate(exercise.hints, start=1):
        for name, text in (("symptom", hint.symptom), ("text", hint.text)):
            if not text.strip():
                yield Problem(exercise.id, f"the {name} of hint {number} is blank", "write it or delete the hint")
    if not exercise.parts:
        yield Problem(exercise.id, "it has no parts, so no points", "give it at least one Part")
    for part in exercise.parts:
        if not part.points > 0:
            yield Problem(exercise.id, f"part {part.name} is worth {part.points:g} points", "give it more than 0")
    for name in _repeated(part.name for part in exercise.parts):
        yield Problem(exercise.id, f"two parts are named {name}", "rename one of them")


def _unwritten(exercise: Exercise, root: Path) -> Iterator[Problem]:
    """What is as `autograder new` has left it."""
    texts = {"its title": exercise.title, "its `why`": exercise.why}
    texts |= {f"part {part.name}": part.title for part in exercise.parts}
    texts |= {f"hint {place}": f"{hint.symptom} {hint.text}" for place, hint in enumerate(exercise.hints, start=1)}
    texts |= {"its `run`": inspect.getdoc(exercise.run) or ""}
    lesson = f"autograder/exercises/{exercise.id.partition('.')[0]}.py"
    for name, text in texts.items():
        if TODO in text:
            yield Problem(exercise.id, f"{name} still says {TODO}", f"write it in {lesson}")
    if not exercise.minutes > 0:
        yield Problem(exercise.id, f"it takes {exercise.minutes} minutes", f"say in {lesson} how long it takes")
    hidden = _hidden_file(exercise)
    if (root / hidden).is_file():
        lines = (root / hidden).read_text(encoding="utf-8").splitlines()
        unwritten = [str(number) for number, line in enumerate(lines, start=1) if TODO in line]
        if unwritten:
            where = f"line{'s' * (len(unwritten) > 1)} {', '.join(unwritten)}"
            yield Problem(exercise.id, f"its hidden tests still say {TODO}", f"write {where} of {hidden}")


def _hidden_file(exercise: Exercise) -> str:
    return f"autograder/hidden/{exercise.id.lower().replace('.', '/')}.py"


def _references(exercise: Exercise, imports: set[str]) -> Iterator[Problem]:
    """What the library has of an exercise, and what that stands on; `imports` are those of its lesson's setup cells."""
    if len(exercise.names) == 1 and exercise.names != (exercise.name,):
        (name,) = exercise.names
        yield Problem(
            exercise.id,
            f"its reference is named {name!r}, but a learner is told to write {exercise.name!r}",
            f"let the id end in .{name}, or let `defines` have {exercise.name}",
        )
    try:
        exercise.load_reference()
        defined = [definition(path) for path in exercise.defines]
        for path in exercise.stands_on:
            definition(path)
        used, missing = stood_on(exercise, imports)
    except (ImportError, AttributeError, DefinitionError) as error:
        yield Problem(
            exercise.id, f"its reference does not load: {error}", f"correct `defines` or `stands_on` of {exercise.id}"
        )
        return
    for each in defined:
        if not each.docstring:
            yield Problem(exercise.id, "its reference has no docstring", f"write one in {each.path}")
    if any(each.docstring for each in defined) and not examples_in(defined):
        where = " or ".join(exercise.defines)
        yield Problem(exercise.id, "its reference's docstring has no example", f"add one with >>> in {where}")
    for path in sorted(missing):
        yield Problem(
            exercise.id,
            f"its solution uses {path}, which neither it nor a setup cell of its lesson has",
            f'add {path!r} to its `stands_on`, or import it in a cell tagged "setup"',
        )
    for path in exercise.stands_on:
        if path not in used:
            yield Problem(exercise.id, f"its solution does not use {path}", "take it out of its `stands_on`")


def _setup_imports(root: Path) -> dict[str, set[str]]:
    """For each exercise that a lesson has, what its setup cells import; without lessons at fault, told elsewhere."""
    imports: dict[str, set[str]] = {}
    for name in lesson_names(root):
        with contextlib.suppress(LessonError):
            lesson = read_lesson(source_path(root, name))
            for exercise_id in lesson.exercise_ids:
                imports.setdefault(exercise_id, set()).update(imports_for(lesson))
    return imports


def _hidden_tests(exercise: Exercise, load: Load) -> Iterator[Problem]:
    where = _hidden_file(exercise)
    try:
        hidden = load(exercise.id)
    except (ImportError, AttributeError) as error:
        yield Problem(exercise.id, f"its hidden tests do not load: {error}", f"write TESTS in {where}")
        return
    known = len(hidden.mistakes)
    if known == 0:
        yield Problem(exercise.id, "it has no known mistakes", f"write {LEAST_MISTAKES} in {where}")
    elif known < LEAST_MISTAKES and not (hidden.few_mistakes_because or "").strip():
        yield Problem(
            exercise.id,
            f"it has {known} known mistakes",
            f"write {LEAST_MISTAKES} in {where}, or say there in few_mistakes_because why there are no more",
        )
    for name in _repeated(mistake.name for mistake in hidden.mistakes):
        yield Problem(exercise.id, f"two known mistakes are named {name}", f"rename one of them in {where}")
    public, tested = [part.name for part in exercise.parts], list(hidden.parts)
    for name in (name for name in public if name not in tested):
        yield Problem(exercise.id, f"part {name} has no hidden tests", f"write them in {where}")
    for name in (name for name in tested if name not in public):
        yield Problem(exercise.id, f"the hidden tests have a part {name} that it has not", f"rename it in {where}")


def _visible_check(exercise: Exercise, measure: Measure, load: Load) -> Iterator[Problem]:
    """Whether what a class can see catches enough of what is wrong."""
    if not exercise.visible:
        yield Problem(exercise.id, "it has no visible cases", "write some in `visible`, in autograder/exercises")
    elif (found := measure(exercise, load(exercise.id))).share < LEAST_CAUGHT:
        yield Problem(
            exercise.id,
            f"its example and visible cases catch {100 * found.share:.0f} % of its mistakes, not "
            f"{100 * LEAST_CAUGHT:.0f} %; these get through: {', '.join(dict.fromkeys(found.through))}",
            "write visible cases that show them, in autograder/exercises",
        )


def _lessons(root: Path, catalogue: Iterable[Exercise]) -> Iterator[Problem]:
    """Sources, the exercises they mark, and the notebooks built from them."""
    known = {exercise.id for exercise in catalogue}
    found: dict[str, list[str]] = {exercise_id: [] for exercise_id in known}
    for name in lesson_names(root):
        source = str(source_path(root, name).relative_to(root))
        try:
            marked = read_lesson(source_path(root, name)).exercise_ids
        except LessonError as error:
            yield Problem(source, str(error), f"edit it, then run: {COMMAND}")
            continue
        for exercise_id in marked:
            if exercise_id in known:
                found[exercise_id].append(name)
            else:
                yield Problem(source, f"there is no exercise {exercise_id!r}", "correct or delete its marker")
        if known.issuperset(marked):
            yield from _stale(root, name, source)
    for exercise_id, names in sorted(found.items()):
        if not names:
            yield Problem(
                exercise_id, "no lesson has it", f'mark it with `# %% exercise="{exercise_id}"` in solutions/*/*.py'
            )
        elif len(names) > 1:
            yield Problem(exercise_id, f"it is marked in {' and '.join(names)}", "delete all its markers but one")


def _stale(root: Path, name: str, source: str) -> Iterator[Problem]:
    try:
        for message in stale(root, [name]):
            what, _, mend = message.rpartition("; ")
            yield Problem(name, what, mend)
    except LessonError as error:
        yield Problem(source, str(error), f"edit it, then run: {COMMAND}")


def _stray_files(root: Path) -> Iterator[Problem]:
    expected = {path(root, name) for name in lesson_names(root) for path in (source_path, solution_path, lesson_path)}
    for folder in ("solutions", "lessons"):
        for path in sorted((root / folder).rglob("*")):
            shown = path.relative_to(root)
            if path.is_file() and path not in expected and not LEFTOVERS.intersection(shown.parts):
                yield Problem(str(shown), "it belongs to no lesson", "move it elsewhere or delete it")


def _repeated(names: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]
