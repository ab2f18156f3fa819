# MISTAKE: fails for input that is not contiguous, using view
import torch


def mlm_labels(input_ids, selected):
    return torch.where(selected.view(-1), input_ids.view(-1), -100).view(input_ids.shape)
