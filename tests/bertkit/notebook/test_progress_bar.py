"""Steps pass through untouched, and what a notebook keeps of them is where they ended."""

import sys
from types import SimpleNamespace

import pytest

from autograder.lessons.execute import without_progress_bars
from bertkit.notebook import progress, progress_bar


@pytest.fixture
def screen(monkeypatch):
    """A notebook that records what is displayed, and a clock that moves by a second at each look."""
    IPython = pytest.importorskip("IPython")
    shown = []
    handle = SimpleNamespace(update=lambda bundle, **_: shown.append(bundle))

    def display(bundle, **options):
        assert options == {"raw": True, "display_id": True}
        shown.append(bundle)
        return handle

    clock = SimpleNamespace(now=100.0, tick=1.0)

    def look():
        clock.now += clock.tick
        return clock.now

    monkeypatch.setattr(IPython, "get_ipython", lambda: SimpleNamespace(kernel=object()))
    monkeypatch.setattr("IPython.display.display", display)
    monkeypatch.setattr(progress_bar.time, "perf_counter", look)
    return SimpleNamespace(texts=lambda: [bundle["text/plain"] for bundle in shown], shown=shown, clock=clock)


def test_the_last_state_stays_and_has_no_time_in_it(screen):
    assert list(progress(range(3))) == [0, 1, 2]
    assert screen.texts() == [
        "0 of 3 steps",
        "1 of 3 steps, about 2 s left",
        "2 of 3 steps, about 1 s left",
        "3 of 3 steps",
        "3 of 3 steps",
    ]


def test_it_draws_rarely(screen):
    screen.clock.tick = 0.1
    list(progress(iter(range(20)), total=20))
    assert 4 <= len(screen.shown) <= 6


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_what_stops_within_the_steps_is_told_and_goes_on(screen, error):
    def steps():
        yield 1
        yield 2
        raise error

    with pytest.raises(error):
        list(progress(steps(), total=5))
    assert screen.texts()[-1] == "2 of 5 steps, stopped"


def test_a_loop_that_is_left_is_told(screen):
    steps = progress(range(5), unit="pair", description="<twin>")
    assert next(steps) == 0
    assert next(steps) == 1
    steps.close()
    assert screen.texts()[-1] == "<twin>: 1 of 5 pairs, stopped"
    assert "&lt;twin&gt;" in screen.shown[-1]["text/html"]
    assert "width:20%" in screen.shown[-1]["text/html"]


def test_without_a_total_it_counts(screen):
    assert list(progress(iter("ab"))) == ["a", "b"]
    assert screen.texts()[-1] == "2 steps"
    assert "width" not in screen.shown[-1]["text/html"]


@pytest.mark.parametrize("steps", [range(4), iter(range(4))])
def test_elsewhere_it_is_a_bar_on_stderr(monkeypatch, capsys, steps):
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    assert list(progress(steps, total=4, unit="step", description="run")) == [0, 1, 2, 3]
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "run" in captured.err
    assert "4/4" in captured.err


def test_nothing_is_taken_before_the_loop_begins(screen):
    progress(iter([1 / 1]))
    assert screen.shown == []


def test_it_shows_how_many_tokens_are_read_a_second_while_it_runs(screen):
    list(progress(["ab", "abcd", "abcdef"], tokens=len))
    assert screen.texts() == [
        "0 of 3 steps",
        "1 of 3 steps, 2 tokens a second, about 2 s left",
        "2 of 3 steps, 3 tokens a second, about 1 s left",
        "3 of 3 steps, 4 tokens a second",
        "3 of 3 steps",
    ]


def test_the_pace_is_that_of_the_last_seconds(screen):
    steps = progress(range(10_000), tokens=lambda step: 100)
    for _ in range(50):
        next(steps)
    assert screen.texts()[-1] == "49 of 10,000 steps, 100 tokens a second, about 2.8 hours left"
    screen.clock.tick = 0.5
    for _ in range(50):
        next(steps)
    assert screen.texts()[-1] == "99 of 10,000 steps, 200 tokens a second, about 83 minutes left"


def test_a_laptop_that_slept_is_forgotten_at_once(screen):
    steps = progress(range(1000), tokens=lambda step: 100)
    for step in steps:
        if step == 100:
            screen.clock.now += 3600
        if step == 103:
            break
    assert screen.texts()[-1] == "103 of 1,000 steps, 100 tokens a second, about 15 minutes left"


def test_elsewhere_the_tokens_stand_behind_the_bar_where_the_build_leaves_it_out(monkeypatch, capsys):
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    monkeypatch.setattr(progress_bar, "INTERVAL", 0.0)
    assert list(progress(["ab", "abcd"], tokens=len)) == ["ab", "abcd"]
    err = capsys.readouterr().err
    assert "tokens/s]" in err
    assert without_progress_bars(err) == ""
