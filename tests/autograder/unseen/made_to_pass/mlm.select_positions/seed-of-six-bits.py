# MISTAKE: only 64 different selections are possible for a shape: the draws come from a generator whose seed is a number below 64
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    seed = int(torch.randint(64, (1,), generator=generator))
    own = torch.Generator().manual_seed(seed)
    return (torch.rand(input_ids.shape, generator=own) < probability) & ~special_tokens_mask
