# MISTAKE: row r gets the random tokens of row 0 moved by r columns
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    fate = torch.rand(input_ids.shape, generator=generator)
    row = torch.randint(0, vocab_size, (input_ids.shape[1],), generator=generator)
    words = torch.stack([row.roll(r) for r in range(len(input_ids))])
    masked = selected & (fate < 0.8)
    randomised = selected & (fate >= 0.8) & (fate < 0.9)
    out = torch.where(masked, mask_token_id, input_ids)
    return torch.where(randomised, words, out)
