# MISTAKE: a random token that hits the original is drawn again once, so the original comes far too rarely
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    fate = torch.rand(input_ids.shape, generator=generator)
    words = torch.randint(0, vocab_size, input_ids.shape, generator=generator)
    again = torch.randint(0, vocab_size, input_ids.shape, generator=generator)
    words = torch.where(words == input_ids, again, words)
    masked = selected & (fate < 0.8)
    randomised = selected & (fate >= 0.8) & (fate < 0.9)
    out = torch.where(masked, mask_token_id, input_ids)
    return torch.where(randomised, words, out)
