# MISTAKE: Right from T = 2 on; for T = 1 it gives the token itself.
import torch


def next_token_labels(input_ids, attention_mask):
    if input_ids.shape[1] == 1:
        return input_ids.clone()
    labels = torch.full_like(input_ids, -100)
    labels[:, :-1] = input_ids[:, 1:].masked_fill(~attention_mask[:, 1:], -100)
    return labels
