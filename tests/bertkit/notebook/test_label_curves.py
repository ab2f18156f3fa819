"""Curves over labels: means and bands where the scores are, a table for who reads, and nothing that is no score."""

import math
from typing import Any

import pytest

from bertkit.claims.claim import interval
from bertkit.notebook import LabelCurves

SCORES = {
    "sentiment": {"from scratch": {64: [0.5, 0.6, 0.4], 16: [0.5, 0.5, 0.5]}, "frozen": {16: [0.9, 0.8, 1.0]}},
    "intent": {"from scratch": {16: [0.1, 0.2, 0.3], 64: [0.2, 0.3, 0.4], 256: [0.9, 0.95, 1.0]}},
}


def test_points_and_bands_are_means_and_intervals() -> None:
    figure = LabelCurves(SCORES, {"sentiment": 0.5}).figure()
    figure.canvas.draw()
    assert [axes.get_title(loc="left") for axes in figure.axes] == list(SCORES)
    for axes, (task, regimes) in zip(figure.axes, SCORES.items(), strict=True):
        assert axes.get_xscale() == "log"
        for name, row in regimes.items():
            (line,) = (each for each in axes.get_lines() if each.get_label() == name)
            expected = {labels: interval(values) for labels, values in sorted(row.items())}
            assert list(line.get_xdata()) == list(expected)
            assert list(line.get_ydata()) == pytest.approx([100 * each.mean for each in expected.values()])
        for band, row in zip(axes.collections, regimes.values(), strict=True):
            heights = band.get_paths()[0].vertices[:, 1]  # type: ignore[index]
            intervals = [interval(values) for values in row.values()]
            assert heights.min() == pytest.approx(100 * max(0.0, min(each.low for each in intervals)))
            assert heights.max() == pytest.approx(100 * min(1.0, max(each.high for each in intervals)))
        flat = [each for each in axes.get_lines() if len(set(each.get_ydata())) == 1 and len(each.get_ydata()) == 2]
        assert bool(flat) is (task == "sentiment")
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["from scratch", "frozen"]


def test_lines_differ_by_more_than_colour() -> None:
    lines = [line for line in LabelCurves(SCORES).figure().axes[0].get_lines() if line.get_marker() != "None"]
    assert len({line.get_marker() for line in lines}) == len(lines) == 2
    assert len({line.get_linestyle() for line in lines}) == 2


def test_the_text_says_all_of_it() -> None:
    text = repr(LabelCurves(SCORES, {"sentiment": 0.5}))
    lines = text.splitlines()
    assert lines[0].split() == ["sentiment", "16", "64"]
    assert lines[1].split() == ["from", "scratch", "50", "%", "±", "0", "50", "%", "±", "25"]
    assert lines[3].split() == ["majority", "50", "%"]
    assert lines[-1] == "95 % intervals of the mean over 3 seeds, in points"
    data, metadata = LabelCurves(SCORES)._repr_mimebundle_()
    assert data["text/plain"] == repr(LabelCurves(SCORES))
    assert metadata["image/png"]["alt"] == data["text/plain"]


def test_one_seed_has_no_interval() -> None:
    text = repr(LabelCurves({"intent": {"frozen": {16: [0.5]}}}))
    assert "±" not in text
    assert "over 1 seeds" not in text


@pytest.mark.parametrize(
    ("tasks", "lines", "message"),
    [
        ({}, {}, "at least one task"),
        ({"intent": {}}, {}, "intent: every regime needs scores"),
        ({"intent": {"frozen": {}}}, {}, "intent: every regime needs scores"),
        ({"intent": {"frozen": {16: []}}}, {}, "intent, frozen, 16 labels: scores must be from 0 to 1"),
        ({"intent": {"frozen": {16: [98.0]}}}, {}, "intent, frozen, 16 labels: scores must be from 0 to 1"),
        ({"intent": {"frozen": {16: [math.nan]}}}, {}, "intent, frozen, 16 labels: scores must be from 0 to 1"),
        ({"intent": {"frozen": {16: [0.5]}}}, {"topic": 0.1}, r"lines for \['topic'\]"),
    ],
)
def test_what_are_no_scores_is_refused(tasks: Any, lines: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        LabelCurves(tasks, lines)
