"""Near copies: found however they are dressed up, and not seen in work that was done alone."""

import random
from collections.abc import Callable

import pytest
from report import classroom

from autograder.report.known_code import mistake_sources, reference_source
from autograder.report.likeness import ALIKE, SURPLUS, Group, like_reference, likenesses, near_copies, normal_forms
from autograder.report.normal_form import normal_form

Class = dict[str, dict[str, str]]
Disguise = Callable[[str], str]


@pytest.fixture(scope="module")
def known() -> dict[str, list[str]]:
    return {name: [reference_source(name) or "", *mistake_sources(name)] for name in classroom.EXERCISES}


@pytest.fixture
def alone() -> Class:
    """Thirty students; each takes, exercise by exercise, one of the right ways with names of their own."""
    numbers = random.Random(5)
    return {
        f"student-{number:02}": {
            exercise: classroom.renamed(sources[(number + place * 7) % len(sources)], numbers)
            for place, (exercise, sources) in enumerate(classroom.right_answers().items())
        }
        for number in range(30)
    }


def copy_whole(source: str) -> str:
    return source


def copy_renamed(source: str) -> str:
    return classroom.renamed(source, random.Random(1))


def copy_laid_out_anew(source: str) -> str:
    return "\n\n".join(f"{line}  # {number}" for number, line in enumerate(source.splitlines()))


def copy_with_one_line_more(source: str) -> str:
    head, _, rest = source.partition(":\n")
    indent = rest[: len(rest) - len(rest.lstrip(" "))]
    return f"{head}:\n{indent}mine = 0\n{rest}"


def pairs(groups: list[Group]) -> list[tuple[str, ...]]:
    return [group.students for group in groups]


def copies_in(answers: Class, known: dict[str, list[str]]) -> list[Group]:
    return near_copies(normal_forms(answers), known)


def test_work_done_alone_is_not_listed(alone: Class, known: dict[str, list[str]]) -> None:
    assert copies_in(alone, known) == []


def test_independent_right_answers_are_not_alike(known: dict[str, list[str]]) -> None:
    apart: Class = {}
    for exercise, sources in classroom.right_answers().items():
        for number, source in enumerate(sources):
            apart.setdefault(f"student-{number}", {})[exercise] = source
        matrix = likenesses([normal_form(source) for source in sources])
        assert max(matrix[a, b] for a in range(len(sources)) for b in range(a)) < ALIKE
    assert copies_in(apart, known) == []


@pytest.mark.parametrize("disguise", [copy_whole, copy_renamed, copy_laid_out_anew, copy_with_one_line_more])
@pytest.mark.parametrize("size", [0, 30])
def test_a_copy_is_found(alone: Class, known: dict[str, list[str]], disguise: Disguise, size: int) -> None:
    own = {name: classroom.odd(sources[-1]) for name, sources in classroom.right_answers().items()}
    students = dict(list(alone.items())[:size])
    students["source"] = own
    students["copier"] = {name: disguise(source) for name, source in own.items()}
    (group,) = copies_in(students, known)
    assert group.students == ("copier", "source")
    (pair,) = group.pairs
    assert [agreement.exercise for agreement in pair.agreements] == list(classroom.EXERCISES)
    assert all(agreement.likeness >= ALIKE for agreement in pair.agreements)
    assert group.surplus == pytest.approx(sum(agreement.surplus for agreement in pair.agreements))
    assert group.alike_in("mlm.corrupt") == ["copier", "source"]


def test_one_long_exercise_is_enough(alone: Class, known: dict[str, list[str]]) -> None:
    own = classroom.odd(classroom.odd(classroom.right_answers()["mlm.MLMHead"][2]))
    alone["student-03"]["mlm.MLMHead"] = alone["student-20"]["mlm.MLMHead"] = own
    (group,) = copies_in(alone, known)
    assert group.students == ("student-03", "student-20")
    assert [agreement.exercise for agreement in group.agreements("mlm.MLMHead")] == ["mlm.MLMHead"]
    assert group.agreements("mlm.MLMHead")[0].surplus >= SURPLUS


def test_three_are_one_group(alone: Class, known: dict[str, list[str]]) -> None:
    own = {name: classroom.odd(sources[-1]) for name, sources in classroom.right_answers().items()}
    for name in ("student-02", "student-11", "student-25"):
        alone[name] = {exercise: copy_renamed(source) for exercise, source in own.items()}
    (group,) = copies_in(alone, known)
    assert group.students == ("student-02", "student-11", "student-25")
    assert len(group.pairs) == 3


def test_what_much_of_the_class_wrote_is_no_copy(known: dict[str, list[str]]) -> None:
    own = {name: classroom.odd(sources[-1]) for name, sources in classroom.right_answers().items()}
    assert copies_in({f"student-{number}": own for number in range(6)}, known) == []


def test_what_the_course_knows_is_no_copy_of_a_classmate(known: dict[str, list[str]]) -> None:
    taken = {name: sources[0] for name, sources in known.items()}
    assert copies_in({"ann": taken, "ben": taken}, known) == []
    found = copies_in({"ann": taken, "ben": taken}, {})
    assert pairs(found) == [("ann", "ben")]


def test_short_answers_agree_by_chance() -> None:
    short = {"mlm.mlm_labels": "def f(a, b):\n    return a * 7"}
    assert copies_in({"ann": short, "ben": short}, {}) == []


def test_likeness_to_the_reference() -> None:
    references = {name: reference_source(name) or "" for name in ("mlm.corrupt", "mlm.mlm_labels")}
    answers = {
        "copier": {name: copy_renamed(source) for name, source in references.items()},
        "other": {name: classroom.right_answers()[name][0] for name in references},
    }
    found = {each.exercise: each for each in like_reference(normal_forms(answers), references)}
    assert {name: each.students for name, each in found.items()} == {
        "mlm.corrupt": (("copier", 1.0),),
        "mlm.mlm_labels": (("copier", 1.0),),
    }
    assert {name: (each.n, each.short) for name, each in found.items()} == {
        "mlm.corrupt": (2, False),
        "mlm.mlm_labels": (2, True),
    }


@pytest.mark.parametrize(
    "answers",
    [{}, {"ann": {}}, {"ann": {"mlm.corrupt": ""}, "ben": {"mlm.corrupt": "# nothing"}}, {"ann": {"mlm.corrupt": "x"}}],
    ids=["nobody", "nothing", "empty", "one"],
)
def test_too_little_to_compare(answers: Class) -> None:
    assert copies_in(answers, {}) == []


def test_an_exercise_that_is_gone_has_no_code() -> None:
    assert reference_source("mlm.gone") is None
    assert mistake_sources("mlm.gone") == []


def test_likeness_by_hand() -> None:
    matrix = likenesses([("a", "b", "c", "d"), ("a", "c", "d"), ("a", "b", "c", "d"), ("x",)])
    assert matrix[0].tolist() == pytest.approx([1, 2 * 3 / 7, 1, 0])
    assert (matrix == matrix.T).all()
