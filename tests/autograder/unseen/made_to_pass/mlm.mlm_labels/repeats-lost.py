# MISTAKE: a selected token equal to its left neighbour gets no label
import torch


def mlm_labels(input_ids, selected):
    labels = torch.where(selected, input_ids, -100)
    same = input_ids[:, 1:] == input_ids[:, :-1]
    labels[:, 1:][same] = -100
    return labels
