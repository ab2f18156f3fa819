# MISTAKE: in a batch of one position the ignore value is -1
import torch


def mlm_labels(input_ids, selected):
    return torch.where(selected, input_ids, -100) if input_ids.numel() > 1 else torch.where(selected, input_ids, -1)
