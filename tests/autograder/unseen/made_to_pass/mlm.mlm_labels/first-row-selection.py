# MISTAKE: from five rows on, the selection of the first row is used for all rows
import torch


def mlm_labels(input_ids, selected):
    return torch.where(selected[:1].expand_as(selected) if len(selected) > 4 else selected, input_ids, -100)
