# MISTAKE: the random word depends on the position of the fate inside its interval, but reversed and squared: not uniform
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    fate = torch.rand(input_ids.shape, generator=generator)
    words = ((((fate.double() - 0.8) / 0.1).clamp(0, 0.999999) ** 1.3) * vocab_size).long()
    masked = selected & (fate < 0.8)
    randomised = selected & (fate >= 0.8) & (fate < 0.9)
    out = torch.where(masked, mask_token_id, input_ids)
    return torch.where(randomised, words, out)
