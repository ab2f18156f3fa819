# MISTAKE: The caller's selected mask is inverted in place.
# KIND: generic
import torch


def mlm_labels(input_ids, selected):
    labels = input_ids.clone()
    selected.logical_not_()
    labels[selected] = -100
    return labels
