# MISTAKE: random tokens run through the vocabulary from a random start: the next randomised position gets the next id
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    fate = torch.rand(input_ids.shape, generator=generator)
    start = torch.randint(0, vocab_size, (), generator=generator)
    words = (start + torch.arange(input_ids.numel()).view(input_ids.shape)) % vocab_size
    masked = selected & (fate < 0.8)
    randomised = selected & (fate >= 0.8) & (fate < 0.9)
    out = torch.where(masked, mask_token_id, input_ids)
    return torch.where(randomised, words, out)
