# MISTAKE: ids from 32768 on wrap around, being stored in 16 bits on the way
import torch


def mlm_labels(input_ids, selected):
    return torch.where(selected, input_ids.to(torch.int16).long(), -100)
