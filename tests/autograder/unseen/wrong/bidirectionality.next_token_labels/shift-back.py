# MISTAKE: Shifted the wrong way: the label at t is the token at t - 1, with -100 at t = 0.
import torch


def next_token_labels(input_ids, attention_mask):
    labels = torch.full_like(input_ids, -100)
    labels[:, 1:] = input_ids[:, :-1]
    return labels.masked_fill(~attention_mask, -100)
