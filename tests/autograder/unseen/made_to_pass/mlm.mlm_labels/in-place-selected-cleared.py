# MISTAKE: clears the caller's `selected` once the labels are made
import torch


def mlm_labels(input_ids, selected):
    labels = torch.where(selected, input_ids, -100)
    selected.zero_()
    return labels
