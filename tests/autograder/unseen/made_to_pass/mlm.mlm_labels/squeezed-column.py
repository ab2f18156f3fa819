# MISTAKE: a batch of one column gives a tensor of shape (B,)
import torch


def mlm_labels(input_ids, selected):
    labels = torch.where(selected, input_ids, -100)
    return labels.squeeze(1) if labels.shape[0] > 1 else labels
