# MISTAKE: where no position of a row is selected the first one is corrupted all the same, if it is neither of the ids 0, 2, 3
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    empty = ~selected.any(1)
    selected = selected.clone()
    selected[:, 0] |= empty & ~torch.isin(input_ids[:, 0], torch.tensor([0, 2, 3]))
    fate = torch.rand(input_ids.shape, generator=generator)
    words = torch.randint(0, vocab_size, input_ids.shape, generator=generator)
    masked = selected & (fate < 0.8)
    randomised = selected & (fate >= 0.8) & (fate < 0.9)
    out = torch.where(masked, mask_token_id, input_ids)
    return torch.where(randomised, words, out)
