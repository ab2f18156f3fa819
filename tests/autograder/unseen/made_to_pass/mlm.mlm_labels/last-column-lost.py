# MISTAKE: the last column never gets a label
import torch


def mlm_labels(input_ids, selected):
    labels = torch.where(selected, input_ids, -100)
    if labels.shape[1] > 1:
        labels[:, -1] = -100
    return labels
