# MISTAKE: Token id 0 at a selected position becomes -100, because zeros of the product are taken for unselected.
# KIND: own
import torch


def mlm_labels(input_ids, selected):
    labels = input_ids * selected
    labels[labels == 0] = -100
    return labels
