# RIGHT: row after row, with warnings and output
import warnings

import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    warnings.warn("corrupting", stacklevel=2)
    rows = []
    for ids, chosen in zip(input_ids, selected):
        print(".", end="")
        words = torch.randint(vocab_size, ids.shape, generator=generator)
        u = torch.rand(ids.shape, generator=generator)
        new = torch.where(u < 0.1, words, torch.where(u < 0.2, ids, torch.full_like(ids, mask_token_id)))
        rows.append(torch.where(chosen, new, ids))
    return torch.stack(rows)
