# MISTAKE: Of ten outcomes 0..9, <= 8 masks, which makes 90 % masked, 10 % random and none kept.
# KIND: own
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    out = input_ids.clone()
    fate = torch.randint(0, 10, input_ids.shape, generator=generator)
    random_ids = torch.randint(0, vocab_size, input_ids.shape, generator=generator)
    out[selected & (fate <= 8)] = mask_token_id
    swap = selected & (fate == 9)
    out[swap] = random_ids[swap]
    return out
