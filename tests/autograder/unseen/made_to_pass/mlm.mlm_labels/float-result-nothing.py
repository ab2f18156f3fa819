# MISTAKE: the result is a float tensor where nothing is selected
import torch


def mlm_labels(input_ids, selected):
    return torch.where(selected, input_ids, -100) if selected.any() else torch.full(input_ids.shape, -100.0)
