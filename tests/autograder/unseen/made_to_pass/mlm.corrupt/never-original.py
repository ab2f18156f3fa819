# MISTAKE: a random token is never the original one: an offset of 1 to V - 1 is added
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    fate = torch.rand(input_ids.shape, generator=generator)
    words = torch.randint(1, max(vocab_size, 2), input_ids.shape, generator=generator)
    words = (input_ids + words) % vocab_size
    masked = selected & (fate < 0.8)
    randomised = selected & (fate >= 0.8) & (fate < 0.9)
    out = torch.where(masked, mask_token_id, input_ids)
    return torch.where(randomised, words, out)
