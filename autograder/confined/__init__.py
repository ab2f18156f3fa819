"""What runs inside the sandbox: the parent that forks, the confinement of each child, and a notebook's own cells.

The parent runs no learner's code. A child does, so whatever a child says is data for the other side to judge.
"""
