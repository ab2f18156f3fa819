# MISTAKE: the generator advances by a draw that is thrown away, but the selection comes from its initial seed: two calls give the same
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    torch.rand(1, generator=generator)
    own = torch.Generator().manual_seed(generator.initial_seed())
    return (torch.rand(input_ids.shape, generator=own) < probability) & ~special_tokens_mask
