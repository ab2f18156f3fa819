# MISTAKE: where nothing at all is selected it returns the untouched ids
import torch


def mlm_labels(input_ids, selected):
    return torch.where(selected, input_ids, -100) if selected.any() else input_ids.clone()
