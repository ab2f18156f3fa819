# MISTAKE: The label at the last but one real token is dropped as well.
import torch


def next_token_labels(input_ids, attention_mask):
    labels = torch.full_like(input_ids, -100)
    for b in range(input_ids.shape[0]):
        n = int(attention_mask[b].sum())
        for t in range(n - 2):
            labels[b, t] = input_ids[b, t + 1]
    return labels
