"""Panels side by side: each with lines of its own, on its own scale or on one, and legible where lines are close."""

import itertools
import math
from collections.abc import Callable
from typing import Any

import pytest
from matplotlib.figure import Figure

from bertkit.notebook import LiveCurves, panels

BOTH = {
    "hidden words": {"ln V: knows nothing": 6.9, "unigram entropy": 5.1, "floor: [MASK]": 1.62, "floor: 80/10/10": 1.7},
    "pairs": {"ln 2: a coin": math.log(2), "exact limit": 0.11},
}
PIECES = ("no warm-up", "no clipping", "decay on norms and biases", "learning rate times 3", "batch a quarter")


def joint() -> LiveCurves:
    """Both objectives, half-way."""
    live = LiveCurves("Both objectives", panels=BOTH, total=800, smoothing=3)
    for step in range(1, 401):
        live.add(step, {"hidden words": 2 + 5 / step, "pairs": 0.7 - step / 1000})
    return live


def without_each_piece() -> LiveCurves:
    """A run with all pieces, and one without each, which ends a little higher than the one before."""
    live = LiveCurves(
        "What each piece is for", panels={name: {} for name in PIECES}, total=9, same_scale=True, smoothing=1
    )
    for step in range(1, 10):
        live.add(step, {name: {"all pieces": 9 / step} for name in PIECES})
    for place, name in enumerate(PIECES):
        for step in range(1, 10):
            live.add(step, {name: {"left out": 9 / step + place / 4}})
    return live


def drawn(live: LiveCurves) -> Figure:
    figure = live.figure()
    figure.canvas.draw()
    return figure


@pytest.mark.parametrize("count", [1, 2, 5, 7])
def test_panels_stand_in_rows_and_do_not_meet(count: int) -> None:
    names = [f"panel {place}" for place in range(count)]
    live = LiveCurves("T", panels={name: {"a floor with a long name": 1.0} for name in names})
    for name in names:
        live.add(1, {name: {"one": 1.0, "another": 2.0}})
    figure = drawn(live)
    assert [axes.get_title(loc="left") for axes in figure.axes] == names
    assert len({round(axes.get_position().x0, 6) for axes in figure.axes}) <= 3
    taken = [axes.get_tightbbox() for axes in figure.axes]
    assert not any(one.overlaps(other) for one, other in itertools.combinations(taken, 2))
    title, foot = (text.get_window_extent() for text in figure.texts)
    assert not any(box.overlaps(other) for box in taken for other in (title, foot))
    assert all(figure.bbox.x0 <= box.x0 and box.x1 <= figure.bbox.x1 for box in taken)
    assert all(figure.bbox.y0 <= box.y0 and box.y1 <= figure.bbox.y1 for box in (*taken, title, foot))


@pytest.mark.parametrize("live", [joint, without_each_piece])
def test_labels_beside_the_lines_do_not_meet(live: Callable[[], LiveCurves]) -> None:
    for axes in drawn(live()).axes:
        labels = [text.get_window_extent() for text in axes.texts]
        assert len(labels) >= 2
        assert not any(one.overlaps(other) for one, other in itertools.combinations(labels, 2))
        assert all(label.x0 > axes.get_window_extent().x1 for label in labels)


def test_each_panel_has_its_own_scale_and_all_lines_before_the_first_step() -> None:
    figure = LiveCurves("T", panels=BOTH, total=800).figure()
    for axes, references in zip(figure.axes, BOTH.values(), strict=True):
        low, high = axes.get_ylim()
        assert low < min(references.values())
        assert max(references.values()) < high < 1.1 * max(references.values())
        assert axes.get_xlim() == (0, 800)
        lines = [line.get_ydata()[0] for line in axes.get_lines() if line.get_transform() != axes.transAxes]
        assert lines == list(references.values())
    assert figure.texts[-1].get_text() == "step 0 of 800"


def test_the_picture_does_not_grow_when_the_first_step_comes() -> None:
    live = LiveCurves("T", panels=BOTH, total=800)
    before = live.figure().get_size_inches()
    live.add(1, {"hidden words": 6.9, "pairs": 0.7})
    assert (live.figure().get_size_inches() == before).all()


@pytest.mark.parametrize("total", [9, None])
def test_one_scale_holds_all_panels(total: int | None) -> None:
    live = without_each_piece()
    live.total = total
    axes = live.figure().axes
    assert len({each.get_ylim() for each in axes}) == 1
    assert {each.get_xlim() for each in axes} == {(0, 9)}
    low, high = axes[0].get_ylim()
    assert low < 1
    assert high > 10


def test_where_each_line_ends_stands_beside_it() -> None:
    said = [[text.get_text() for text in axes.texts] for axes in joint().figure().axes]
    assert "now 2.013" in said[0]
    assert "now 0.301" in said[1]
    said = [sorted(text.get_text().split()) for text in without_each_piece().figure().axes[4].texts]
    assert said == [["1", "all", "pieces"], ["2", "left", "out"]]


def test_series_of_a_panel_look_the_same_in_every_panel_and_are_told_apart_by_dashes() -> None:
    figure = without_each_piece().figure()
    looks = {
        (line.get_label(), line.get_color(), str(line._unscaled_dash_pattern))
        for axes in figure.axes
        for line in axes.get_lines()
        if line.get_label() in ("all pieces", "left out")
    }
    assert len(looks) == len({dashes for _, _, dashes in looks}) == 2
    assert [len(axes.get_legend().get_texts()) for axes in figure.axes] == [2] * 5
    assert [axes.get_legend() for axes in joint().figure().axes] == [None, None]


def test_the_text_has_every_panel() -> None:
    assert joint().to_text().splitlines() == [
        "Both objectives: step 400 of 800",
        "  loss (nats)",
        "  hidden words",
        "    hidden words         7 → 2.013, mean of the last 3: 2.013",
        "    ln V: knows nothing  6.9 (line)",
        "    unigram entropy      5.1 (line)",
        "    floor: 80/10/10      1.7 (line)",
        "    floor: [MASK]        1.62 (line)",
        "  pairs",
        "    pairs         0.699 → 0.3, mean of the last 3: 0.301",
        "    ln 2: a coin  0.6931 (line)",
        "    exact limit   0.11 (line)",
    ]
    text = without_each_piece().to_text()
    assert "  no clipping\n    all pieces  9 → 1\n    left out    9.25 → 1.25\n" in text


def test_a_run_after_a_longer_one_says_where_it_is_itself() -> None:
    live = without_each_piece()
    live.add(4, {"no warm-up": {"again": 2.0}})
    assert live.to_text().startswith("What each piece is for: step 4 of 9\n")


def test_a_loss_that_is_no_number_is_said_and_leaves_the_rest_as_it_is() -> None:
    live = without_each_piece()
    live.add(10, {"no clipping": {"left out": math.nan}})
    assert [text.get_text().split()[0] for text in live.figure().axes[1].texts] == ["all"]
    assert "not a finite number at 1 steps, first at 10" in live.to_text()
    assert len(live.figure().axes[2].texts) == 2


def test_what_belongs_to_no_panel_is_named() -> None:
    live = LiveCurves(panels=BOTH)
    with pytest.raises(ValueError, match="there is no panel 'mlm'; there are 'hidden words', 'pairs'"):
        live.add(1, mlm=1.0)
    with pytest.raises(TypeError, match="pairs must be one number, got 'much'"):
        live.add(1, pairs="much")
    with pytest.raises(TypeError, match="loss must be one number, got"):
        LiveCurves().add(1, loss={"one": 1.0})


@pytest.mark.parametrize(
    "settings", [{"panels": {}}, {"panels": {"": {}}}, {"panels": BOTH, "references": {"floor": 1.0}}]
)
def test_panels_have_names_and_references_of_their_own(settings: Any) -> None:
    with pytest.raises(ValueError, match="panels must each have a name and references of their own"):
        LiveCurves(**settings)


def test_a_reference_of_a_panel_is_finite() -> None:
    with pytest.raises(ValueError, match="reference 'exact limit' must be finite, got nan"):
        LiveCurves(panels={"pairs": {"exact limit": math.nan}})


def test_spread_moves_only_what_must_move() -> None:
    assert panels.spread([0.1, 0.5, 0.9], [0.1] * 3, 0, 1) == pytest.approx([0.1, 0.5, 0.9])
    assert panels.spread([0.5, 0.5], [0.2, 0.2], 0, 1) == pytest.approx([0.5, 0.7])
    assert panels.spread([0.99, 1.0], [0.2, 0.2], 0, 1) == pytest.approx([0.7, 0.9])
    assert panels.spread([0.0], [0.2], 0, 1) == pytest.approx([0.1])


def test_means_leave_out_what_is_no_number() -> None:
    assert panels.trailing_mean([1, math.nan, 3, math.inf, math.nan], 2) == pytest.approx(
        [1, 1, 3, 3, math.nan], nan_ok=True
    )
