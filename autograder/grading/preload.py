"""Imports the hidden tests of every exercise, so that whoever forks from this process begins with them."""

from autograder import hidden
from autograder.exercises import CATALOGUE

for exercise in CATALOGUE:
    hidden.load(exercise.id)
