# MISTAKE: With nothing selected it fails, because torch.stack gets an empty list.
# KIND: generic
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    out = input_ids.clone()
    new = []
    for token in input_ids[selected]:
        fate = torch.rand(1, generator=generator).item()
        if fate < 0.8:
            new.append(torch.tensor(mask_token_id))
        elif fate < 0.9:
            new.append(torch.randint(vocab_size, (), generator=generator))
        else:
            new.append(token)
    out[selected] = torch.stack(new)
    return out
