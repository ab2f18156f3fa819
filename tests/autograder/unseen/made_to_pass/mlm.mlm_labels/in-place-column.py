# MISTAKE: sets the first column of the caller's `selected` to False
import torch


def mlm_labels(input_ids, selected):
    selected[:, 0] = False
    return torch.where(selected, input_ids, -100)
