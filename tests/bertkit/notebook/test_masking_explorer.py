"""The explorer's sliders, its repeatability, and a masking function that fails."""

import pytest
import torch

from bertkit.notebook import masking_explorer, theme

IDS = torch.randint(4, 10, (4, 20), generator=torch.Generator().manual_seed(0))
SPECIAL = torch.zeros_like(IDS, dtype=torch.bool)


def mask_batch(input_ids, special, rate, mask_share, random_share, generator):
    selected = (torch.rand(input_ids.shape, generator=generator) < rate) & ~special
    fate = torch.rand(input_ids.shape, generator=generator)
    corrupted = input_ids.clone()
    corrupted[selected & (fate < mask_share)] = 3
    return selected, corrupted


def explorer(function=mask_batch, seed=0):
    return masking_explorer(function, IDS, SPECIAL, lambda row: [f"w{i}" for i in row], 3, seed)


def test_starts_with_the_papers_recipe():
    widget = explorer()
    assert (widget.rate.value, widget.mask_share.value, widget.random_share.value) == (15, 80, 10)
    assert "10 %" in widget.kept.value
    numbers = (widget.rate, widget.mask_share, widget.random_share)
    assert not any(part.continuous_update for number in numbers for part in (number.slider, number.field))


def test_the_sliders_reach_the_function():
    seen = []

    def spy(*arguments):
        seen.append(arguments[2:5])
        return mask_batch(*arguments)

    widget = explorer(spy)
    widget.rate.value = 40
    widget.mask_share.value = 50
    assert seen == [(0.15, 0.8, 0.1), (0.4, 0.8, 0.1), (0.4, 0.5, 0.1)]
    assert "40.0%" in repr(widget)


@pytest.mark.parametrize(("moved", "other"), [("mask_share", "random_share"), ("random_share", "mask_share")])
def test_the_two_shares_never_exceed_the_whole_and_draw_once(moved, other):
    calls = []

    def count(*arguments):
        calls.append(arguments[3] + arguments[4])
        return mask_batch(*arguments)

    widget = explorer(count)
    calls.clear()
    getattr(widget, moved).value = 95
    assert getattr(widget, other).value == 5
    assert calls == [1.0]
    assert "0 %" in widget.kept.value


def test_the_number_field_moves_what_the_slider_moves():
    widget = explorer()
    widget.rate.field.value = 40
    assert widget.rate.slider.value == 40
    assert "40.0%" in repr(widget)
    widget.rate.slider.value = 20
    assert widget.rate.field.value == 20
    assert "20.0%" in repr(widget)


def test_every_control_has_a_name():
    widget = explorer()
    for number in (widget.rate, widget.mask_share, widget.random_share):
        assert number.field.description
    assert widget.again.description
    assert widget.covered.description


def test_the_original_words_can_be_covered_and_shown_again():
    widget = explorer()
    before = widget.view.value
    assert "was w" in before
    widget.covered.value = True
    for form in (widget.view.value, widget._repr_mimebundle_()["text/html"]):
        assert "was w" not in form
        assert "was ?" in form
    assert "[?→w3]" in repr(widget)
    widget.covered.value = False
    assert widget.view.value == before


def test_a_seed_repeats_and_draw_again_changes():
    one, two = explorer(seed=7), explorer(seed=7)
    assert one.view.value == two.view.value
    one.again.click()
    assert one.view.value != two.view.value
    assert one.view.value == explorer(seed=8).view.value


def test_the_learners_tensors_are_not_touched():
    def in_place(input_ids, special, *rest):
        input_ids[:] = 3
        special[:] = True
        return torch.ones_like(special), input_ids

    explorer(in_place)
    assert (IDS != 3).all()
    assert not SPECIAL.any()


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda *_: 1 / 0, "ZeroDivisionError: division by zero"),
        (lambda *_: None, "TypeError"),
        (lambda *a: (torch.ones(2, 2), a[0]), "selected has shape"),
    ],
)
def test_an_error_is_one_line_in_place_and_goes_away(function, message):
    broken = [True]

    def sometimes(*arguments):
        return function(*arguments) if broken[0] else mask_batch(*arguments)

    widget = explorer(sometimes)
    shown = repr(widget).split("\n\n", 1)[1]
    assert shown.startswith("⚠ mask_batch did not finish")
    assert message in shown
    assert "\n" not in shown
    assert "did not finish" in widget.view.value
    broken[0] = False
    widget.again.click()
    assert "did not finish" not in widget.view.value


def test_an_errors_text_is_escaped():
    def angry(*_):
        raise RuntimeError("<b>no</b>")

    assert "<b>no</b>" not in explorer(angry).view.value


def test_every_form_is_there():
    bundle = explorer()._repr_mimebundle_()
    assert "→MASK]" in bundle["text/plain"]
    assert "99 % band" in bundle["text/html"]
    assert bundle[theme.WIDGET_VIEW]["model_id"]
