"""The statements of the course as experiments: each with its criterion, its seeds, and what was measured.

`bertkit claims` runs them, `recorded/` holds the results, and the lessons show these beside a smaller run of their own.
"""
