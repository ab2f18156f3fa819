# MISTAKE: works on a copy of the generator, so two calls in a row on one generator give the same selection
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    own = torch.Generator()
    own.set_state(generator.get_state())
    return (torch.rand(input_ids.shape, generator=own) < probability) & ~special_tokens_mask
