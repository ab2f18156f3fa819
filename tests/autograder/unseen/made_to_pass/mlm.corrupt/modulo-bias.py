# MISTAKE: random tokens are a byte pair modulo V: with V = 50000 the ids below 15536 come twice as often
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    fate = torch.rand(input_ids.shape, generator=generator)
    words = torch.randint(0, 65536, input_ids.shape, generator=generator) % vocab_size
    masked = selected & (fate < 0.8)
    randomised = selected & (fate >= 0.8) & (fate < 0.9)
    out = torch.where(masked, mask_token_id, input_ids)
    return torch.where(randomised, words, out)
