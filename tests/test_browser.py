"""Lesson 2 as a learner meets it: JupyterLab in headless Chromium.

One visit does it all, because every visit pays for the lesson's training: Run All on the unfilled lesson, an exercise
failed on purpose and then solved, a slider moved. The training is shortened here to what the first guess needs; `make
test` runs the whole of it with nbval, and `THOROUGH=1` runs it here too.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, sync_playwright

from autograder.exercises import find
from autograder.hidden.mlm import select_positions as hidden_tests
from autograder.lessons.stub import worked_source

ROOT = Path(__file__).parents[1]
LESSON = "02_masked_language_model"
NOTEBOOK = f"lessons/{LESSON}/{LESSON}.ipynb"
TRAINING = 480_000
"""Milliseconds that all cells of the lesson together may take before the test gives up; as they stand in the lesson,
they need about 120,000."""
SHORTENED = {"steps=200": "steps=100", "steps=800": "steps=200"}
"""What the copy of the lesson trains. After 200 steps the bear stands first with three times the chance of the next."""

FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    # Without these, Chromium looks for its maker's servers at every start.
    *("--disable-sync", "--disable-background-networking", "--disable-component-update"),
]

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def server(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """JupyterLab on a copy of the lesson; gives its address."""
    root = tmp_path_factory.mktemp("course")
    shutil.copytree(ROOT / "lessons" / LESSON, root / "lessons" / LESSON)
    if "THOROUGH" not in os.environ:
        shorten(root / NOTEBOOK)
    home = tmp_path_factory.mktemp("home")
    log = (home / "jupyter.log").open("w")
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--port=0"),
            "--LabApp.expose_app_in_browser=True",
            f"--ServerApp.root_dir={root}",
        ],
        cwd=root,
        env=os.environ | {"HOME": str(home), "JUPYTER_RUNTIME_DIR": str(home / "runtime")},
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    try:
        yield address(home / "runtime", process, Path(log.name))
    finally:
        process.terminate()
        process.wait(30)
        log.close()


def shorten(notebook: Path) -> None:
    """Have a lesson train for fewer steps."""
    text = notebook.read_text(encoding="utf-8")
    for steps, fewer in SHORTENED.items():
        assert text.count(steps) == 1, f"the lesson no longer trains for {steps}: adapt SHORTENED"
        text = text.replace(steps, fewer)
    notebook.write_text(text, encoding="utf-8")


def address(runtime: Path, process: subprocess.Popen[bytes], log: Path) -> str:
    """The server's address with its token, once it runs."""
    for _ in range(600):
        for running in runtime.glob("jpserver-*.json"):
            text = running.read_text()
            if not text.rstrip().endswith("}"):  # there is a moment between the file and what stands in it
                continue
            server = json.loads(text)
            return f"{server['url']}lab/tree/{NOTEBOOK}?token={server['token']}"
        assert process.poll() is None, log.read_text()
        time.sleep(0.1)
    raise AssertionError(f"JupyterLab did not start:\n{log.read_text()}")


@pytest.fixture(scope="module")
def page(server: str, chromium: str) -> Iterator[Page]:
    """The lesson, open, its kernel started."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        page.goto(server)
        page.wait_for_function(
            "() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'",
            timeout=120_000,
        )
        yield page
        browser.close()


CELLS = """() => window.jupyterapp.shell.currentWidget.content.widgets.map(cell => ({
    type: cell.model.type,
    source: cell.model.sharedModel.getSource(),
    grade_id: cell.model.sharedModel.getMetadata('nbgrader')?.grade_id,
    count: cell.model.type === 'code' ? cell.model.executionCount : null,
    outputs: cell.model.type === 'code' ? cell.model.outputs.toJSON() : [],
}))"""


def cells(page: Page) -> list[dict[str, Any]]:
    """All cells of the notebook as the page holds them."""
    found: list[dict[str, Any]] = page.evaluate(CELLS)
    return found


def text_of(cell: dict[str, Any]) -> str:
    """The plain text of a cell's outputs."""
    parts = []
    for output in cell["outputs"]:
        text = output.get("text") or output.get("data", {}).get("text/plain") or output.get("traceback", "")
        parts.append("".join(text) if isinstance(text, list) else text)
    return "\n".join(parts)


def index_of(page: Page, grade_id: str) -> int:
    """The place of an exercise's cell."""
    return next(index for index, cell in enumerate(cells(page)) if cell["grade_id"] == grade_id)


def activate(page: Page, index: int) -> None:
    """Scroll a cell into view and select it, as a click does."""
    page.evaluate(
        """async index => {
            const notebook = window.jupyterapp.shell.currentWidget.content;
            notebook.activeCellIndex = index;
            await notebook.scrollToItem(index);
            notebook.activate();
        }""",
        index,
    )


def write(page: Page, index: int, source: str) -> None:
    """Type `source` into a cell, in place of what stands there."""
    activate(page, index)
    page.keyboard.press("Enter")
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(source)


def run_cell(page: Page, index: int, source: str | None = None) -> str:
    """Type `source` into a cell, where given, run it with Shift+Enter, and return the text of its outputs."""
    if source is None:
        activate(page, index)
    else:
        write(page, index, source)
    before = cells(page)[index]["count"] or 0
    page.keyboard.press("Shift+Enter")
    page.wait_for_function(
        """([index, before]) => {
            const panel = window.jupyterapp.shell.currentWidget;
            return panel.content.widgets[index].model.executionCount > before
                && panel.sessionContext.session.kernel.status === 'idle';
        }""",
        arg=[index, before],
        timeout=60_000,
    )
    return text_of(cells(page)[index])


def picture(page: Page, name: str) -> None:
    """Keep a screenshot where `SCREENSHOTS` names a folder."""
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        page.screenshot(path=str(Path(folder) / f"{name}.png"))


def test_run_all_on_the_unfilled_lesson_reaches_the_end(page: Page) -> None:
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.wait_for_function(
        """() => {
            const panel = window.jupyterapp.shell.currentWidget;
            const code = panel.content.widgets.filter(cell => cell.model.type === 'code');
            return code.every(cell => cell.model.executionCount)
                && panel.sessionContext.session.kernel.status === 'idle';
        }""",
        timeout=TRAINING,
    )
    picture(page, "end")
    found = cells(page)
    errors = [output.get("ename") for cell in found for output in cell["outputs"] if output["output_type"] == "error"]
    assert errors == ["NotWrittenYet"] * 5
    everything = "\n".join(text_of(cell) for cell in found)
    assert "bertkit's (yours: not written yet)" in everything
    guesses = next(text for text in map(text_of, found) if "on stories it has never read" in text)
    first, *_ = guesses.split("this teddy [MASK] is so cute .\n")[1].splitlines()
    assert first.split()[1] == "bear"


def test_a_wrong_answer_is_diagnosed_and_the_right_one_passes(page: Page) -> None:
    solution = index_of(page, "mlm-select_positions")
    check = index_of(page, "mlm-select_positions-check")
    mistake = (
        "def select_positions(input_ids, special_tokens_mask, probability, generator):\n"
        "    if not 0 <= probability <= 1:\n"
        "        raise ValueError(f'probability {probability}')\n"
        "    return torch.rand(input_ids.shape, generator=generator) < probability\n"
    )
    run_cell(page, solution, mistake)
    said = run_cell(page, check)
    picture(page, "diagnosis")
    known = hidden_tests.TESTS.mistake("special-selected")
    assert known is not None
    assert "Partly right" in said
    assert known.likely in said
    run_cell(page, solution, worked_source(find("mlm.select_positions")))
    assert "✓ Right" in run_cell(page, check)
    picture(page, "right")


def test_an_edit_that_was_not_run_is_said(page: Page) -> None:
    """JupyterLab tells the kernel the notebook's path and the cell's id; the rest stands in the saved file."""
    solution = index_of(page, "mlm-select_positions")
    check = index_of(page, "mlm-select_positions-check")
    run_cell(page, solution, worked_source(find("mlm.select_positions")))
    assert "Changed since" not in run_cell(page, check)
    write(page, solution, worked_source(find("mlm.select_positions")) + "# edited\n")
    page.keyboard.press("Control+s")
    page.wait_for_function("() => !window.jupyterapp.shell.currentWidget.context.model.dirty", timeout=30_000)
    assert "Changed since: the cell was saved at" in run_cell(page, check)
    run_cell(page, solution)
    assert "Changed since" not in run_cell(page, check)


def test_a_slider_changes_what_is_masked(page: Page) -> None:
    explorer = next(index for index, cell in enumerate(cells(page)) if cell["source"].startswith("def mask_batch"))
    activate(page, explorer)
    cell = page.locator(".jp-Cell.jp-mod-active")
    cell.get_by_text("15.0%").first.wait_for()
    assert cell.get_by_text("20.0%").count() == 0
    picture(page, "explorer")
    cell.locator(".noUi-handle").first.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    cell.get_by_text("20.0%").first.wait_for()
    picture(page, "slider")


def show_in_a_cell_of_its_own(page: Page, source: str) -> Locator:
    """Run `source` in a cell below the others; gives what it shows."""
    last = len(cells(page)) - 1
    activate(page, last)
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:insert-cell-below')")
    run_cell(page, last + 1, source)
    activate(page, last + 1)
    return page.locator(".jp-Cell.jp-mod-active .jp-OutputArea-output")


FLOW = """import torch
from bertkit.notebook import InformationFlow
tokens = "this teddy bear is so cute .".split()
blind = ~torch.ones(7, 7).tril(1).triu(1).bool()
InformationFlow(tokens, {"causal": torch.ones(7, 7).tril().bool(), "all but the target": blind})
"""

PAIRS = """from bertkit.notebook import JudgedPair, PairViewer
tokens = "[CLS] it snowed . [SEP] they were glad . [SEP]".split()
pair = JudgedPair("It snowed.", "They were glad.", True, tokens, [0] * 5 + [1] * 5, {"topic rule": 0.41})
PairViewer({"random": [pair], "same topic": [pair]})
"""


def test_the_information_flow_is_worked_with_the_keyboard(page: Page) -> None:
    shown = show_in_a_cell_of_its_own(page, FLOW)
    shown.get_by_text("causal: with 1 layer, 0 of 6 outputs").wait_for()
    shown.get_by_role("radio", name="all but the target").focus()
    page.keyboard.press("Space")
    shown.get_by_role("radio", name="2 layers").focus()
    page.keyboard.press("Space")
    shown.get_by_text("all but the target: with 2 layers, 6 of 6 outputs").wait_for()
    shown.get_by_role("spinbutton", name="output at position").focus()
    page.keyboard.press("ArrowUp")
    shown.get_by_text("The output at teddy can see its target bear").wait_for()
    shown.get_by_role("button", name="Walk the path").focus()
    page.keyboard.press("Space")
    shown.get_by_text("layer 2: ").wait_for(state="detached")
    assert shown.get_by_text("layer 1: this reads bear").count() == 1
    picture(page, "information-flow")


def test_a_pair_is_guessed_at_with_the_keyboard(page: Page) -> None:
    shown = show_in_a_cell_of_its_own(page, PAIRS)
    shown.get_by_text("Does the second sentence follow the first?").wait_for()
    assert shown.get_by_text("0.41").count() == 0
    shown.get_by_role("button", name="It does not follow").focus()
    page.keyboard.press("Space")
    shown.get_by_text("Not this time: it follows. Your score: 0 of 1.").wait_for()
    assert shown.get_by_text("0.41").count() == 1
    shown.get_by_role("radio", name="same topic").focus()
    page.keyboard.press("Space")
    shown.get_by_text("Pair 1 of 1, negatives: same topic").wait_for()
    picture(page, "pair-viewer")


UNNAMED = """cell => [...cell.querySelectorAll('.jp-OutputArea-output :is(input, select, button)')].filter(
    control => !control.textContent.trim() && ![...control.labels].some(label => label.textContent.trim())
).map(control => control.outerHTML)"""


@pytest.mark.parametrize(
    "start",
    ["def mask_batch", "copying = ", "Quiz(", FLOW, PAIRS],
    ids=["explorer", "prediction", "quiz", "information-flow", "pair-viewer"],
)
def test_every_control_has_a_name(page: Page, start: str) -> None:
    """But the handles of sliders, which ipywidgets gives no way to name: beside each stands a field that has one."""
    activate(page, next(index for index, cell in enumerate(cells(page)) if cell["source"].startswith(start)))
    cell = page.locator(".jp-Cell.jp-mod-active")
    controls = cell.locator(".jp-OutputArea-output :is(input, select, button)")
    controls.first.wait_for()
    assert cell.evaluate(UNNAMED) == []
    assert cell.get_by_role("slider").count() == cell.get_by_role("spinbutton").count()


def test_pictures_have_a_text(page: Page) -> None:
    curves = [index for index, cell in enumerate(cells(page)) if "with LiveCurves(" in cell["source"]]
    activate(page, next(index for index in curves if cells(page)[index]["outputs"]))
    drawn = page.locator(".jp-Cell.jp-mod-active .jp-OutputArea-output img")
    drawn.first.wait_for()
    assert drawn.count() == 1
    alt = drawn.get_attribute("alt")
    assert alt is not None
    assert "ln V: knows nothing" in alt
    assert f"step {SHORTENED['steps=800'].removeprefix('steps=')} of" in alt or "step 800 of 800" in alt
