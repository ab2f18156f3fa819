"""A record as rows for people to read: means, intervals, units."""

from bertkit.claims.claim import Interval, Record


def figure(value: Interval, unit: str) -> str:
    """A mean with its interval, with as many digits as the interval leaves meaning.

    >>> figure(Interval(0.9994, 0.0004, 3), "%"), figure(Interval(0.575, 0.012, 3), "nats")
    ('99.94 ± 0.04 %', '0.575 ± 0.012 nats')
    """
    scale = 100 if unit == "%" else 1
    mean, half = scale * value.mean, scale * value.half
    digits = next((digits for digits, least in ((0, 1.5), (1, 0.15), (2, 0.015)) if half >= least), 3)
    # Without an interval it is a single run, or all came out the same.
    text = f"{mean:.{digits}f} ± {half:.{digits}f}" if value.half else f"{mean:.4g}"
    return f"{text} {unit}".rstrip()


def table_of(record: Record) -> list[list[str]]:
    """A head and one row for each row of the record; an empty text where a row has no such figure."""
    columns = list(record.columns)
    rows = [["", *columns]]
    first = next(iter(record.runs.values())).figures
    for row in record.rows:
        cells = [
            figure(record.interval(row, each), record.columns[each]) if each in first[row] else "" for each in columns
        ]
        rows.append([row, *cells])
    return rows


def source_of(record: Record) -> str:
    """Where the figures are from, in a sentence."""
    seeds = len(record.runs)
    spread = ", mean and 95 % interval of the mean" if seeds > 1 else ""
    return (
        f"Recorded with `{record.command}` over {seeds} seed{'s' * (seeds != 1)}{spread}; "
        f"{record.seconds.mean:.0f} s of one processor each, {record.processor}."
    )


def to_text(record: Record) -> str:
    """The whole record as plain text."""
    rows = table_of(record)
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = []
    for name, *cells in rows:
        aligned = [cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True)]
        lines.append("  ".join([name.ljust(widths[0]), *aligned]).rstrip())
    met = [f"{'✔' if holds else '✘'} {words}" for words, holds in record.met.items()]
    head = f"{record.number}. {record.says}"
    return "\n".join([head, record.design, "", *lines, "", *met, source_of(record)])
