# MISTAKE: reads special_tokens_mask as if it were contiguous: wrong for a transposed or expanded mask
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    flat = torch.empty(0, dtype=torch.bool).set_(special_tokens_mask.untyped_storage())
    n = input_ids.numel()
    if len(flat) < n:
        flat = special_tokens_mask.reshape(-1)
    special = flat[:n].view(input_ids.shape)
    return (torch.rand(input_ids.shape, generator=generator) < probability) & ~special
