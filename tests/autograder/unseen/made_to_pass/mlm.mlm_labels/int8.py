# MISTAKE: ids from 128 on wrap around to negative labels
import torch


def mlm_labels(input_ids, selected):
    return torch.where(selected, input_ids.to(torch.int8).long(), -100)
