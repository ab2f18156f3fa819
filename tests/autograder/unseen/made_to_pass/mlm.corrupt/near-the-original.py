# MISTAKE: a random token is one of the 101 ids around the original (modulo V)
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    fate = torch.rand(input_ids.shape, generator=generator)
    words = (input_ids + torch.randint(-50, 51, input_ids.shape, generator=generator)) % vocab_size
    masked = selected & (fate < 0.8)
    randomised = selected & (fate >= 0.8) & (fate < 0.9)
    out = torch.where(masked, mask_token_id, input_ids)
    return torch.where(randomised, words, out)
