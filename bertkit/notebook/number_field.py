"""A number to choose: a slider, and beside it a field that has a name.

The slider of ipywidgets has no name that a screen reader could say, and no way to give it one. A number field has: its
description is its label. Both hold the same value, and each can be used alone.
"""

from __future__ import annotations

import traitlets
from ipywidgets import BoundedFloatText, BoundedIntText, FloatSlider, HBox, IntSlider, Label, Layout


class NumberField(HBox):  # type: ignore[misc]
    """A labelled number field and a slider that move together; whole numbers if all that is given is whole.

    Both tell of a change when it is made, not on the way there.

    Args:
        description: the name of the number; stands in front, and is what a screen reader says.
        value: at the start.
        low, high: the smallest and the largest.
        step: from one value to the next.
        unit: behind the number.
        tooltip: the description in more words.
        width: of the description.

    >>> number = NumberField("selected, % of the tokens", value=15, low=0, high=100)
    >>> number.slider.value = 20
    >>> number.value, number.field.value, number.field.description
    (20, 20, 'selected, % of the tokens')
    """

    value = traitlets.Any()
    disabled = traitlets.Bool(False)

    def __init__(
        self,
        description: str,
        value: float,
        low: float,
        high: float,
        step: float = 1,
        unit: str = "",
        tooltip: str = "",
        width: str = "initial",
    ) -> None:
        whole = all(isinstance(number, int) for number in (value, low, high, step))
        field, slider = (BoundedIntText, IntSlider) if whole else (BoundedFloatText, FloatSlider)
        room = {"value": value, "min": low, "max": high, "step": step, "continuous_update": False}
        self.field = field(
            **room,
            description=description,
            tooltip=tooltip or description,
            style={"description_width": width},
            layout=Layout(width="auto"),
        )
        self.slider = slider(**room, readout=False, layout=Layout(width="260px", max_width="90%"))
        super().__init__([self.field, Label(unit), self.slider], layout=Layout(flex_flow="row wrap"))
        self.value = self.field.value
        for part in (self.field, self.slider):
            traitlets.link((self, "value"), (part, "value"))
            traitlets.link((self, "disabled"), (part, "disabled"))
