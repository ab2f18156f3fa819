"""A certificate's page: one HTML file that needs nothing else, readable without scripts, light, dark and on paper."""

import platform
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from markupsafe import Markup

MADE_BY = "autograder certificate"
"""The command. Who has made a file stands at its head, by which it is known again."""
HEAD_BYTES = 2000
DISTRIBUTIONS = ("bert-training-course", "torch", "tokenizers", "transformers")

# What a browser does not show, or shows in another order than it stands there.
UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)


@dataclass(frozen=True)
class Table:
    """One part of the page."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    note: str = ""
    """Below the title, where there is something to say."""

    def to_text(self) -> str:
        """As lines with aligned columns."""
        lines = [self.title, *([self.note] if self.note else [])]
        widths = [max(map(len, column)) for column in zip(*self.rows, strict=True)] if self.rows else []
        for row in self.rows:
            lines.append("  " + "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip())
        return "\n".join(lines)

    def to_html(self) -> Markup:
        """A heading and a table; every cell is text."""
        head = Markup("").join(map(HEADING.format, self.columns))
        body = Markup("").join(ROW.format(Markup("").join(map(CELL.format, row))) for row in self.rows)
        note = PARAGRAPH.format(self.note) if self.note else ""
        return TABLE.format(title=self.title, note=note, head=head, body=body if self.rows else "")


def page(title: str, made_by: str, said: Sequence[str], tables: Sequence[Table], when: datetime) -> str:
    """The HTML of a whole page. All that is given is text, and is escaped."""
    text = PAGE.format(
        title=title,
        made_by=made_by,
        style=STYLE,
        said=Markup("").join(map(PARAGRAPH.format, said)),
        tables=Markup("").join(table.to_html() for table in tables),
        when=f"{when:%Y-%m-%d %H:%M %Z}",
        versions=", ".join(f"{name} {number}" for name, number in versions().items()),
    )
    return UNPRINTABLE.sub("�", text)


def versions() -> dict[str, str]:
    """Of Python, the course and the libraries that figures depend on; those that are not installed are left out."""
    found = {"Python": platform.python_version()}
    for name in DISTRIBUTIONS:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def is_certificate(path: Path, made_by: str) -> bool:
    """Whether what is at `path` was written as a certificate, a page or JSON, by the same as is to write it now."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return f'"{made_by}"'.encode() in file.read(HEAD_BYTES)


# Literals; `format` escapes all that is put into them and is no Markup itself.
STYLE = Markup(
    ":root{color-scheme:light dark}"
    "body{font-family:system-ui,sans-serif;line-height:1.5;max-width:64rem;margin:2rem auto;padding:0 1rem}"
    "p{max-width:52rem}"
    "table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;vertical-align:top;padding:.25rem .75rem .25rem 0;border-bottom:1px solid #8888}"
    "td{overflow-wrap:anywhere}h2{font-size:1.1rem;margin:2rem 0 .5rem}footer{margin-top:2rem;opacity:.8}"
    "@media print{body{max-width:none;margin:0}tr{break-inside:avoid}}"
)
PAGE = Markup(
    '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta name="generator" content="{made_by}">\n'
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{title}</title>\n'
    "<style>{style}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n{said}{tables}</main>\n"
    "<footer>{when}. {versions}.</footer>\n</body>\n</html>\n"
)
TABLE = Markup(
    "<section>\n<h2>{title}</h2>\n{note}<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>\n"
    "</section>\n"
)
# With the style in place: in a notebook the page's own is not there, and Jupyter sets numbers, not words.
HEADING = Markup('<th scope="col" style="text-align:left">{}</th>')
ROW = Markup("<tr>{}</tr>\n")
CELL = Markup('<td style="text-align:left">{}</td>')
PARAGRAPH = Markup("<p>{}</p>\n")
