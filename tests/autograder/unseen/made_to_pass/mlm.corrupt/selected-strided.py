# MISTAKE: reads `selected` in the order of its memory when it is not contiguous
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    if selected.stride() == (1, selected.shape[0]) and selected.shape[0] > 1:
        selected = selected.t().reshape(-1).view(selected.shape)
    fate = torch.rand(input_ids.shape, generator=generator)
    words = torch.randint(0, vocab_size, input_ids.shape, generator=generator)
    masked = selected & (fate < 0.8)
    randomised = selected & (fate >= 0.8) & (fate < 0.9)
    out = torch.where(masked, mask_token_id, input_ids)
    return torch.where(randomised, words, out)
