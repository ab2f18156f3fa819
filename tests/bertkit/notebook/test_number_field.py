"""The slider and the field hold one value, and the field carries the name."""

import pytest

from bertkit.notebook.number_field import NumberField


def number(**changed):
    return NumberField(**({"description": "rate, %", "value": 15, "low": 0, "high": 100} | changed))


@pytest.mark.parametrize("part", ["field", "slider"])
def test_either_part_moves_the_other_and_tells_once(part):
    widget, told = number(), []
    widget.observe(lambda change: told.append(change["new"]), "value")
    getattr(widget, part).value = 20
    assert widget.value == widget.field.value == widget.slider.value == 20
    assert told == [20]


def test_the_value_moves_both_parts():
    widget = number()
    widget.value = 30
    assert widget.field.value == widget.slider.value == 30


def test_disabling_disables_both_parts():
    widget = number()
    widget.disabled = True
    assert widget.field.disabled
    assert widget.slider.disabled


@pytest.mark.parametrize(("changed", "kind"), [({}, int), ({"high": 1.0}, float), ({"step": 0.5}, float)])
def test_whole_numbers_stay_whole(changed, kind):
    widget = number(value=1, **changed)
    assert type(widget.value) is kind
    assert type(widget.slider.value) is kind


def test_the_field_has_the_name_and_the_unit_stands_behind_it():
    widget = number(unit="nats", tooltip="How much?")
    assert widget.field.description == "rate, %"
    assert widget.field.tooltip == "How much?"
    assert widget.children[1].value == "nats"
    assert number().field.tooltip == "rate, %"
