# MISTAKE: inverts the caller's `selected` in place; labels are right
import torch


def mlm_labels(input_ids, selected):
    return input_ids.masked_fill(selected.logical_not_(), -100)
