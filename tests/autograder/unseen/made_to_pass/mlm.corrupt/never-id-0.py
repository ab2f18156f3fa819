# MISTAKE: random tokens are drawn from [1, V)
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    fate = torch.rand(input_ids.shape, generator=generator)
    words = torch.randint(1, max(vocab_size, 2), input_ids.shape, generator=generator).clamp(max=vocab_size - 1)
    masked = selected & (fate < 0.8)
    randomised = selected & (fate >= 0.8) & (fate < 0.9)
    out = torch.where(masked, mask_token_id, input_ids)
    return torch.where(randomised, words, out)
