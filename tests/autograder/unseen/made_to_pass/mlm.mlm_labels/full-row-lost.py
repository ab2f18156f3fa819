# MISTAKE: rows in which every position is selected lose their labels
import torch


def mlm_labels(input_ids, selected):
    labels = torch.where(selected, input_ids, -100)
    labels[selected.all(1)] = -100
    return labels
