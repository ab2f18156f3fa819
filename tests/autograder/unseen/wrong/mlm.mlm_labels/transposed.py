# MISTAKE: The labels are returned transposed, as (T, B).
# KIND: generic
import torch


def mlm_labels(input_ids, selected):
    return torch.where(selected, input_ids, -100).T
