# MISTAKE: the first column never gets a label, as if it always held [CLS]
import torch


def mlm_labels(input_ids, selected):
    labels = torch.where(selected, input_ids, -100)
    if labels.shape[1] > 1:
        labels[:, 0] = -100
    return labels
