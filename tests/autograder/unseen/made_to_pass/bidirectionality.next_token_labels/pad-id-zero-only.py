# MISTAKE: Right for rows without padding or padded with id 0; with another pad id the label at the last real token is that pad id.
import torch


def next_token_labels(input_ids, attention_mask):
    labels = torch.full_like(input_ids, -100)
    nxt = input_ids[:, 1:]
    bad = ~attention_mask[:, :-1] | (~attention_mask[:, 1:] & (nxt == 0))
    labels[:, :-1] = nxt.masked_fill(bad, -100)
    return labels
