# MISTAKE: takes for special the first True run and everything from the first True after it, so an ordinary token behind a special one in the middle is never selected
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    inner = special_tokens_mask.clone()
    inner[:, 0] = False
    special = (inner.long().cumsum(1) > 0) | special_tokens_mask
    # a pair has two [SEP]: the first of them does not end the row
    second = inner.long().cumsum(1) > 1
    special = torch.where(inner.sum(1, keepdim=True) > 1, second | special_tokens_mask, special)
    return (torch.rand(input_ids.shape, generator=generator) < probability) & ~special
