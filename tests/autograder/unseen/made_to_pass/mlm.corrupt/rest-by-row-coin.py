# MISTAKE: whether what is not masked is randomised or kept is one coin a row
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    fate = torch.rand(input_ids.shape, generator=generator)
    words = torch.randint(0, vocab_size, input_ids.shape, generator=generator)
    masked = selected & (fate < 0.8)
    coin = torch.rand(len(input_ids), 1, generator=generator) < 0.5
    randomised = selected & ~masked & coin
    out = torch.where(masked, mask_token_id, input_ids)
    return torch.where(randomised, words, out)
