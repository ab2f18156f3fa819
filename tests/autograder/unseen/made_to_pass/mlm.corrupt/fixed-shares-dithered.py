# MISTAKE: the numbers of masked and randomised positions are floor or ceil of the shares (right on average), so fates are not independent
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    chosen = selected.reshape(-1).nonzero().squeeze(1)
    chosen = chosen[torch.randperm(len(chosen), generator=generator)]
    u = float(torch.rand((), generator=generator, dtype=torch.float64))
    m, r = int(0.8 * len(chosen) + u), int(0.9 * len(chosen) + u)
    m, r = min(m, len(chosen)), min(r, len(chosen))
    out = input_ids.reshape(-1).clone()
    out[chosen[:m]] = mask_token_id
    out[chosen[m:r]] = torch.randint(0, vocab_size, (r - m,), generator=generator)
    return out.view(input_ids.shape)
