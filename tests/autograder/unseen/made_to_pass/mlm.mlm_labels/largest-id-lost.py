# MISTAKE: the largest id of the batch never gets a label
import torch


def mlm_labels(input_ids, selected):
    return torch.where(selected & (input_ids < input_ids.max()), input_ids, -100) if (input_ids != input_ids.max()).any() else torch.where(selected, input_ids, -100)
