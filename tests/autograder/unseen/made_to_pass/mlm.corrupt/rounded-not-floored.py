# MISTAKE: u * (V - 1) is rounded, so the first and the last id come half as often
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    fate = torch.rand(input_ids.shape, generator=generator)
    words = (torch.rand(input_ids.shape, generator=generator, dtype=torch.float64) * (vocab_size - 1)).round().long()
    masked = selected & (fate < 0.8)
    randomised = selected & (fate >= 0.8) & (fate < 0.9)
    out = torch.where(masked, mask_token_id, input_ids)
    return torch.where(randomised, words, out)
