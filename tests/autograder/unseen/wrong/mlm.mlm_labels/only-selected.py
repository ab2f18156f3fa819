# MISTAKE: Only the labels of the selected positions are returned, as a 1-D tensor.
# KIND: generic
import torch


def mlm_labels(input_ids, selected):
    return input_ids[selected]
