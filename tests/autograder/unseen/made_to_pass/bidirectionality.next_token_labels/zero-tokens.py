# MISTAKE: Uses the mask, but a real token with id 0 is never a label.
import torch


def next_token_labels(input_ids, attention_mask):
    labels = torch.full_like(input_ids, -100)
    keep = attention_mask[:, 1:] & (input_ids[:, 1:] != 0)
    labels[:, :-1] = torch.where(keep, input_ids[:, 1:], torch.tensor(-100))
    return labels
