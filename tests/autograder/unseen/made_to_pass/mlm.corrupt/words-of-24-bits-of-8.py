# MISTAKE: random tokens are a byte scaled to the vocabulary: with V > 256 only 256 ids can come, with V = 100 they are not uniform
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    fate = torch.rand(input_ids.shape, generator=generator)
    words = torch.randint(0, 256, input_ids.shape, generator=generator) * vocab_size // 256
    masked = selected & (fate < 0.8)
    randomised = selected & (fate >= 0.8) & (fate < 0.9)
    out = torch.where(masked, mask_token_id, input_ids)
    return torch.where(randomised, words, out)
