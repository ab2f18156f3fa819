# MISTAKE: for a batch of more than four rows the special positions of the first row are used for all rows
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    special = special_tokens_mask[:1].expand_as(special_tokens_mask) if len(input_ids) > 4 else special_tokens_mask
    return (torch.rand(input_ids.shape, generator=generator) < probability) & ~special
