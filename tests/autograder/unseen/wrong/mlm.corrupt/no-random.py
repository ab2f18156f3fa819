# MISTAKE: 80 % are masked and the other 20 % stay; none becomes a random token.
# KIND: own
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    out = input_ids.clone()
    fate = torch.rand(input_ids.shape, generator=generator)
    out[selected & (fate < 0.8)] = mask_token_id
    return out
