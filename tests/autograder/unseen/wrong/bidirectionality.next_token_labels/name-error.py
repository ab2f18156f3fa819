# MISTAKE: Crashes with NameError: labels is called label in the last line.
import torch


def next_token_labels(input_ids, attention_mask):
    labels = torch.full_like(input_ids, -100)
    labels[:, :-1] = input_ids[:, 1:].masked_fill(~attention_mask[:, 1:], -100)
    return label
