# MISTAKE: a batch of one row gives a tensor of shape (T,)
import torch


def mlm_labels(input_ids, selected):
    return torch.where(selected, input_ids, -100).squeeze(0)
