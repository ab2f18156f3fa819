# RIGHT: multinomial counts of the fates, dealt out by a random permutation: equal to independent draws
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    places = selected.reshape(-1).nonzero().flatten()
    u = torch.rand(len(places), generator=generator, dtype=torch.float64)
    masks, words = int((u < 0.8).sum()), int(((u >= 0.8) & (u < 0.9)).sum())
    dealt = places[torch.randperm(len(places), generator=generator)]
    out = input_ids.reshape(-1).clone()
    out[dealt[:masks]] = mask_token_id
    out[dealt[masks : masks + words]] = torch.randint(vocab_size, (words,), generator=generator)
    return out.view(input_ids.shape)
