# MISTAKE: a selected token with id 103 ([MASK] of the released vocabulary) gets -100
import torch


def mlm_labels(input_ids, selected):
    return torch.where(selected & (input_ids != 103), input_ids, -100)
