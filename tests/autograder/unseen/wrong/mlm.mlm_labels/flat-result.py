# MISTAKE: The labels are returned flat, (B*T,), as the loss needs them later.
# KIND: generic
import torch


def mlm_labels(input_ids, selected):
    labels = input_ids.clone()
    labels[~selected] = -100
    return labels.reshape(-1)
