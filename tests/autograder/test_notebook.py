"""`check` and `workbench`, as a lesson's notebook calls them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from IPython.core.interactiveshell import InteractiveShell

from autograder import notebook
from autograder.exercises import CATALOGUE, UnknownExerciseError, find
from autograder.notebook import NotWrittenYet, Rendered, check, workbench, workbench_of_all
from bertkit import work_folder

ID, OTHER = "mlm.mlm_labels", "mlm.corrupt"

Answer = Callable[..., Any]


def right(input_ids: torch.Tensor, selected: torch.Tensor) -> torch.Tensor:
    return torch.where(selected, input_ids, -100)


def wrong(input_ids: torch.Tensor, selected: torch.Tensor) -> torch.Tensor:
    return torch.where(selected, input_ids, 0)


def stub(input_ids: torch.Tensor, selected: torch.Tensor) -> torch.Tensor:
    raise NotImplementedError


def crashes(input_ids: torch.Tensor, selected: torch.Tensor) -> torch.Tensor:
    raise RuntimeError("<b>no</b>")


@pytest.fixture(autouse=True)
def shown(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was displayed; and a kernel in which nothing has been checked."""
    displayed: list[Any] = []
    monkeypatch.setattr(notebook, "_passed", {})
    monkeypatch.setattr(notebook, "_verdicts", {})
    monkeypatch.setattr(notebook, "display", displayed.append)
    return displayed


@pytest.mark.parametrize(("answer", "points"), [(right, 2.0), (wrong, 1.0), (crashes, 0.0), (None, 0.0)])
def test_check_gives_float_points_and_shows_one_card(answer: Answer | None, points: float, shown: list[Any]) -> None:
    given = check(ID, answer)
    assert isinstance(given, float)
    assert repr(given) == repr(float(given))  # nbgrader reads the plain text of the result
    assert given == points
    (card,) = shown
    assert isinstance(card, Rendered)
    assert repr(card) == card.verdict.to_text()
    assert card._repr_html_() == card.verdict.to_html()


def test_a_learners_html_is_not_live(shown: list[Any]) -> None:
    check(ID, crashes)
    assert "&lt;b&gt;no&lt;/b&gt;" in shown[0]._repr_html_()
    assert "<b>" not in shown[0]._repr_html_()


def test_a_seed_repeats_the_cases(shown: list[Any]) -> None:
    def half(i: torch.Tensor, s: torch.Tensor, p: float, g: torch.Generator) -> torch.Tensor:
        if not 0 <= p <= 1:
            raise ValueError(p)
        return (torch.rand(i.shape, generator=g) < p / 2) & ~s

    for seed in (1, 1, *range(2, 6), *[None] * 4):
        check("mlm.select_positions", half, seed=seed)
    first, again, *others = map(repr, shown)
    assert first == again
    assert len(set(others[:4])) > 1
    assert len(set(others[4:])) > 1


def test_a_stub_raises_one_line(shown: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(NotWrittenYet, match=r"^○ mlm_labels is not written yet") as caught:
        check(ID, stub)
    assert shown == []
    shell = InteractiveShell()
    try:
        shell.run_cell("x = 1")
        capsys.readouterr()
        shell.showtraceback((caught.type, caught.value, caught.tb))
    finally:
        shell.history_manager.end_session()  # type: ignore[union-attr]
    assert capsys.readouterr().out.strip() == str(caught.value)


def test_an_unknown_exercise_is_an_error() -> None:
    with pytest.raises(UnknownExerciseError, match=r"did you mean 'mlm\.mlm_labels'"):
        check("nlm.mlm_labels", right)
    with pytest.raises(UnknownExerciseError):
        workbench("mlm.nothing")


def test_torch_is_left_as_it_was(shown: list[Any]) -> None:
    state, threads = torch.get_rng_state(), torch.get_num_threads()
    check(ID, right)
    check(ID, crashes)
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.get_num_threads() == threads


def reference(exercise_id: str) -> Any:
    return find(exercise_id).load_reference()


@pytest.mark.parametrize(
    ("tried", "own", "reason"),
    [
        ([], False, "not checked yet"),
        ([stub], False, "not written yet"),
        ([wrong], False, "does not pass yet"),
        ([crashes], False, "does not pass yet"),
        ([right], True, None),
        ([wrong, right], True, None),
        ([right, wrong], True, "does not pass yet"),
        ([right, stub], True, "not written yet"),
        ([right, crashes], True, "does not pass yet"),
        ([right, wrong, right], True, None),
    ],
)
def test_the_workbench_has_the_learners_own_that_last_passed(
    tried: list[Answer], own: bool, reason: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    for answer in tried:
        if answer is stub:
            with pytest.raises(NotWrittenYet):
                check(ID, answer)
        else:
            check(ID, answer)
    tools = workbench(ID)
    assert tools.mlm_labels is (right if own else reference(ID))
    own_since = "yours" if reason is None else f"yours, the last that passed (now: {reason})"
    whose = own_since if own else f"bertkit's (yours: {reason})"
    assert capsys.readouterr().out == f"mlm_labels  {whose}\n"


def test_a_redefined_function_is_not_used_until_it_is_checked() -> None:
    check(ID, right)

    def redefined(input_ids: torch.Tensor, selected: torch.Tensor) -> torch.Tensor:
        return right(input_ids, selected)

    assert workbench(ID).mlm_labels is right
    check(ID, redefined)
    assert workbench(ID).mlm_labels is redefined


def test_the_workbench_says_whose_each_tool_is(capsys: pytest.CaptureFixture[str]) -> None:
    check(ID, right)
    tools = workbench(OTHER, ID)
    assert vars(tools) == {"corrupt": reference(OTHER), "mlm_labels": right}
    assert capsys.readouterr().out == "corrupt     bertkit's (yours: not checked yet)\nmlm_labels  yours\n"


def test_an_empty_workbench() -> None:
    assert vars(workbench()) == {}


def test_the_bench_of_all_has_every_name_and_says_whose_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    check(ID, right)
    capsys.readouterr()
    bench = workbench_of_all()
    assert set(vars(bench.tools)) == {name for exercise in CATALOGUE for name in exercise.names}
    assert bench.tools.mlm_labels is right
    own = [each for each in bench.whose if each.is_own]
    assert [(each.exercise, each.names, each.told) for each in own] == [(ID, ("mlm_labels",), "yours")]
    others = len(CATALOGUE) - 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"1 of {len(CATALOGUE)} exercises are yours, {others} the library's"
    assert [line.split()[0] for line in lines[1:]] == [each.id for each in CATALOGUE if each.id != ID]


def test_what_comes_of_a_bench_is_kept_where_something_on_it_is_the_learners(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever runs all lessons to see whether they do finds no page in his folder, and none that was there replaced."""
    check(ID, right)
    assert workbench_of_all().folder is None
    monkeypatch.setattr(work_folder, "STARTED_IN", tmp_path / work_folder.LESSONS / "07_capstone")
    assert workbench_of_all().folder == tmp_path / work_folder.NAME
    monkeypatch.setattr(notebook, "_passed", {})
    monkeypatch.setattr(notebook, "_verdicts", {})
    bench = workbench_of_all()
    assert (bench.own, bench.folder) == (0, None)
