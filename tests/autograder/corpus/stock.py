"""The record of what nbgrader, as it comes, does with the specimens."""

import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from html import escape
from pathlib import Path

from tqdm import tqdm

from .base import MAX_POINTS, Specimen
from .classroom import Happened, broken_promises, run
from .course import make_place
from .specimens import SPECIMENS, find

RECORD = Path(__file__).with_name("stock.json")


def read_record() -> dict[str, Happened]:
    """The record, by specimen."""
    content = json.loads(RECORD.read_text(encoding="utf-8"))
    return {name: Happened(**entry) for name, entry in content.items()}


def write_record(record: dict[str, Happened]) -> None:
    """Write it in the order of the specimens."""
    content = {
        each.name: asdict(record[each.name]) for each in SPECIMENS if each.name in record and each.only_ours is None
    }
    RECORD.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def table(record: Mapping[str, Happened]) -> str:
    """The specimens as Markdown: what each does, what stock nbgrader did with it, and what it is worth here.

    Raises `KeyError` naming a specimen that should be on record and is not.
    """
    kinds = Counter(specimen.kind for specimen in SPECIMENS)
    lines = [
        f"{kinds['attack']} attacks and {kinds['accident']} accidents, worth up to {MAX_POINTS:g} points.",
        "",
        "| name | kind | what | stock nbgrader | here |",
        "| --- | --- | --- | --- | --- |",
    ]
    for each in SPECIMENS:
        stock = in_words(each, record[each.name]) if each.only_ours is None else f"not run: {each.only_ours}"
        here = f"{each.deserves:g} points" if each.exact else f"{each.deserves:g} points at most"
        cells = [f"`{each.name}`", each.kind, *(escape(text, quote=False) for text in (each.what, stock, here))]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def in_words(specimen: Specimen, happened: Happened) -> str:
    """The harm that was done; where there was none, the points."""
    points = "no points" if happened.points is None else f"{happened.points:g} points"
    return "; ".join(broken_promises(specimen, happened)) or points


def run_all(names: Sequence[str], jobs: int, keep: Path | None = None) -> Iterator[tuple[str, Happened]]:
    """Run the specimens named, all that stock can run where none is, some at a time, with a progress bar.

    Args:
        names: of specimens.
        jobs: how many at a time.
        keep: where the course folders stay; they are deleted if None.

    Yields:
        Names and what happened, in the order given, as soon as there is something.
    """
    chosen = [find(name) for name in names] or [each for each in SPECIMENS if each.only_ours is None]
    with tempfile.TemporaryDirectory(prefix="corpus-") as temporary:
        root = keep or Path(temporary)
        templates = {
            classic: make_place(root / ("asserts" if classic else "checks"), classic)
            for classic in sorted({specimen.classic for specimen in chosen})
        }

        def run_one(specimen: Specimen) -> Happened:
            folder = root / specimen.name
            happened = run(specimen, templates[specimen.classic], folder)
            if keep is None:
                shutil.rmtree(folder, ignore_errors=True)
            return happened

        with ThreadPoolExecutor(jobs) as pool:
            results = tqdm(pool.map(run_one, chosen), total=len(chosen), desc="stock nbgrader", unit="specimen")
            for specimen, happened in zip(chosen, results, strict=True):
                yield specimen.name, happened
