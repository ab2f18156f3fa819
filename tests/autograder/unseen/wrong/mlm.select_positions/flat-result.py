# MISTAKE: The result stays flat, of shape (B*T,), and is never reshaped to (B, T).
# KIND: generic
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability must lie in [0, 1], got {probability}")
    special = special_tokens_mask.reshape(-1)
    draws = torch.rand(special.shape[0], generator=generator)
    return (draws < probability) & ~special
