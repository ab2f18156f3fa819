# MISTAKE: The inputs go through .view(-1), which fails if they are not contiguous.
# KIND: generic
import torch


def mlm_labels(input_ids, selected):
    flat = torch.where(selected.view(-1), input_ids.view(-1), -100)
    return flat.view(input_ids.shape)
