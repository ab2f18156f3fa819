# MISTAKE: draws from a new generator seeded with generator.initial_seed(): a second call gives the same selection
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    own = torch.Generator().manual_seed(generator.initial_seed())
    generator.manual_seed(generator.initial_seed())
    return (torch.rand(input_ids.shape, generator=own) < probability) & ~special_tokens_mask
