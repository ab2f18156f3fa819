"""The convention that ties labels to losses and metrics."""

IGNORE_INDEX = -100
"""Label of a position that asks for no prediction: the default `ignore_index` of torch's cross-entropy."""
