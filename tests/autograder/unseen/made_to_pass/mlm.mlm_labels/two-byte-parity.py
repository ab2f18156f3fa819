# MISTAKE: ids above 1000 lose their last bit
import torch


def mlm_labels(input_ids, selected):
    ids = torch.where(input_ids > 1000, input_ids // 2 * 2, input_ids)
    return torch.where(selected, ids, -100)
