# MISTAKE: copies of a token inside one row share one draw
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    tables = torch.rand(len(input_ids), int(input_ids.max()) + 1, generator=generator)
    return (tables.gather(1, input_ids) < probability) & ~special_tokens_mask
