# MISTAKE: At the last real token of a padded row the label is the pad token; full rows are right.
import torch


def next_token_labels(input_ids, attention_mask):
    labels = torch.full_like(input_ids, -100)
    labels[:, :-1] = input_ids[:, 1:]
    return labels.masked_fill(~attention_mask, -100)
