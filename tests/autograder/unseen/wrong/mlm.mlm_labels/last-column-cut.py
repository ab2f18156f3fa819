# MISTAKE: The last position is cut off, so the labels are (B, T - 1).
# KIND: generic
import torch


def mlm_labels(input_ids, selected):
    labels = input_ids.clone()
    labels[~selected] = -100
    return labels[:, :-1]
