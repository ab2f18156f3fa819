# MISTAKE: a selected token with id 4 ([MASK]) gets -100
import torch


def mlm_labels(input_ids, selected):
    return torch.where(selected & (input_ids != 4), input_ids, -100)
