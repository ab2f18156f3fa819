# RIGHT: normal draws below the quantile of p
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"cannot select with probability {probability}")
    quantile = torch.special.ndtri(torch.tensor(float(probability), dtype=torch.float64))
    draws = torch.randn(input_ids.shape, dtype=torch.float64, generator=generator)
    return (draws < quantile) & (~special_tokens_mask)
