# MISTAKE: The -100s are written into input_ids itself.
# KIND: generic
import torch


def mlm_labels(input_ids, selected):
    labels = input_ids
    labels[~selected] = -100
    return labels
