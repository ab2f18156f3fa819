# MISTAKE: exactly 80 % of the selected positions are masked and exactly 10 % randomised
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    chosen = selected.reshape(-1).nonzero().squeeze(1)
    chosen = chosen[torch.randperm(len(chosen), generator=generator)]
    m, r = round(0.8 * len(chosen)), round(0.9 * len(chosen))
    out = input_ids.reshape(-1).clone()
    out[chosen[:m]] = mask_token_id
    out[chosen[m:r]] = torch.randint(0, vocab_size, (r - m,), generator=generator)
    return out.view(input_ids.shape)
