# MISTAKE: Shifts the flattened batch: at the end of a full row the label is the first token of the next row.
import torch


def next_token_labels(input_ids, attention_mask):
    flat = torch.cat([input_ids.reshape(-1)[1:], torch.tensor([-100])])
    ok = torch.cat([attention_mask.reshape(-1)[1:], torch.tensor([False])])
    labels = torch.where(ok, flat, torch.full_like(flat, -100)).view(input_ids.shape)
    return labels.masked_fill(~attention_mask, -100)
