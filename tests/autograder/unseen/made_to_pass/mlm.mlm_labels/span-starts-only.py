# MISTAKE: of neighbouring selected positions only the first gets a label
import torch


def mlm_labels(input_ids, selected):
    keep = selected.clone()
    keep[:, 1:] &= ~selected[:, :-1]
    return torch.where(keep, input_ids, -100)
