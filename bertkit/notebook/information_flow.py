"""Buttons over masks and layers: who may see whom, and on which path a word reaches the output that predicts it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from ipywidgets import HTML, Button, HBox, Layout, RadioButtons, VBox
from markupsafe import Markup
from torch import Tensor

from bertkit.notebook import theme
from bertkit.notebook.flow_picture import FlowPicture, receptive_field
from bertkit.notebook.number_field import NumberField

MOST_LAYERS = 3
WALK = "Walk the path"


class InformationFlow(VBox):  # type: ignore[misc]
    """A matrix of what each output depends on, for a mask and a number of layers that the reader picks.

    For one output it shows the shortest path from its next-token target, one step a layer. A matrix that was measured
    is shown in the same picture; it has no layers and no paths. The controls are `matrix`, `layers`, `output`
    and `walk`; `picture` is what they show.

    Args:
        tokens: T words, two or more.
        masks: by name; true where the position of the row may attend to that of the column, bool of shape (T, T).
        measured: by name; true where a model's output at the row was found to depend on the word of the column, bool
            of shape (T, T).
        output: the position that is shown first, 0 to T - 1.

    Raises:
        ValueError: naming the matrix that is not bool of shape (T, T), or what else cannot be shown.

    >>> tokens = "this teddy bear is so cute .".split()
    >>> blind = torch.ones(7, 7).bool() & ~torch.eye(7).bool().roll(1, 1)
    >>> flow = InformationFlow(tokens, {"causal": torch.ones(7, 7).tril().bool(), "all but the target": blind})
    >>> flow.matrix.value, flow.layers.value = "all but the target", 2
    >>> print(flow.picture.headline())
    all but the target: with 2 layers, 6 of 6 outputs can see the word that they have to predict.
    >>> print(flow.picture.question())
    The output at `this` can see its target `teddy`. The shortest path:
    >>> flow.picture.steps()
    ['layer 1: `bear` reads `teddy`', 'layer 2: `this` reads `bear`']
    """

    def __init__(
        self,
        tokens: Sequence[str],
        masks: Mapping[str, Tensor] | None = None,
        measured: Mapping[str, Tensor] | None = None,
        output: int = 0,
    ) -> None:
        self._tokens, self._masks, self._measured = list(tokens), dict(masks or {}), dict(measured or {})
        self._check(output)
        self._shown: int | None = None
        names = [*self._masks, *self._measured]
        numbers = [(f"{n} layer{'s' * (n > 1)}", n) for n in range(1, MOST_LAYERS + 1)]
        self.matrix = _radio([(f"{name} (measured)" if name in self._measured else name, name) for name in names])
        self.layers = _radio(numbers)
        self.output = NumberField(
            "output at position", output, 0, len(self._tokens) - 1, tooltip="The position whose path is shown"
        )
        self.walk = Button(
            description=WALK, icon="step-forward", tooltip="From the target to the output, layer by layer"
        )
        self.view = HTML()
        super().__init__([_row(self.matrix, self.layers), _row(self.output, self.walk), self.view])
        for control in (self.matrix, self.layers, self.output):
            control.observe(self._on_choice, "value")
        self.walk.on_click(self._on_walk)
        self._redraw()

    def _check(self, output: int) -> None:
        size = len(self._tokens)
        if size < 2:
            raise ValueError(f"give two tokens or more, got {self._tokens}")
        if not self._masks and not self._measured:
            raise ValueError("give at least one mask or one measured matrix")
        if both := self._masks.keys() & self._measured.keys():
            raise ValueError(f"{sorted(both)} name a mask and a measured matrix; choose different names")
        if output not in range(size):
            raise ValueError(f"output must be a position from 0 to {size - 1}, got {output}")
        for kind, matrices in (("mask", self._masks), ("measured matrix", self._measured)):
            for name, matrix in matrices.items():
                if not isinstance(matrix, Tensor) or matrix.dtype != torch.bool or matrix.shape != (size, size):
                    got = f"{matrix.dtype} of shape {tuple(matrix.shape)}" if isinstance(matrix, Tensor) else matrix
                    raise ValueError(f"{kind} {name!r} must be torch.bool of shape ({size}, {size}), got {got}")

    @property
    def picture(self) -> FlowPicture:
        """What the controls show."""
        name, output, layers = self.matrix.value, self.output.value, self.layers.value
        if name in self._measured:
            return FlowPicture(self._tokens, name, self._measured[name], output)
        mask = self._masks[name]
        return FlowPicture(self._tokens, name, receptive_field(mask, layers), output, mask, layers, self._shown)

    def _on_choice(self, _: object) -> None:
        self._shown = None
        self._redraw()

    def _on_walk(self, _: Button) -> None:
        """One step more; after the last, and at first, the first."""
        steps = len(self.picture.path or [])
        self._shown = 1 if self._shown is None or self._shown >= steps else self._shown + 1
        self._redraw()

    def _redraw(self) -> None:
        picture = self.picture
        for control in (self.layers, self.walk):  # a measurement has no layers to choose and no path to walk
            control.layout.display = None if picture.mask is not None else "none"
        steps = len(picture.path or [])
        self.walk.disabled = not steps
        self.walk.description = f"Step {self._shown} of {steps}" if self._shown else WALK
        self.view.value = picture.to_html()

    def __repr__(self) -> str:
        return repr(self.picture)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        note = Markup("<p><i>The buttons appear when you run this cell in JupyterLab.</i></p>")
        return theme.mime_bundle(self, self.picture.to_html() + note, repr(self))


def _radio(options: list[tuple[str, Any]]) -> RadioButtons:
    """Radio buttons: unlike toggle buttons they tell a screen reader which is chosen. In a row they would not wrap."""
    return RadioButtons(options=options, layout=Layout(width="auto", margin="0px 32px 0px 0px"))


def _row(*controls: Any) -> HBox:
    """Controls beside one another, on several lines where the page is narrow."""
    return HBox(controls, layout=Layout(flex_flow="row wrap"))
