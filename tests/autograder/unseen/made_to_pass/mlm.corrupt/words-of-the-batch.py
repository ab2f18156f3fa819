# MISTAKE: random tokens are drawn from the tokens of the batch, not of the vocabulary
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    fate = torch.rand(input_ids.shape, generator=generator)
    flat = input_ids.reshape(-1)
    words = flat[torch.randint(0, len(flat), input_ids.shape, generator=generator)]
    masked = selected & (fate < 0.8)
    randomised = selected & (fate >= 0.8) & (fate < 0.9)
    out = torch.where(masked, mask_token_id, input_ids)
    return torch.where(randomised, words, out)
