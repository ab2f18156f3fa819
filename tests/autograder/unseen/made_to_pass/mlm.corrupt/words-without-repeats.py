# MISTAKE: random tokens of a call never repeat (a permutation of the vocabulary) while there are enough
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    fate = torch.rand(input_ids.shape, generator=generator)
    n = input_ids.numel()
    order = torch.cat([torch.randperm(vocab_size, generator=generator) for _ in range(-(-n // vocab_size))])
    words = order[:n].view(input_ids.shape)
    masked = selected & (fate < 0.8)
    randomised = selected & (fate >= 0.8) & (fate < 0.9)
    out = torch.where(masked, mask_token_id, input_ids)
    return torch.where(randomised, words, out)
