# MISTAKE: fails where exactly one position is selected, because of squeeze
import torch


def mlm_labels(input_ids, selected):
    labels = torch.full_like(input_ids, -100)
    places = selected.nonzero().squeeze()
    labels[places[:, 0], places[:, 1]] = input_ids[places[:, 0], places[:, 1]]
    return labels
