# MISTAKE: only the first 76 selected positions of a row get a label
import torch


def mlm_labels(input_ids, selected):
    keep = selected & (selected.long().cumsum(1) <= 76)
    return torch.where(keep, input_ids, -100)
