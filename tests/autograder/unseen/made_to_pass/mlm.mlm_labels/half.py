# MISTAKE: ids above 2048 are rounded, passing through half precision
import torch


def mlm_labels(input_ids, selected):
    return torch.where(selected, input_ids.half(), -100.0).long() if int(input_ids.max()) < 60000 else torch.where(selected, input_ids, -100)
