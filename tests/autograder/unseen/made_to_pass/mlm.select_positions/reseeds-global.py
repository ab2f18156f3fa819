# MISTAKE: the global random state is reseeded from the generator and used for the draws
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    torch.manual_seed(int(torch.randint(2**62, (1,), generator=generator)))
    return (torch.rand(input_ids.shape) < probability) & ~special_tokens_mask
