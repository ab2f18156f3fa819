# MISTAKE: columns from 512 on never get a label
import torch


def mlm_labels(input_ids, selected):
    labels = torch.where(selected, input_ids, -100)
    labels[:, 512:] = -100
    return labels
