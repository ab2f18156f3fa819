# MISTAKE: a mask_token_id at the end of the vocabulary is not used: clamped to V - 2
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    mask_token_id = min(mask_token_id, max(vocab_size - 2, 0))
    fate = torch.rand(input_ids.shape, generator=generator)
    words = torch.randint(0, vocab_size, input_ids.shape, generator=generator)
    masked = selected & (fate < 0.8)
    randomised = selected & (fate >= 0.8) & (fate < 0.9)
    out = torch.where(masked, mask_token_id, input_ids)
    return torch.where(randomised, words, out)
