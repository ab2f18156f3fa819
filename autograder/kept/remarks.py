"""What `check` says beside its verdict, of the cell that an answer comes from; an answer that passed is kept here.

Only what is known is said. The kernel sees the code that it ran, and the notebook as it was last saved. A cell was
changed where a file that was saved *later* holds another text for it; where nothing has been saved since, an edit may
stand in the editor or not, and nothing is said.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from IPython.core.interactiveshell import InteractiveShell

from autograder.exercise import Exercise, in_words
from autograder.kept.answers import UnusableError, keep, run
from autograder.kept.cells import Ran, has_code, moment_of
from autograder.kept.saved import lesson_notebook, read_notebook
from autograder.kept.standing import Standing, standing_of
from autograder.verdict import Outcome, Verdict
from bertkit.work_folder import lesson_folder, session_notebook, work_folder

CHANGED = "Changed since: the cell was saved at {time} with other code than what ran. Run it, then check again."
SAME = "This is the same code as at your last check. If you have edited the cell, run it first."
LEANS = (
    "{name} {leans} on {names} from another cell, which grading will not have: move {them} into this cell. Until then "
    "{it_is} not kept for later lessons."
)
NOT_KEPT = "It is not kept for later lessons: {reason}."

_last: dict[str, tuple[str, bool]] = {}
"""By exercise: the code at its last check, and whether that passed."""
_said: set[str] = set()
"""Why nothing could be kept, as far as it has been said."""


def remarks_on(
    exercise: Exercise, answers: Sequence[Any], verdict: Verdict, tests: str, shell: InteractiveShell | None
) -> list[str]:
    """Sentences to show below a verdict. An answer that passed is kept, if this is a lesson's notebook.

    Outside a notebook there are no cells, so nothing is said and nothing kept.
    """
    if shell is None:
        return []
    named = dict(zip(exercise.names, answers, strict=True))
    standing = standing_of(shell, lesson_notebook(), named)
    remarks = _code_remarks(exercise, verdict, standing)
    if verdict.outcome is not Outcome.NOT_ATTEMPTED and standing.leans_on:
        one = len(named) == 1
        remarks.append(
            LEANS.format(
                name=in_words(named, mark=""),
                leans="leans" if one else "lean",
                names=in_words(standing.leans_on),
                them="it" if len(standing.leans_on) == 1 else "them",
                it_is="it is" if one else "they are",
            )
        )
    elif verdict.passed:
        remarks += _keep(exercise, named, standing, tests)
    return remarks


def _code_remarks(exercise: Exercise, verdict: Verdict, standing: Standing) -> list[str]:
    """Whether the code is older than its cell, or what was judged before."""
    code = "\n\n".join(cell.code for cell in standing.cells or standing.own)
    before, passed_before = _last.get(exercise.id, ("", True))
    _last[exercise.id] = code, verdict.passed
    if changed := _changed_since(exercise, standing.own):
        return [changed]
    stands_alone = standing.cells and not standing.leans_on
    return [SAME] if stands_alone and not passed_before and code == before else []


def _changed_since(exercise: Exercise, own: Sequence[Ran]) -> str | None:
    path = session_notebook()
    notebook = read_notebook(path) if path else None
    cell = notebook.answer_cell(exercise.id) if notebook else None
    if notebook is None or cell is None or len(own) != 1:
        return None
    moment = moment_of(own[0])
    was_this_cell = moment is not None and moment.cell_id is not None and moment.cell_id == cell.id
    if moment is None or not was_this_cell or notebook.saved_at <= moment.seconds:
        return None
    if cell.text.rstrip() == own[0].text.rstrip():
        return None
    return CHANGED.format(time=f"{datetime.fromtimestamp(notebook.saved_at):%H:%M}")


def _keep(exercise: Exercise, named: dict[str, Any], standing: Standing, tests: str) -> list[str]:
    """Keep an answer that passed; say so where that is not possible."""
    folder, lesson = work_folder(), lesson_folder()
    if folder is None or lesson is None:
        if session_notebook() is None:
            return []  # a run by a program, such as the build of the worked lessons
        return _once("answers are kept for notebooks in the course's `lessons` only")
    if standing.obstacle:
        return [NOT_KEPT.format(reason=standing.obstacle)]
    if changed := _changed_by_other_cells(exercise, named, standing.source):
        return [NOT_KEPT.format(reason=f"`{changed}` is no longer what its cell makes it; another cell changed it")]
    try:
        keep(folder, exercise, standing.source, lesson.name, tests)
    except (OSError, UnicodeEncodeError) as error:
        return _once(f"{folder} cannot be written ({type(error).__name__})")
    return []


def _changed_by_other_cells(exercise: Exercise, named: dict[str, Any], source: str) -> str | None:
    """The first value that its source does not give; functions and classes are known by their code."""
    values = {name: answer for name, answer in named.items() if not has_code(answer)}
    if not values:
        return None
    try:
        made = dict(zip(named, run(source, exercise), strict=True))
    except UnusableError:
        return next(iter(values))
    return next((name for name, answer in values.items() if not _equal(made[name], answer)), None)


def _equal(made: Any, answer: Any) -> bool:
    """Whether two values are equal, or of a kind that cannot say so: a class without `==`, a tensor, its own ideas."""
    if all("__eq__" not in vars(base) for base in type(answer).__mro__[:-1]):
        return True
    try:
        return bool(made == answer)
    except Exception:
        return True


def _once(reason: str) -> list[str]:
    """A reason that holds for every answer, the first time."""
    if reason in _said:
        return []
    _said.add(reason)
    return [NOT_KEPT.format(reason=reason)]
