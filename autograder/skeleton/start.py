"""`autograder new`: both halves of an exercise, written into a clone."""

import ast
import difflib
import keyword
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template

import bertkit
from autograder.definitions import Definition, DefinitionError, definition, names_bound
from autograder.exercise import name_of
from autograder.exercises import LESSONS
from autograder.skeleton import templates
from autograder.skeleton.halves import halves
from autograder.skeleton.registers import registered, with_exercise
from bertkit.atomic import write_atomically


class SkeletonError(ValueError):
    """No skeleton can be written; the message says why, and what to do."""


@dataclass(frozen=True)
class Started:
    """What was written, and what comes next."""

    files: tuple[Path, ...]
    public: Path
    hidden: Path
    are_inputs_drawn: bool
    """Whether the hidden tests have inputs already, on which the reference passes."""
    exercise_id: str

    def to_text(self) -> str:
        """The files, and what a maintainer does next."""
        lines = [f"wrote {path}" for path in self.files]
        state = "inputs are drawn, and the reference passes" if self.are_inputs_drawn else "write `inputs` first"
        return "\n".join(
            [
                *lines,
                "Next:",
                f"  1. write what says TODO in {self.public}, and how many minutes it takes",
                f"  2. write what says TODO in {self.hidden}: {state}",
                f'  3. mark it with `# %% exercise="{self.exercise_id}"` in a lesson in solutions/, then: make lessons',
                "  4. .venv/bin/autograder audit says what remains",
                f"  5. .venv/bin/python -m pytest tests/autograder/hidden -k {self.exercise_id}",
            ]
        )


def start(root: Path, exercise_id: str, defines: Sequence[str] = (), stands_on: Sequence[str] = ()) -> Started:
    """Write the skeleton of an exercise into the clone at `root`; nothing that somebody wrote is overwritten.

    Args:
        root: the clone, with `autograder/exercises`.
        exercise_id: `lesson.name`.
        defines: `module:name` each; what bertkit has under the name of the exercise if empty.
        stands_on: `module:name` each; what the references use of their own modules if empty.

    Raises:
        SkeletonError: where the id is malformed or taken, its lesson unknown, a reference not found or not the only
            one of its name, or `root` no clone.
        OSError: if a file cannot be written; then none is.
    """
    lesson, name = _parts(exercise_id)
    catalogue = root / "autograder" / "exercises" / "__init__.py"
    if not catalogue.is_file():
        raise SkeletonError(f"{root} is no clone of the course: go to its folder, or name it with --root")
    public = catalogue.with_name(f"{lesson}.py")
    hidden = root / "autograder" / "hidden" / lesson / f"{name.lower()}.py"
    constant = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).upper()
    before = public.read_text(encoding="utf-8") if public.exists() else None
    _refuse_taken(exercise_id, constant, before, hidden)
    references = _references(exercise_id, name, tuple(defines))
    made = halves(exercise_id, constant, references, tuple(_definition(path, "--stands-on").path for path in stands_on))

    header = Template(templates.LESSON).substitute(lesson=lesson)
    texts = {hidden: made.hidden, public: with_exercise(before, header, constant, made.public)}
    if not (room := hidden.with_name("__init__.py")).exists():
        texts = {room: Template(templates.ROOM).substitute(lesson=lesson), **texts}
    if before is None:
        texts[catalogue] = registered(catalogue.read_text(encoding="utf-8"), lesson, LESSONS)
    _write_all(texts)
    return Started(tuple(texts), public, hidden, made.are_inputs_drawn, exercise_id)


def _write_all(texts: Mapping[Path, str]) -> None:
    """Write files, each whole; where one cannot be written, all are as they were."""
    before = {path: path.read_bytes() if path.exists() else None for path in texts}
    try:
        for path, text in texts.items():
            write_atomically(path, text)
    except OSError:
        for path, content in before.items():
            if content is None:
                path.unlink(missing_ok=True)
            else:
                write_atomically(path, content)
        raise


def _parts(exercise_id: str) -> tuple[str, str]:
    lesson, _, name = exercise_id.partition(".")
    if not re.fullmatch(r"[a-z_]+\.[A-Za-z]\w*", exercise_id, re.ASCII) or keyword.iskeyword(name):
        raise SkeletonError(f"{exercise_id!r} is no id: write lesson.name, for example heads.my_pooler")
    if lesson not in LESSONS:
        raise SkeletonError(
            f"there is no lesson {lesson!r}: there are {', '.join(LESSONS)}; a further one goes into LESSONS in "
            "autograder/exercises/__init__.py"
        )
    return lesson, name


def _refuse_taken(exercise_id: str, constant: str, public: str | None, hidden: Path) -> None:
    tree = ast.parse(public or "")
    ids = {
        node.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword) and node.arg == "id" and isinstance(node.value, ast.Constant)
    }
    if exercise_id in ids:
        raise SkeletonError(f"there is an exercise {exercise_id} already: fill that in, or choose another name")
    if constant in {name for statement in tree.body for name in names_bound(statement)}:
        lesson = exercise_id.partition(".")[0]
        raise SkeletonError(
            f"autograder/exercises/{lesson}.py has a {constant} already: rename it, or choose another name"
        )
    if hidden.exists():
        raise SkeletonError(f"{hidden} is there already: move it away, or choose another name")


def _references(exercise_id: str, name: str, defines: tuple[str, ...]) -> tuple[Definition, ...]:
    paths = defines or (_only_one_of(name),)
    references = tuple(_definition(path, "--defines") for path in paths)
    if len(paths) == 1 and name_of(paths[0]) != name:
        raise SkeletonError(
            f"an exercise that defines one name is called by it: {exercise_id.partition('.')[0]}.{name_of(paths[0])}, "
            f"or name what {exercise_id} defines besides {paths[0]}"
        )
    return references


def _definition(path: str, option: str) -> Definition:
    if not re.fullmatch(r"\w+(\.\w+)*:\w+", path):
        raise SkeletonError(f"{path!r} is no name of the library: write {option} module:name")
    try:
        return definition(path)
    except DefinitionError as error:
        raise SkeletonError(f"{error}; write it there first, or correct {option}") from error


def _only_one_of(name: str) -> str:
    """Where bertkit defines a name, as `module:name`."""
    package = Path(str(bertkit.__file__)).parent
    homes: dict[str, list[str]] = {}
    for file in sorted(package.rglob("*.py")):
        module = ".".join(["bertkit", *file.relative_to(package).with_suffix("").parts]).removesuffix(".__init__")
        for statement in ast.parse(file.read_text(encoding="utf-8")).body:
            for bound in names_bound(statement):
                homes.setdefault(bound, []).append(f"{module}:{bound}")
    found = homes.get(name, [])
    if len(found) > 1:
        raise SkeletonError(f"bertkit has {name} in several places, so say which: --defines {' or '.join(found)}")
    if not found:
        near = difflib.get_close_matches(name, homes, n=1)
        meant = f"did you mean {near[0]}? Otherwise " if near else ""
        raise SkeletonError(
            f"bertkit has no {name}: {meant}write it there first, or name what is defined with --defines module:name"
        )
    return found[0]
