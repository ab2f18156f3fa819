"""Curves collect anywhere, stay after an interrupt, draw rarely, and label their lines legibly."""

import base64
import html
import io
import math
import re
import sys
from contextlib import nullcontext
from types import SimpleNamespace

import pytest
import torch

from bertkit.notebook import LiveCurves, LiveFillMask, curves, live_fill_mask, panels, picture, theme
from bertkit.notebook.curves import TrainingInterrupted

REFERENCES = {"ln V: knows nothing": 6.9, "unigram entropy": 5.1, "unigram entropy and more words": 5.12, "floor": 1.4}


@pytest.fixture
def screen(monkeypatch):
    """A notebook that records what is displayed, and a clock that stands still."""
    IPython = pytest.importorskip("IPython")
    shown = []
    handle = SimpleNamespace(update=lambda bundle, **_: shown.append(bundle))

    def display(bundle, **_):
        shown.append(bundle)
        return handle

    clock = SimpleNamespace(now=100.0)
    monkeypatch.setattr(IPython, "get_ipython", lambda: SimpleNamespace(kernel=object()))
    monkeypatch.setattr("IPython.display.display", display)
    monkeypatch.setattr(curves.time, "perf_counter", lambda: clock.now)
    return SimpleNamespace(shown=shown, clock=clock)


@pytest.fixture
def guesses(model_for, corpus):
    """What a model that does not learn guesses at one place."""
    return LiveFillMask(model_for(), corpus.tokenizer, {"the [MASK] was so <cute> .": "bear"})


def test_collects_without_a_notebook():
    with LiveCurves(title="T", references={"floor": 1.0}, total=3) as live:
        for step in (1, 2, 3):
            live.add(step, loss=3.0 / step, other=torch.tensor(1.0, requires_grad=True))
    assert live.panels[""].series["loss"] == ([1, 2, 3], [3.0, 1.5, 1.0])
    text = live.to_text()
    assert text.splitlines()[0] == "T: step 3 of 3"
    assert "3 → 1" in text
    assert "floor" in text


def test_works_where_ipython_was_never_imported(monkeypatch):
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    with LiveCurves() as live:
        live.add(0, loss=1)
    assert "loss" in repr(live)
    assert LiveCurves().to_text()


@pytest.mark.parametrize("value", ["much", None, torch.zeros(2), [1.0]])
def test_what_is_no_number_is_named(value):
    with pytest.raises(TypeError, match="loss must be one number, got"):
        LiveCurves().add(1, loss=value)


def test_bad_settings_are_named():
    with pytest.raises(ValueError, match="smoothing must be 1 or more points, got 0"):
        LiveCurves(smoothing=0)
    with pytest.raises(ValueError, match="reference 'floor' must be finite, got nan"):
        LiveCurves(references={"floor": math.nan})


def test_one_display_updated_at_most_once_an_interval(screen):
    with LiveCurves() as live:
        for step in range(100):
            live.add(step, loss=step)
        assert len(screen.shown) == 1
        screen.clock.now += curves.INTERVAL
        for step in range(100, 200):
            live.add(step, loss=step)
        assert len(screen.shown) == 2
    assert len(screen.shown) == 3
    assert screen.shown[-1]["image/png"].startswith(b"\x89PNG")
    assert "step 199" in screen.shown[-1]["text/plain"]
    live.add(200, loss=1)
    assert len(screen.shown) == 3


def test_a_slow_drawing_makes_the_pause_longer(screen, monkeypatch):
    def slow(self):
        screen.clock.now += 1.0
        return {"image/png": b"", "text/plain": ""}, {}

    with LiveCurves() as live:
        monkeypatch.setattr(LiveCurves, "_bundle", slow)
        screen.clock.now += curves.INTERVAL
        live.add(1, loss=1)
        drawn = len(screen.shown)
        screen.clock.now += 1 / curves.COST - 0.5
        live.add(2, loss=1)
        assert len(screen.shown) == drawn
        screen.clock.now += 1
        live.add(3, loss=1)
        assert len(screen.shown) == drawn + 1


@pytest.mark.parametrize(
    ("error", "words"), [(KeyboardInterrupt, "interrupted"), (ValueError, "stopped by ValueError")]
)
def test_the_plot_so_far_stays_and_the_error_goes_on(screen, error, words):
    def run():
        with LiveCurves() as live:
            live.add(7, loss=1.5)
            raise error

    with pytest.raises(error):
        run()
    assert words in screen.shown[-1]["text/plain"]
    assert "step 7" in screen.shown[-1]["text/plain"]


def test_smoothing_is_stated_and_exact():
    live = LiveCurves(smoothing=3)
    for step, loss in enumerate([1.0, 2.0, 3.0, 10.0]):
        live.add(step, loss=loss)
    live.add(3, rare=4.0)
    labels = [text.get_text() for text in live.figure().axes[0].get_legend().get_texts()]
    assert labels == ["loss (mean of last 3; faint: raw)", "rare"]
    assert "mean of the last 3: 5" in live.to_text()


def test_a_loss_that_is_no_number_is_reported_not_hidden():
    live = LiveCurves()
    for step, loss in enumerate([1.0, math.nan, math.inf]):
        live.add(step, loss=loss)
    assert "not a finite number at 2 steps, first at 1" in live.to_text()
    assert live.figure()


def test_series_differ_by_dashes():
    live = LiveCurves()
    for name in "abcde":
        live.add(1, **{name: 1.0})
    lines = [line for line in live.figure().axes[0].get_lines() if line.get_label() in "abcde"]
    assert len({str(line._unscaled_dash_pattern) for line in lines}) == 5


@pytest.mark.parametrize("count", [1, 4, 12, 30])
def test_reference_labels_overlap_neither_one_another_nor_the_plot(count):
    references = dict(REFERENCES) if count == 4 else {f"line number {i}": 5 + i / 1000 for i in range(count)}
    live = LiveCurves(references=references)
    live.add(1, loss=6.0)
    live.add(2, loss=4.0)
    figure = live.figure()
    figure.canvas.draw()
    axes = figure.axes[0]
    labels = [text.get_window_extent() for text in axes.texts]
    assert len(labels) == len(references)
    assert not any(one.overlaps(other) for i, one in enumerate(labels) for other in labels[:i])
    assert all(label.x0 > axes.get_window_extent().x1 for label in labels)
    assert all(label.x1 <= figure.bbox.x1 and label.y1 <= figure.bbox.y1 for label in labels)


def test_an_empty_plot_already_shows_the_references():
    figure = LiveCurves(references=REFERENCES).figure()
    low, high = figure.axes[0].get_ylim()
    assert low < 1.4
    assert high > 6.9


def test_a_long_run_draws_few_points():
    live = LiveCurves()
    for step in range(20_000):
        live.add(step, loss=1.0)
    assert all(len(line.get_xdata()) < 2 * panels.POINTS for line in live.figure().axes[0].get_lines())


def test_no_global_figure_is_left():
    pyplot = pytest.importorskip("matplotlib.pyplot")
    before = pyplot.get_fignums()
    LiveCurves(references=REFERENCES)._bundle()
    assert pyplot.get_fignums() == before


def test_the_picture_has_its_text_where_jupyterlab_and_nbconvert_read_it():
    live = LiveCurves('<T> "quoted"', references={"floor": 1.0})
    live.add(1, loss=2.0)
    data, metadata = live._repr_mimebundle_()
    (alt,) = re.findall(r'<img alt="([^"]*)"', data["text/html"])
    assert html.unescape(alt) == live.to_text() == data["text/plain"] == metadata["image/png"]["alt"]
    (encoded,) = re.findall(r'src="data:image/png;base64,([^"]*)"', data["text/html"])
    assert base64.b64decode(encoded) == data["image/png"]
    assert f'width="{metadata["image/png"]["width"]}"' in data["text/html"]


@pytest.mark.parametrize("template", ["lab", "classic", "basic"])
def test_nbconvert_writes_the_text_beside_the_picture_and_the_table_under_it(template, guesses):
    nbconvert = pytest.importorskip("nbconvert")
    nbformat = pytest.importorskip("nbformat")
    live = LiveCurves("Training", references={"floor": 1.0}, total=800, guesses=guesses)
    live.add(800, loss=2.0)
    data, metadata = live._repr_mimebundle_()
    data["image/png"] = base64.b64encode(data["image/png"]).decode()
    output = nbformat.v4.new_output("display_data", data, metadata=metadata)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("", outputs=[output])])
    page, _ = nbconvert.HTMLExporter(template_name=template).from_notebook_node(notebook)
    pictures = re.findall(r"<img[^>]*>", page)
    assert len(pictures) == 1
    assert "Training: step 800 of 800" in pictures[0].partition("src=")[0]
    assert "now: step 800" in page[page.index(pictures[0]) :]


def test_few_colours_keep_those_of_the_lines():
    image = pytest.importorskip("PIL.Image")
    live = LiveCurves(references=REFERENCES, smoothing=1)
    for name in "abcd":
        live.add(1, **{name: 2.0})
        live.add(800, **{name: ord(name) / 50})
    data, _ = live._repr_mimebundle_()
    with image.open(io.BytesIO(data["image/png"])) as drawn:
        seen = [colour for _, colour in drawn.convert("RGB").getcolors()]
    assert len(seen) <= picture.COLOURS
    for wanted, _ in theme.LINES[:4]:
        channels = [int(wanted[i : i + 2], 16) for i in (1, 3, 5)]
        assert min(max(abs(a - b) for a, b in zip(channels, colour, strict=True)) for colour in seen) <= 8


def test_an_interrupt_in_a_notebook_ends_in_one_line(screen):
    def run():
        with LiveCurves("T", total=800) as live:
            live.add(320, loss=1.5)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as caught:
        run()
    line = "Interrupted at step 320 of 800. The curve so far stays; run the cell again to start anew."
    assert isinstance(caught.value, TrainingInterrupted)
    assert caught.value._render_traceback_() == [line]
    assert "step 320 of 800, interrupted" in screen.shown[-1]["text/plain"]


def test_an_interrupt_elsewhere_stays_what_it_is():
    def run():
        with LiveCurves() as live:
            live.add(1, loss=1)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as caught:
        run()
    assert type(caught.value) is KeyboardInterrupt


@pytest.mark.parametrize(("error", "shown"), [(None, "now: step 13"), (KeyboardInterrupt, "step 8")])
def test_guesses_stand_beneath_the_curves_and_stay_as_they_were_when_stopped(screen, guesses, error, shown):
    def run():
        with LiveCurves("T", panels={"loss": {"floor": 1.0}}, total=100, guesses=guesses) as live:
            assert "start" in screen.shown[0]["text/plain"]
            for step in range(1, 14):
                live.add(step, loss=2.0)
            if error:
                guesses.model = None  # half of a step may be taken: whoever asked now would not know of what
                raise error

    with pytest.raises(error) if error else nullcontext():
        run()
    last = screen.shown[-1]
    labels = re.findall(r'<th scope="row"[^>]*>([^<]*)</th>', last["text/html"])
    kept = ["start", "step 1", "step 2", "step 4", "step 8"]
    assert labels == (kept if error else [*kept, shown])
    assert last["text/plain"].startswith("T: step 13 of 100" + (", interrupted" if error else "") + "\n")
    assert re.search(rf"^ +{shown}  `", last["text/plain"], re.MULTILINE)
    (alternative,) = re.findall(r'<img alt="([^"]*)"', last["text/html"])
    assert "[MASK]" not in alternative
    assert last["text/html"].index("<img") < last["text/html"].index("<table")
    assert "so &lt;cute&gt; ." in last["text/html"]


def test_guesses_are_asked_for_now_whenever_it_draws(screen, guesses):
    with LiveCurves(guesses=guesses) as live:
        for step in range(1, 7):
            live.add(step, loss=2.0)
        screen.clock.now += curves.INTERVAL
        live.add(7, loss=2.0)
        assert "now: step 7" in screen.shown[-1]["text/plain"]
        live.add(8, loss=2.0)
    assert [row.step for row in guesses.rows] == [0, 1, 2, 4, 8]
    assert "step 7" not in screen.shown[-1]["text/plain"]


def test_asking_counts_as_drawing(screen, guesses, monkeypatch):
    def slow(*_, **__):
        screen.clock.now += 1.0
        return [[]]

    with LiveCurves(guesses=guesses) as live:
        live.add(5, loss=2.0)
        monkeypatch.setattr(live_fill_mask, "fill_mask", slow)
        screen.clock.now += curves.INTERVAL
        live.add(6, loss=2.0)
        assert live._next_drawing == screen.clock.now + 1 / curves.COST


def test_without_a_notebook_the_text_has_the_guesses_too(guesses):
    with LiveCurves(guesses=guesses) as live:
        live.add(3, loss=2.0)
    assert [row.step for row in guesses.rows] == [0, 3]
    assert repr(live) == f"{live.to_text()}\n{guesses.to_text()}"
