# MISTAKE: Position 0 is always -100, as if [CLS] were always there.
# KIND: own
import torch


def mlm_labels(input_ids, selected):
    labels = input_ids.clone()
    labels[~selected] = -100
    labels[:, 0] = -100
    return labels
