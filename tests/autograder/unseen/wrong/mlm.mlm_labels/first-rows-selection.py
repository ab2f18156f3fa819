# MISTAKE: The selection of the first row is applied to all rows.
# KIND: own
import torch


def mlm_labels(input_ids, selected):
    return torch.where(selected[0], input_ids, -100)
