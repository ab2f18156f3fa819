# MISTAKE: The random replacement forgets the selection, so a tenth of the unselected tokens changes too.
# KIND: own
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    out = input_ids.clone()
    fate = torch.rand(input_ids.shape, generator=generator)
    random_ids = torch.randint(0, vocab_size, input_ids.shape, generator=generator)
    out[selected & (fate < 0.8)] = mask_token_id
    return torch.where(fate >= 0.9, random_ids, out)
