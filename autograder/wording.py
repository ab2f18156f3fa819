"""Text of others, made fit to stand in our lines: one printable line, or escaped HTML."""

import re

from markupsafe import Markup, escape

LONGEST_SHOWN = 300
"""Characters of a path or a name in a message."""


def quoted(text: str, limit: int = 100) -> str:
    """A learner's own text, fit to stand in one of our lines: one line, printable, not long."""
    line = "".join(letter if letter.isprintable() else "?" for letter in " ".join(text[: 20 * limit].split()))
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def marked_up(text: str) -> Markup:
    """Escaped HTML of a line, with `code` and *emphasis* as Markdown has them; nothing else is markup."""
    escaped = re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text)))
    emphasised = re.sub(r"(?<![\w*])\*(\w[^*<>]*)\*(?![\w*])", r"<em>\1</em>", escaped)
    return Markup(emphasised)  # noqa: S704 - escaped before it is marked up


def printable(text: str) -> str:
    """`text` with whatever could disturb a terminal or a log written as an escape, and cut in the middle if it is long.

    A name in a ZIP file can have 65,535 bytes.
    """
    text = text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN // 2]} ... {text[-LONGEST_SHOWN // 2 :]}"
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)
