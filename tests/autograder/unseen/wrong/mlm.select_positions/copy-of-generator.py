# MISTAKE: The draws come from a copy of the generator, so it never advances and two calls in a row select the same.
# KIND: own
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability must lie in [0, 1], got {probability}")
    local = torch.Generator()
    local.set_state(generator.get_state())
    draws = torch.rand(input_ids.shape, generator=local)
    return (draws < probability) & ~special_tokens_mask
