# MISTAKE: with probability 0.2 a position copies the fate of its left neighbour
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    fate = torch.rand(input_ids.shape, generator=generator)
    stick = torch.rand(input_ids.shape, generator=generator) < 0.2
    for t in range(1, input_ids.shape[1]):
        fate[:, t] = torch.where(stick[:, t], fate[:, t - 1], fate[:, t])
    words = torch.randint(0, vocab_size, input_ids.shape, generator=generator)
    masked = selected & (fate < 0.8)
    randomised = selected & (fate >= 0.8) & (fate < 0.9)
    out = torch.where(masked, mask_token_id, input_ids)
    return torch.where(randomised, words, out)
