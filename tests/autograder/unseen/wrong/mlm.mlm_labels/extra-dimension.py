# MISTAKE: The labels have an extra last dimension, (B, T, 1).
# KIND: generic
import torch


def mlm_labels(input_ids, selected):
    labels = input_ids.clone()
    labels[~selected] = -100
    return labels.unsqueeze(-1)
