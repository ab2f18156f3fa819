"""Attacks and accidents: submissions that gain points, read what they should not or stop a class.

There are 75 attacks and 86 accidents, and every one is handed in like a student's work. `stock` runs 70 and 85 of them
through nbgrader as it comes, and every attack works there; the record is in `stock.json`, made anew by
`python tests/autograder/corpus`, and shown by its `--table`. Attacks do what they say: run them only where whatever
they reach may be thrown away, as `stock` does, or in a sandbox.
"""
