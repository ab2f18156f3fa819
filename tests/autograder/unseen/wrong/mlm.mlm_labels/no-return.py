# MISTAKE: The labels are built and not returned.
# KIND: generic
import torch


def mlm_labels(input_ids, selected):
    labels = input_ids.clone()
    labels[~selected] = -100
