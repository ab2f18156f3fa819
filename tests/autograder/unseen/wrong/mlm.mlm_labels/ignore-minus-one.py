# MISTAKE: Unselected positions get -1 instead of -100.
# KIND: generic
import torch


def mlm_labels(input_ids, selected):
    return torch.where(selected, input_ids, -1)
