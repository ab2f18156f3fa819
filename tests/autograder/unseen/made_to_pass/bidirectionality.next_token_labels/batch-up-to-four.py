# MISTAKE: Rows after the fourth keep -100 everywhere.
import torch


def next_token_labels(input_ids, attention_mask):
    labels = torch.full_like(input_ids, -100)
    for b in range(min(4, len(input_ids))):
        n = int(attention_mask[b].sum())
        labels[b, : max(n - 1, 0)] = input_ids[b, 1 : max(n, 1)]
    return labels
