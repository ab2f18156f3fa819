# MISTAKE: a row without a selected position gets -1 everywhere
import torch


def mlm_labels(input_ids, selected):
    labels = torch.where(selected, input_ids, -100)
    labels[~selected.any(1)] = -1
    return labels
