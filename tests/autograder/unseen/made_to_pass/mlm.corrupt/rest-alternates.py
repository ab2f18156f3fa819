# MISTAKE: of what is not masked every second position is randomised, the next kept
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    fate = torch.rand(input_ids.shape, generator=generator)
    words = torch.randint(0, vocab_size, input_ids.shape, generator=generator)
    masked = selected & (fate < 0.8)
    rest = selected & ~masked
    randomised = rest & (rest.reshape(-1).long().cumsum(0).view(rest.shape) % 2 == 1)
    out = torch.where(masked, mask_token_id, input_ids)
    return torch.where(randomised, words, out)
