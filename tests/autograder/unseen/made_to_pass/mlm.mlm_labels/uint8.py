# MISTAKE: ids from 256 on wrap around, being stored in a byte on the way
import torch


def mlm_labels(input_ids, selected):
    return torch.where(selected, input_ids.to(torch.uint8).long(), -100)
