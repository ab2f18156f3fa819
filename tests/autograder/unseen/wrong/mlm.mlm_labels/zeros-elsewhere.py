# MISTAKE: Unselected positions get 0, from multiplying by the mask.
# KIND: generic
import torch


def mlm_labels(input_ids, selected):
    return input_ids * selected
