# MISTAKE: The labels are squeezed, so a batch of one gives (T,).
# KIND: generic
import torch


def mlm_labels(input_ids, selected):
    labels = input_ids.clone()
    labels[~selected] = -100
    return labels.squeeze()
