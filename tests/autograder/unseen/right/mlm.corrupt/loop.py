# RIGHT: a Python loop over the selected positions
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    out = input_ids.clone()
    for b, t in selected.nonzero().tolist():
        u = torch.rand(1, generator=generator).item()
        if u < 0.8:
            out[b, t] = mask_token_id
        elif u < 0.9:
            out[b, t] = torch.randint(vocab_size, (1,), generator=generator).item()
    return out
