# MISTAKE: Padding is found by id 0 and not by the mask: real tokens with id 0 get -100 and another pad id counts as real.
import torch


def next_token_labels(input_ids, attention_mask):
    labels = torch.full_like(input_ids, -100)
    nxt = input_ids[:, 1:]
    labels[:, :-1] = torch.where(nxt != 0, nxt, torch.full_like(nxt, -100))
    return labels
