# MISTAKE: ids above 30521 are clamped to it
import torch


def mlm_labels(input_ids, selected):
    return torch.where(selected, input_ids.clamp(max=30521), -100)
