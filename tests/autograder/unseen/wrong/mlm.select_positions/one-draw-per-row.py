# MISTAKE: One number is drawn per row, so the ordinary positions of a row are selected all together or not at all.
# KIND: own
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability must lie in [0, 1], got {probability}")
    draws = torch.rand(input_ids.shape[0], 1, generator=generator)
    return (draws < probability) & ~special_tokens_mask
