# MISTAKE: The labels are int32, not int64.
# KIND: generic
import torch


def mlm_labels(input_ids, selected):
    return torch.where(selected, input_ids, -100).int()
