"""Sliders over a learner's own masking function, with the x-ray of what it does."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Any

import torch
from ipywidgets import HTML, Button, Checkbox, HBox, Layout, VBox
from markupsafe import Markup
from torch import Tensor

from bertkit.notebook import theme
from bertkit.notebook.fate_counts import FateCounts
from bertkit.notebook.number_field import NumberField
from bertkit.notebook.xray import XRay, fates

MaskBatch = Callable[[Tensor, Tensor, float, float, float, torch.Generator], tuple[Tensor, Tensor]]


def masking_explorer(
    mask_batch: MaskBatch,
    input_ids: Tensor,
    special_tokens_mask: Tensor,
    decode: Callable[[list[int]], list[str]],
    mask_token_id: int,
    seed: int = 0,
) -> MaskingExplorer:
    """Sliders for the rate and the mix of masking, and beneath them the masked batch and its counts.

    Moving a slider keeps the random numbers, so that only the slider makes the difference; "Draw again" changes them.
    "Cover the original words" lets the reader fill the gaps himself.
    What `mask_batch` raises is shown in place, and the next move tries again.

    Args:
        mask_batch: (input_ids, special_tokens_mask, rate, mask_share, random_share, generator) to
            (selected, corrupted), all tensors of shape (B, T).
        input_ids: original ids, shape (B, T).
        special_tokens_mask: true at [CLS], [SEP] and [PAD], shape (B, T).
        decode: from T ids to T tokens.
        mask_token_id: the id of [MASK].
        seed: of the first draw; the next draw takes the next seed.

    Returns:
        An ipywidgets container; as the last line of a cell it shows itself.
    """
    return MaskingExplorer(mask_batch, input_ids, special_tokens_mask, decode, mask_token_id, seed)


class MaskingExplorer(VBox):  # type: ignore[misc]
    """What `masking_explorer` returns; its controls are `rate`, `mask_share`, `random_share`, `again` and `covered`."""

    def __init__(
        self,
        mask_batch: MaskBatch,
        input_ids: Tensor,
        special_tokens_mask: Tensor,
        decode: Callable[[list[int]], list[str]],
        mask_token_id: int,
        seed: int,
    ) -> None:
        self._mask_batch, self._decode = mask_batch, decode
        self._input_ids, self._special, self._mask_token_id = input_ids, special_tokens_mask, mask_token_id
        self._seed, self._balancing = seed, False
        self._text = ""
        self.rate = _percentage("selected, % of the tokens", 15)
        self.mask_share = _percentage(f"{theme.MASKED.mark} masked, % of the selected", 80)
        self.random_share = _percentage(f"{theme.RANDOM.mark} random, % of the selected", 10)
        self.again = Button(
            description="Draw again", icon="refresh", tooltip="The same settings with other random numbers"
        )
        self.covered = Checkbox(
            description="Cover the original words",
            tooltip="For trying whether you can fill the gaps yourself",
            indent=False,
            layout=Layout(width="auto"),
        )
        self.kept = HTML()
        self.view = HTML()
        drawing = HBox([self.kept, self.again, self.covered], layout=Layout(flex_flow="row wrap"))
        super().__init__([self.rate, self.mask_share, self.random_share, drawing, self.view])
        self.rate.observe(self._on_slider, "value")
        self.mask_share.observe(self._on_slider, "value")
        self.random_share.observe(self._on_slider, "value")
        self.covered.observe(lambda _: self.redraw(), "value")
        self.again.on_click(self._on_again)
        self.redraw()

    def _on_slider(self, change: dict[str, Any]) -> None:
        if self._balancing:
            return
        # The slider just moved has its way; the other gives up what would make more than 100 % of the two.
        other = {self.mask_share: self.random_share, self.random_share: self.mask_share}.get(change["owner"])
        if other is not None and other.value + change["new"] > 100:
            self._balancing = True
            try:
                other.value = 100 - change["new"]
            finally:
                self._balancing = False
        self.redraw()

    def _on_again(self, _: Button) -> None:
        self._seed += 1
        self.redraw()

    def redraw(self) -> None:
        """Mask the batch as the sliders say and show what came out, be it an x-ray or an error."""
        rate, mask_share, random_share = (s.value / 100 for s in (self.rate, self.mask_share, self.random_share))
        kept = 100 - self.mask_share.value - self.random_share.value
        self.kept.value = Markup(
            '<span style="padding:0px 16px 0px 0px">{} kept, the rest of the selected: <b>{} %</b> · draw {}</span>'
        ).format(theme.KEPT.mark, kept, self._seed)
        try:
            generator = torch.Generator(device=self._input_ids.device).manual_seed(self._seed)
            selected, corrupted = self._mask_batch(
                self._input_ids.clone(), self._special.clone(), rate, mask_share, random_share, generator
            )
            ids = (self._input_ids, selected, corrupted, self._mask_token_id)
            xray = XRay.of(*ids, self._decode, self._special, covered=self.covered.value)
            counts = FateCounts.of(fates(*ids, self._special), rate, mask_share, random_share)
        except Exception as error:
            line = _friendly(error)
            self._text = f"{theme.WARNING.mark} {line}"
            self._show(theme.callout(theme.WARNING, line, live=True))
            return
        self._text = f"{xray!r}\n\n{counts!r}"
        below = Markup('<div style="margin-top:10px">{}</div>').format(counts.to_html())
        self._show(xray.to_html() + below)

    def _show(self, picture: Markup) -> None:
        self._picture = self.view.value = picture

    def __repr__(self) -> str:
        mix = f"{self.mask_share.value} % masked, {self.random_share.value} % random, the rest kept"
        return f"Masking explorer: {self.rate.value} % selected; of these {mix}.\n\n{self._text}"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        static = Markup("<p>{} <i>The sliders appear when you run this cell in JupyterLab.</i></p>{}").format(
            repr(self).split("\n", 1)[0], self._picture
        )
        return theme.mime_bundle(self, static, repr(self))


def _percentage(description: str, value: int) -> NumberField:
    return NumberField(description, value, low=0, high=100, width="200px")


def _friendly(error: Exception) -> str:
    """What went wrong and in which line, as one line of text."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" (in {frames[-1].name}, line {frames[-1].lineno})" if frames else ""
    message = " ".join(str(error).split()) or "no message"
    return f"mask_batch did not finish: {type(error).__name__}: {message}{where}. Mend it, then run this cell again."
