# MISTAKE: a selected token with id 0 gets -100
import torch


def mlm_labels(input_ids, selected):
    labels = input_ids * selected
    return torch.where(labels == 0, -100, labels)
