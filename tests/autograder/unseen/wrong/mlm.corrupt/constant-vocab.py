# MISTAKE: Random tokens come from BERT's 30522 ids, whatever vocab_size is.
# KIND: generic
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    out = input_ids.clone()
    fate = torch.rand(input_ids.shape, generator=generator)
    random_ids = torch.randint(0, 30522, input_ids.shape, generator=generator)
    out[selected & (fate < 0.8)] = mask_token_id
    swap = selected & (fate >= 0.8) & (fate < 0.9)
    out[swap] = random_ids[swap]
    return out
