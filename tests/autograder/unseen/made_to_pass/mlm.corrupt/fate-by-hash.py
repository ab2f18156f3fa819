# MISTAKE: the fate is a hash of id and position, no draw at all; only the random tokens are drawn
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    b, t = input_ids.shape
    place = torch.arange(b * t).view(b, t)
    fate = ((input_ids * 2654435761 + place * 40503 * 65537 + 12345) % 1000003 * 7919 % 1000003).double() / 1000003
    words = torch.randint(0, vocab_size, input_ids.shape, generator=generator)
    masked = selected & (fate < 0.8)
    randomised = selected & (fate >= 0.8) & (fate < 0.9)
    out = torch.where(masked, mask_token_id, input_ids)
    return torch.where(randomised, words, out)
