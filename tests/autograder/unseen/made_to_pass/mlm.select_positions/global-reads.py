# MISTAKE: the global random state is mixed into the seed (and put back), so the same generator seed does not fix the answer
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    with torch.random.fork_rng(devices=[]):
        salt = int(torch.randint(2**30, (1,)))
    own = torch.Generator().manual_seed(int(torch.randint(2**60, (1,), generator=generator)) ^ salt)
    return (torch.rand(input_ids.shape, generator=own) < probability) & ~special_tokens_mask
