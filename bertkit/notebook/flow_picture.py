"""Who may see whom through a stack of attention layers, and on which path a word reaches the output that predicts it.

A mask says what one layer may read. A layer's residual connection also passes every position on to itself. So after L
layers an output depends on all that it can reach in L steps, each through the mask or in place: its *receptive field*.
A next-token target that is hidden from its own output can still arrive there, relayed by another position.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from markupsafe import Markup
from torch import Tensor

from bertkit.notebook import theme

DIRECT = theme.Style("●", "may attend directly", theme.BLUE)
RELAYED = theme.Style("↷", "reached by way of another position", theme.VERMILION)
UNSEEN = theme.Style("·", "cannot see", theme.GREY)
DEPENDS = theme.Style("●", "depends on it", theme.BLUE)
INDEPENDENT = theme.Style("·", "does not depend on it", theme.GREY)


def receptive_field(mask: Tensor, layers: int) -> Tensor:
    """What each output depends on after some layers: boolean matrix products of mask and residual connection.

    Args:
        mask: true where the position of the row may attend to that of the column, bool of shape (T, T).
        layers: 0 or more.

    Returns:
        Bool of shape (T, T); entry [i, j] is true where output i depends on input j.

    >>> causal_but_blind_to_neighbours = torch.ones(4, 4).tril(-2).bool()
    >>> receptive_field(causal_but_blind_to_neighbours, 2).int()[3].tolist()
    [1, 1, 0, 1]
    """
    own = torch.eye(len(mask), dtype=torch.bool, device=mask.device)
    step, reached = (mask | own).long(), own
    for _ in range(layers):
        reached = step @ reached.long() > 0
    return reached


def shortest_path(mask: Tensor, source: int, output: int, layers: int) -> list[tuple[int, int]] | None:
    """The way of an input to an output with the fewest relays, one step a layer.

    Where several are equally short, each reader takes the nearest relay, the left one of two. Layers that are left
    over keep the word in place.

    Args:
        mask: as in `receptive_field`.
        source, output: positions, 0 to T - 1.
        layers: as many steps has the path.

    Returns:
        (reader, read) for each layer; None where the input does not arrive.

    >>> all_but_the_target = ~torch.ones(5, 5).tril(1).triu(1).bool()
    >>> shortest_path(all_but_the_target, source=3, output=2, layers=1)
    >>> shortest_path(all_but_the_target, source=3, output=2, layers=2)
    [(1, 3), (2, 1)]
    """
    arrived = [{source}]
    while output not in arrived[-1]:
        if len(arrived) > layers:
            return None
        arrived.append(set(receptive_field(mask, len(arrived))[:, source].nonzero().flatten().tolist()))
    path = [(output, output)] * (layers + 1 - len(arrived))
    reader = output
    for earlier in reversed(arrived[:-1]):
        read = min((at for at in earlier if mask[reader, at]), key=lambda at: (abs(at - reader), at))
        path.append((reader, read))
        reader = read
    return path[::-1]


@dataclass(frozen=True, repr=False)
class FlowPicture:
    """What every output depends on, as a matrix, and one output's path; the picture of `InformationFlow`.

    Args:
        tokens: T words.
        name: of the mask or of the measurement.
        reached: bool of shape (T, T), true where the output of the row depends on the word of the column.
        output: the position whose path is shown, 0 to T - 1.
        mask: what `reached` was computed from, bool of shape (T, T); None where it was measured.
        layers: how many it was computed for.
        shown: so many steps of the path are shown; None for all.
    """

    tokens: Sequence[str]
    name: str
    reached: Tensor
    output: int
    mask: Tensor | None = None
    layers: int = 0
    shown: int | None = None

    @property
    def path(self) -> list[tuple[int, int]] | None:
        """Of the output's target to the output; None where there is none, or where the matrix was measured."""
        if self.mask is None or self.output + 1 >= len(self.tokens):
            return None
        return shortest_path(self.mask, self.output + 1, self.output, self.layers)

    def style(self, output: int, position: int) -> theme.Style:
        """How a cell is marked."""
        if self.mask is None:
            return DEPENDS if self.reached[output, position] else INDEPENDENT
        if output == position or self.mask[output, position]:
            return DIRECT
        return RELAYED if self.reached[output, position] else UNSEEN

    @property
    def _styles(self) -> list[theme.Style]:
        return [DEPENDS, INDEPENDENT] if self.mask is None else [DIRECT, RELAYED, UNSEEN]

    def word(self, position: int) -> str:
        """A token in code marks, with its position where it stands more than once."""
        token = self.tokens[position]
        return f"`{token}`" + (f" (position {position})" if list(self.tokens).count(token) > 1 else "")

    def headline(self) -> str:
        """What the picture shows, in one sentence."""
        seen, outputs = int(self.reached.diagonal(1).sum()), len(self.tokens) - 1
        if self.mask is None:
            return f"{self.name} (measured): {seen} of {outputs} outputs depend on the word that they have to predict."
        layers = f"{self.layers} layer{'s' * (self.layers > 1)}"
        return f"{self.name}: with {layers}, {seen} of {outputs} outputs can see the word that they have to predict."

    def question(self) -> str:
        """How the chosen output stands to its target, in one sentence."""
        output = f"the output at {self.word(self.output)}"
        if self.output + 1 >= len(self.tokens):
            return f"T{output[1:]} has no next word to predict."
        target = self.word(self.output + 1)
        if self.mask is None:
            verb = "depends" if self.reached[self.output, self.output + 1] else "does not depend"
            return f"T{output[1:]} {verb} on its target {target}. That was measured, so the path is not known."
        if self.path is None:
            return f"There is no path from {target} to {output}, which has to predict it."
        return f"T{output[1:]} can see its target {target}. The shortest path:"

    def steps(self) -> list[str]:
        """The path, one sentence a layer, as far as it is shown."""
        return [
            f"layer {layer}: {self.word(reader)} "
            + (f"reads {self.word(read)}" if reader != read else "keeps it (each layer adds to what was there)")
            for layer, (reader, read) in enumerate((self.path or [])[: self.shown], 1)
        ]

    def _rows(self) -> Iterator[tuple[int, str, str]]:
        """Each output's position, its token, and how it stands to its target."""
        for output, token in enumerate(self.tokens):
            last = output + 1 == len(self.tokens)
            stands = "" if last else f"target {self.tokens[output + 1]}: {self.style(output, output + 1).name}"
            yield output, token, stands

    def __repr__(self) -> str:
        places = range(len(self.tokens))
        width = max(map(len, self.tokens))
        lines = [self.headline(), f"{'':{width + 6}}" + "".join(f"{place:^4}" for place in places).rstrip()]
        for output, token, stands in self._rows():
            marks = [self.style(output, place).mark for place in places]
            cells = [f"[{mark}] " if at == output + 1 else f" {mark}  " for at, mark in enumerate(marks)]
            here = "▶" if output == self.output else " "
            lines.append(f"{here} {output:>2} {token:{width}} {''.join(cells)} {stands}".rstrip())
        lines.append("   ".join(f"{style.mark} {style.name}" for style in self._styles) + "   [ ] target of the row")
        return "\n".join([*lines, self.question(), *(f"  {step}" for step in self.steps())])

    def _repr_html_(self) -> str:
        return str(self.to_html())

    def to_html(self) -> Markup:
        """The same in colours, to stand in other HTML."""
        legend = [
            Markup('<span style="border:1px solid {};background-color:{};padding:0px 5px">{}</span> {}').format(
                style.colour, theme.tint(style.colour), style.mark, style.name
            )
            for style in self._styles
        ]
        target = Markup('<span style="border:3px solid;padding:0px 3px">[ ]</span> target of the row')
        steps = [Markup("<li>{}</li>").format(theme.inline(step)) for step in self.steps()]
        return Markup(
            '<div style="{}"><div role="status" style="{}">{}<br>{}'
            '<ul style="list-style:none;margin:0px">{}</ul></div>{}'
            '<div style="{}"><table style="border-collapse:separate;border-spacing:2px">'
            "<caption>{}</caption><thead>{}</thead><tbody>{}</tbody></table></div>"
            '<div style="{}"><small>{}</small></div></div>'
        ).format(
            theme.font(), theme.TEXT, theme.inline(self.headline()), theme.inline(self.question()),
            Markup("").join(steps), self._path_html(), theme.SCROLL,
            "rows: outputs; columns: the words that they may depend on", self._head(), self._body(),
            theme.PANEL, Markup(' <span style="margin-right:10px"></span> ').join([*legend, target]),
        )  # fmt: skip

    def _head(self) -> Markup:
        cell = Markup('<th scope="col" style="text-align:center;padding:1px 4px">{}<br><small>{}</small></th>')
        heads = [cell.format(token, place) for place, token in enumerate(self.tokens)]
        return Markup("<tr><th></th>{}<th></th></tr>").format(Markup("").join(heads))

    def _body(self) -> Markup:
        line = Markup(
            '<tr><th scope="row" style="text-align:right;padding:1px 6px;white-space:nowrap">{}<small>{}</small> {}'
            '</th>{}<td style="text-align:left;padding:1px 6px;white-space:nowrap"><small>{}</small></td></tr>'
        )
        body = []
        for output, token, stands in self._rows():
            cells = [self._cell(output, position) for position in range(len(self.tokens))]
            here = "▶ " if output == self.output else ""
            body.append(line.format(here, output, token, Markup("").join(cells), stands))
        return Markup("").join(body)

    def _cell(self, output: int, position: int) -> Markup:
        style, is_target = self.style(output, position), position == output + 1
        title = f"output {self.tokens[output]}, word {self.tokens[position]}: {style.name}"
        return Markup(
            '<td title="{}" style="text-align:center;padding:1px 4px;border:{};background-color:{}">{}</td>'
        ).format(
            title + "; its target" * is_target,
            "3px solid" if is_target else f"1px solid {style.colour}",
            "transparent" if style in (UNSEEN, INDEPENDENT) else theme.tint(style.colour),
            f"[{style.mark}]" if is_target else style.mark,
        )

    def _path_html(self) -> Markup:
        """Where the target's word has arrived after each layer, the words at the bottom, as far as it is shown."""
        if self.path is None:
            return Markup("")
        places = [self.output + 1, *(reader for reader, _ in self.path)]
        walked = len(self.steps())
        line = Markup('<tr><th scope="row" style="text-align:right;padding:1px 6px;white-space:nowrap">{}</th>{}</tr>')
        box = Markup(
            '<td style="text-align:center;padding:1px 5px;white-space:nowrap;border:2px solid {};background-color:{}">'
            "<b>{}</b></td>"
        )
        plain = Markup('<td style="text-align:center;padding:1px 5px;{}">{}</td>')
        rows = []
        for layer, place in enumerate(places):
            here = place if layer <= walked else None
            cells = [
                box.format(RELAYED.colour, theme.tint(RELAYED.colour), f"{RELAYED.mark} {token}")
                if at == here
                else plain.format(theme.FAINT, token)
                for at, token in enumerate(self.tokens)
            ]
            rows.append(line.format(f"after layer {layer}" if layer else "words", Markup("").join(cells)))
        caption = f"{RELAYED.mark} the position that passes {self.word(self.output + 1)} on, from the bottom up"
        return Markup('<div style="{}"><table><caption>{}</caption>{}</table></div>').format(
            theme.SCROLL, theme.inline(caption), Markup("").join(rows[::-1])
        )
