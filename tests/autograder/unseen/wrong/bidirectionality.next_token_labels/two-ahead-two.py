# MISTAKE: (two mistakes) The label is the token two places ahead, and the mask is not used.
import torch


def next_token_labels(input_ids, attention_mask):
    labels = torch.full_like(input_ids, -100)
    labels[:, :-2] = input_ids[:, 2:]
    return labels
