# RIGHT: functools.partial of a general recipe
import functools

import torch


def by_recipe(input_ids, selected, mask_token_id, vocab_size, generator, *, mask, word):
    shape = tuple(input_ids.shape)
    u = torch.rand(shape, generator=generator, dtype=torch.float64)
    words = (torch.rand(shape, generator=generator, dtype=torch.float64) * vocab_size).floor().long()
    fate = torch.bucketize(u, torch.tensor([mask, mask + word], dtype=torch.float64), right=True)
    out = torch.where(fate == 0, mask_token_id, torch.where(fate == 1, words, input_ids))
    return out * selected + input_ids * ~selected


corrupt = functools.partial(by_recipe, mask=0.8, word=0.1)
