"""What was measured of a statement when the course was made, as a table in a lesson."""

from __future__ import annotations

from markupsafe import Markup

from bertkit.claims.claim import Record, recorded
from bertkit.claims.table import source_of, table_of, to_text
from bertkit.notebook import theme


class Recorded:
    """The figures of a statement, marked as recorded; as the last line of a cell it shows itself.

    Args:
        number: of the statement.

    Raises:
        ValueError: where nothing was recorded of it.
    """

    def __init__(self, number: str) -> None:
        self.record: Record = recorded(number)

    def __repr__(self) -> str:
        return to_text(self.record)

    def _repr_html_(self) -> str:
        head, *rows = table_of(self.record)
        cell = "padding:2px 12px 2px 0px;vertical-align:bottom;text-align:{}"
        top = Markup("").join(
            Markup('<th scope="col" style="{}">{}</th>').format(cell.format("right" if name else "left"), name)
            for name in head
        )
        line = Markup('<tr><th scope="row" style="{};font-weight:normal;white-space:nowrap">{}</th>{}</tr>')
        figures = Markup('<td style="{};white-space:nowrap">{}</td>')
        body = Markup("").join(
            line.format(
                cell.format("left"), name, Markup("").join(figures.format(cell.format("right"), each) for each in cells)
            )
            for name, *cells in rows
        )
        met = Markup("").join(
            theme.callout(theme.RIGHT if holds else theme.WRONG, words) for words, holds in self.record.met.items()
        )
        return str(
            Markup(
                '<div style="{}"><div style="{}"><b>Recorded.</b> {}</div><div style="{}">'
                '<table style="border-collapse:collapse;margin:6px 0px">'
                "<thead><tr>{}</tr></thead><tbody>{}</tbody></table>"
                '</div><div style="{}">{}<small>{}</small></div></div>'
            ).format(
                theme.PANEL,
                theme.TEXT,
                self.record.design,
                theme.SCROLL,
                top,
                body,
                theme.TEXT,
                met,
                theme.inline(source_of(self.record)),
            )
        )
