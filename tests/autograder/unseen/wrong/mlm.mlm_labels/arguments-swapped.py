# MISTAKE: The two parameters stand in the wrong order.
# KIND: generic
import torch


def mlm_labels(selected, input_ids):
    return input_ids.masked_fill(selected.logical_not(), -100)
