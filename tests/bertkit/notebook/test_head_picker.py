"""What comes of a task and a head is asked once and told in every form; the grid says each outcome by mark and word."""

import html
import re
from collections.abc import Callable

import pytest

from bertkit.notebook import HeadPicker, OutcomeTable, Picked, theme
from bertkit.notebook.head_picker import STYLES, Outcome

TASKS, HEADS = ["<sentiment>", "entities"], ["cls", "span"]


@pytest.fixture
def asked() -> list[tuple[str, str]]:
    return []


@pytest.fixture
def answer(asked: list[tuple[str, str]]) -> Callable[[str, str], Picked]:
    def answer(task: str, head: str) -> Picked:
        asked.append((task, head))
        outcome: Outcome = "fits" if head == "cls" else "cannot"
        return Picked(outcome, f"{head} on {task}", ["glad & <merry> 97 %"] if outcome == "fits" else [])

    return answer


def test_an_answer_is_asked_for_when_it_is_first_shown(
    answer: Callable[[str, str], Picked], asked: list[tuple[str, str]]
) -> None:
    picker = HeadPicker(TASKS, HEADS, answer)
    assert asked == [("<sentiment>", "cls")]
    picker.head.value = "span"
    picker.task.value = "entities"
    picker.head.value = "cls"
    picker.task.value = "<sentiment>"
    assert asked == [("<sentiment>", "cls"), ("<sentiment>", "span"), ("entities", "span"), ("entities", "cls")]


def test_every_form_tells_outcome_reason_and_answers(answer: Callable[[str, str], Picked]) -> None:
    picker = HeadPicker(TASKS, HEADS, answer)
    bundle = picker._repr_mimebundle_()
    told = html.unescape(re.sub(r"<[^>]*>", " ", bundle["text/html"]))
    for form in (bundle["text/plain"], told):
        for words in ("Task <sentiment>, head cls", "fits: cls on <sentiment>", "glad & <merry> 97 %"):
            assert words in form
    assert "<merry>" not in bundle["text/html"]
    assert bundle[theme.WIDGET_VIEW]["model_id"]
    picker.head.value = "span"
    assert "cannot: span on &lt;sentiment&gt;" in picker.view.value
    assert "<ul>" not in picker.view.value
    assert 'role="status"' in picker.view.value
    assert (picker.task.description, picker.head.description) == ("Task", "Head")


def test_what_is_no_picker_is_refused(answer: Callable[[str, str], Picked]) -> None:
    with pytest.raises(ValueError, match="there are 0 and 2"):
        HeadPicker([], HEADS, answer)
    with pytest.raises(ValueError, match="there are 2 and 0"):
        HeadPicker(TASKS, [], answer)
    with pytest.raises(ValueError, match="no outcome 'perhaps'; it is one of fits, stands in, cannot"):
        Picked("perhaps", "")  # type: ignore[arg-type]


def test_the_grid_has_a_mark_and_a_word_in_every_cell() -> None:
    outcomes: dict[tuple[str, str], Outcome] = {
        ("<sentiment>", "cls"): "fits",
        ("<sentiment>", "span"): "cannot",
        ("entities", "cls"): "cannot",
        ("entities", "span"): "stands in",
    }
    said = {("<sentiment>", "cls"): "98 %", ("entities", "span"): "<39> %"}
    grid = OutcomeTable(outcomes, said)
    page = grid._repr_html_()
    for (task, head), outcome in outcomes.items():
        style = STYLES[outcome]
        figure = said.get((task, head), "")
        assert f'title="{style.name}"' in page
        assert f"{style.mark} {html.escape(figure)}".rstrip() in page
        row = next(line for line in repr(grid).splitlines() if line.startswith(task))
        assert f"{style.mark} {figure}".rstrip() in row
    assert page.count("<td ") == 4
    assert "<39>" not in page
    assert len({style.mark for style in STYLES.values()}) == len({style.name for style in STYLES.values()}) == 3
