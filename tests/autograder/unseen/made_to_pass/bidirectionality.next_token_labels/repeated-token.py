# MISTAKE: A label equal to the token before it is dropped: wrong only where a real token stands twice in a row.
import torch


def next_token_labels(input_ids, attention_mask):
    labels = torch.full_like(input_ids, -100)
    same = input_ids[:, 1:] == input_ids[:, :-1]
    labels[:, :-1] = input_ids[:, 1:].masked_fill(same | ~attention_mask[:, 1:], -100)
    return labels
