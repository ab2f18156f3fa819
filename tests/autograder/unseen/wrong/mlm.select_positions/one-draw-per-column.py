# MISTAKE: One row of draws serves the whole batch, so all sequences have the same positions selected.
# KIND: own
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability must lie in [0, 1], got {probability}")
    draws = torch.rand(input_ids.shape[1], generator=generator)
    return (draws < probability) & ~special_tokens_mask
