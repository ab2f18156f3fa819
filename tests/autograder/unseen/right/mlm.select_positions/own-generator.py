# RIGHT: a second generator seeded by a 62-bit draw of the first
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    try:
        assert 0 <= probability <= 1
    except AssertionError:
        raise ValueError(f"need 0 <= probability <= 1, got {probability}") from None
    inner = torch.Generator(device="cpu")
    inner.manual_seed(torch.randint(0, 2**62, (), generator=generator).item())
    survivors = 1 - torch.rand(input_ids.shape, generator=inner, dtype=torch.float64)
    return (survivors > 1 - probability if probability < 1 else survivors > -1) & special_tokens_mask.eq(False)
