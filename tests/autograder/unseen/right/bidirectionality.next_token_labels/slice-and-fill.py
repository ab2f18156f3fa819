# RIGHT: slices and masked_fill
import torch


def next_token_labels(input_ids, attention_mask):
    labels = torch.full_like(input_ids, -100)
    labels[:, :-1] = input_ids[:, 1:].masked_fill(~attention_mask[:, 1:], -100)
    return labels
