# MISTAKE: random tokens come from the half of the vocabulary in which the original is
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    fate = torch.rand(input_ids.shape, generator=generator)
    half = max(vocab_size // 2, 1)
    words = torch.randint(0, half, input_ids.shape, generator=generator)
    words = torch.where(input_ids >= half, words + (vocab_size - half), words)
    masked = selected & (fate < 0.8)
    randomised = selected & (fate >= 0.8) & (fate < 0.9)
    out = torch.where(masked, mask_token_id, input_ids)
    return torch.where(randomised, words, out)
