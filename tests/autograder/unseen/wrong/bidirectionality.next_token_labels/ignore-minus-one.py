# MISTAKE: The ignore value is -1 instead of -100.
import torch


def next_token_labels(input_ids, attention_mask):
    labels = torch.full_like(input_ids, -1)
    labels[:, :-1] = input_ids[:, 1:].masked_fill(~attention_mask[:, 1:], -1)
    return labels
