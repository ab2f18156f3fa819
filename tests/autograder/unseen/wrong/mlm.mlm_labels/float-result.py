# MISTAKE: The labels are float.
# KIND: generic
import torch


def mlm_labels(input_ids, selected):
    return torch.where(selected, input_ids.float(), -100.0)
