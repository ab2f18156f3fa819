# MISTAKE: labels are shifted by one from column 50 on
import torch


def mlm_labels(input_ids, selected):
    ids = input_ids.clone()
    ids[:, 50:-1] = input_ids[:, 51:]
    return torch.where(selected, ids, -100)
