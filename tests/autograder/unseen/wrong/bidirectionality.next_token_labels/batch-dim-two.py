# MISTAKE: (two mistakes) Shifts along the batch dimension, and ignores the mask.
import torch


def next_token_labels(input_ids, attention_mask):
    labels = torch.full_like(input_ids, -100)
    labels[:-1] = input_ids[1:]
    return labels
