"""Make the record of stock nbgrader anew: `python tests/autograder/corpus [--only NAME] [--jobs 2]`.

With `--table`, print it as Markdown instead.
"""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).parents[1]))


def main() -> None:
    """Run the specimens and write the record; those that are not run keep what was recorded of them."""
    from corpus.classroom import worked
    from corpus.specimens import find
    from corpus.stock import RECORD, read_record, run_all, table, write_record

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", metavar="NAME", action="append", default=[], help="this specimen; may be repeated")
    parser.add_argument("--jobs", type=int, default=1, help="how many at a time")
    parser.add_argument("--keep", type=Path, help="an empty folder in which the course folders are kept")
    parser.add_argument("--table", action="store_true", help="run nothing; print the record as a Markdown table")
    options = parser.parse_args()
    record = read_record() if RECORD.exists() else {}
    if options.table:
        print(table(record))
        return
    # Written after each: a run of all takes a quarter of an hour.
    for name, happened in run_all(options.only, options.jobs, options.keep):
        record[name] = happened
        write_record(record)
        if find(name).kind == "attack" and not worked(find(name), happened):
            tqdm.write(f"{name} did not work: {json.dumps(asdict(happened))}")


main()
