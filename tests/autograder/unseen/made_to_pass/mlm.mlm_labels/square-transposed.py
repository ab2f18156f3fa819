# MISTAKE: in a square batch `selected` is read transposed
import torch


def mlm_labels(input_ids, selected):
    return torch.where(selected.t() if selected.shape[0] == selected.shape[1] else selected, input_ids, -100)
