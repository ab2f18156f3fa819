# MISTAKE: The length of the first row is used for all rows.
import torch


def next_token_labels(input_ids, attention_mask):
    n = int(attention_mask[0].sum())
    labels = torch.full_like(input_ids, -100)
    if n > 1:
        labels[:, : n - 1] = input_ids[:, 1:n]
    return labels
