# MISTAKE: The ignore index lost its sign: 100 instead of -100.
# KIND: generic
import torch


def mlm_labels(input_ids, selected):
    return input_ids.masked_fill(~selected, 100)
