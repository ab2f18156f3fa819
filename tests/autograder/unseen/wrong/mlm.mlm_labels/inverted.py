# MISTAKE: The labels are ignored where selected and given where not.
# KIND: generic
import torch


def mlm_labels(input_ids, selected):
    labels = input_ids.clone()
    labels[selected] = -100
    return labels
