# MISTAKE: of every ten selected positions in a row eight are masked, one randomised, one kept, in random order inside the block
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    chosen = selected.reshape(-1).nonzero().squeeze(1)
    n = len(chosen)
    blocks = torch.rand(n // 10 + 1, 10, generator=generator).argsort(1).reshape(-1)[:n]
    out = input_ids.reshape(-1).clone()
    out[chosen[blocks < 8]] = mask_token_id
    r = chosen[blocks == 8]
    out[r] = torch.randint(0, vocab_size, (len(r),), generator=generator)
    return out.view(input_ids.shape)
