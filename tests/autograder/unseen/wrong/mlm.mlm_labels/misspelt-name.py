# MISTAKE: The function is called mlm_label.
# KIND: generic
import torch


def mlm_label(input_ids, selected):
    return torch.where(selected, input_ids, -100)
