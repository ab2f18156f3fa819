"""Costs over many powers of ten: marks where they belong, names that do not meet, and a table for who reads."""

import itertools
import math
import re

import pytest
from matplotlib.figure import Figure

from bertkit.finetuning.costs import Cost
from bertkit.notebook import CostScale

COSTS = {
    "this run": Cost(52, 1.9e6, 3.1e12, "2 threads"),
    "the shipped checkpoint": Cost(5.2 * 3600, 3.3e8, 1.9e16),
    "BERT base": Cost(4 * 86_400, 1.28e11, 1.9e20, "16 TPU chips"),
}


def drawn(costs: dict[str, Cost]) -> Figure:
    figure = CostScale(costs).figure()
    figure.canvas.draw()
    return figure


def test_the_text_is_a_table() -> None:
    assert repr(CostScale(COSTS)).splitlines() == [
        "                        seconds                 tokens       FLOPs",
        "this run                52 s on 2 threads       1.9 million  3.1 × 10¹²",
        "the shipped checkpoint  5.2 hours               330 million  1.9 × 10¹⁶",
        "BERT base               4 days on 16 TPU chips  128 billion  1.9 × 10²⁰",
    ]


def test_marks_stand_where_the_figures_are_on_a_logarithmic_scale() -> None:
    figure = drawn(COSTS)
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["seconds", "tokens", "FLOPs"]
    for axes, field in zip(figure.axes, ("seconds", "tokens", "flops"), strict=True):
        assert axes.get_xscale() == "log"
        marks = [line for line in axes.get_lines() if line.get_marker() != "None"]
        assert [line.get_xdata()[0] for line in marks] == [getattr(cost, field) for cost in COSTS.values()]
        assert [line.get_ydata()[0] for line in marks] == [0, 1, 2]
        assert len({line.get_marker() for line in marks}) == len(marks)
        for tick in axes.get_xticklabels():
            assert re.fullmatch("10[⁰¹²³⁴⁵⁶⁷⁸⁹]+", tick.get_text())
        assert 2 <= len(axes.get_xticklabels()) <= 6
    assert [tick.get_text() for tick in figure.axes[0].get_yticklabels()] == list(COSTS)


@pytest.mark.parametrize(
    "costs",
    [
        COSTS,
        {"one": Cost(1, 1, 1)},
        {"a training with quite a long name": Cost(0.01, 3, 1e3), "another": Cost(1e9, 9e14, 9e29, "a machine")},
        {f"run {place}": Cost(10 + place, 1e6, 1e12 + place) for place in range(7)},
    ],
)
def test_nothing_meets_and_nothing_is_cut_off(costs: dict[str, Cost]) -> None:
    figure = drawn(costs)
    words = [
        text.get_window_extent()
        for axes in figure.axes
        for text in (*axes.texts, *axes.get_xticklabels(), *axes.get_yticklabels())
        if text.get_text()
    ]
    assert not any(one.overlaps(other) for one, other in itertools.combinations(words, 2))
    for box in (*words, *(axes.get_tightbbox() for axes in figure.axes)):
        assert figure.bbox.x0 <= box.x0 < box.x1 <= figure.bbox.x1
        assert figure.bbox.y0 <= box.y0 < box.y1 <= figure.bbox.y1
    for axes in figure.axes:
        low, high = axes.get_xlim()
        marks = [line for line in axes.get_lines() if line.get_marker() != "None"]
        assert len(marks) == len(axes.texts) == len(costs)
        for mark, said in zip(marks, axes.texts, strict=True):
            (value,), box = mark.get_xdata(), said.get_window_extent()
            assert low <= value <= high
            place, _ = axes.transData.transform((value, 0))
            assert place < box.x0 or box.x1 < place


def test_seconds_that_nobody_wrote_down_have_no_mark() -> None:
    costs = {**COSTS, "another": Cost(None, 1e9, 1e15, "a machine")}
    seconds, tokens, _ = drawn(costs).axes
    marks = [[line for line in axes.get_lines() if line.get_marker() != "None"] for axes in (seconds, tokens)]
    assert [len(each) for each in marks] == [3, 4]
    assert seconds.texts[-1].get_text() == "not known"
    assert "another                 not known" in repr(CostScale(costs))
    assert "not known" in repr(CostScale({"another": Cost(None, 1e9, 1e15)}))
    assert drawn({"another": Cost(None, 1e9, 1e15)})


def test_the_picture_has_its_text_and_is_the_same_each_time() -> None:
    data, metadata = CostScale(COSTS)._repr_mimebundle_()
    assert data["text/plain"] == metadata["image/png"]["alt"] == repr(CostScale(COSTS))
    assert "<img alt=" in data["text/html"]
    assert CostScale(COSTS)._repr_mimebundle_()[0] == data


@pytest.mark.parametrize(
    ("costs", "message"),
    [
        ({}, "costs must name one training or more, got none"),
        ({"this run": Cost(0, 1, 1)}, "seconds of 'this run' must be positive and finite, got 0"),
        ({"this run": Cost(1, -1, 1)}, "tokens of 'this run' must be positive and finite, got -1"),
        ({"this run": Cost(1, 1, math.inf)}, "FLOPs of 'this run' must be positive and finite, got inf"),
        ({"this run": Cost(math.nan, 1, 1)}, "seconds of 'this run' must be positive and finite, got nan"),
    ],
)
def test_bad_figures_are_named(costs: dict[str, Cost], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        CostScale(costs)
