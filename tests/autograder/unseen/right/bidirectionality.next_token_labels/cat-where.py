# RIGHT: cat of the shifted tensors, then where
import torch


def _shift_left(x, fill):
    return torch.cat((x[:, 1:], torch.full_like(x[:, :1], fill)), dim=1)


def next_token_labels(input_ids, attention_mask):
    return torch.where(_shift_left(attention_mask, False), _shift_left(input_ids, -100), -100)
