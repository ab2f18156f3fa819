# MISTAKE: One random token is drawn and put at all positions that get a random one.
# KIND: own
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    out = input_ids.clone()
    fate = torch.rand(input_ids.shape, generator=generator)
    token = torch.randint(0, vocab_size, (1,), generator=generator).item()
    out[selected & (fate < 0.8)] = mask_token_id
    out[selected & (fate >= 0.9)] = token
    return out
