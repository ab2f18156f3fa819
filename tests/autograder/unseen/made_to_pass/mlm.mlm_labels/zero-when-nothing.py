# MISTAKE: where nothing at all is selected the labels are zeros
import torch


def mlm_labels(input_ids, selected):
    return torch.where(selected, input_ids, -100) if selected.any() else torch.zeros_like(input_ids)
