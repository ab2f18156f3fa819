# MISTAKE: Goes through float16: ids above 2048 are rounded.
import torch


def next_token_labels(input_ids, attention_mask):
    labels = torch.full(input_ids.shape, -100.0, dtype=torch.float16)
    labels[:, :-1] = input_ids[:, 1:].half().masked_fill(~attention_mask[:, 1:], -100)
    return labels.long()
