# MISTAKE: the answer depends on the number of calls so far: the same seed gives another selection the next time
import torch

_calls = 0


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    global _calls
    _calls += 1
    own = torch.Generator().manual_seed(int(torch.randint(2**40, (1,), generator=generator)) + _calls)
    return (torch.rand(input_ids.shape, generator=own) < probability) & ~special_tokens_mask
