"""A picture and its text, for whoever reads one of them: what every plot of the lessons shows."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, Any

import numpy as np
from markupsafe import Markup

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DPI = 144  # of the picture itself, for dense screens
COLOURS = 64  # of the picture, shades at the edges of lines and letters included
SHOWN = 90  # pixels that an inch takes on the page


def new_figure(width: float, height: float) -> Figure:
    """An empty figure of so many inches, on white in every theme, that no global state knows."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def bundle(
    figure: Figure, text: str, beneath: tuple[Markup, str] | None = None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The forms of a figure and their metadata, as `display(..., raw=True)` and `_repr_mimebundle_` want them.

    Args:
        figure: not to be used afterwards.
        text: its alternative, which says all that it shows.
        beneath: what stands under it in the same output, as HTML and as text.
    """
    html, more = beneath or (Markup(""), "")
    png = _png(figure)
    width, height = (round(inches * SHOWN) for inches in figure.get_size_inches())
    metadata = {"image/png": {"width": width, "height": height, "alt": text}}
    # JupyterLab and nbconvert draw a bare PNG without the alternative text that stands in its metadata.
    picture = Markup('<img alt="{}" width="{}" height="{}" src="data:image/png;base64,{}">{}').format(
        text, width, height, base64.b64encode(png).decode(), html
    )
    return {"text/html": str(picture), "image/png": png, "text/plain": "\n".join(filter(None, [text, more]))}, metadata


def _png(figure: Figure) -> bytes:
    """The picture in few colours, at a third of the size: a notebook holds it twice, as HTML and as it is."""
    from PIL import Image

    figure.set_dpi(DPI)
    figure.canvas.draw()
    drawn = Image.fromarray(np.asarray(figure.canvas.buffer_rgba()))  # type: ignore[attr-defined]  # FigureCanvasAgg's
    reduced = io.BytesIO()
    drawn.convert("RGB").quantize(COLOURS).save(reduced, format="png")
    return reduced.getvalue()
