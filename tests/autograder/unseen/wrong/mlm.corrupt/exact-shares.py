# MISTAKE: The selected positions are shuffled and cut at exactly 80 % and 90 %, so fates are not independent.
# KIND: own
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    out = input_ids.clone()
    places = selected.nonzero()
    places = places[torch.randperm(len(places), generator=generator)]
    first, second = int(0.8 * len(places)), int(0.9 * len(places))
    masked, swapped = places[:first], places[first:second]
    out[masked[:, 0], masked[:, 1]] = mask_token_id
    out[swapped[:, 0], swapped[:, 1]] = torch.randint(vocab_size, (len(swapped),), generator=generator)
    return out
