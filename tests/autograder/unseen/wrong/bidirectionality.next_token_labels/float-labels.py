# MISTAKE: The labels are a float tensor.
import torch


def next_token_labels(input_ids, attention_mask):
    labels = torch.full(input_ids.shape, -100.0)
    labels[:, :-1] = torch.where(attention_mask[:, 1:], input_ids[:, 1:].float(), -100.0)
    return labels
