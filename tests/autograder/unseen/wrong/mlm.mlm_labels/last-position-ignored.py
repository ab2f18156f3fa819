# MISTAKE: The last position is always -100, as for next-token labels.
# KIND: own
import torch


def mlm_labels(input_ids, selected):
    labels = input_ids.clone()
    labels[~selected] = -100
    labels[:, -1] = -100
    return labels
