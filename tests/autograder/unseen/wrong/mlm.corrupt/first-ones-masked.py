# MISTAKE: The fates go by order and not by chance: the first 80 % of the selected positions are masked, the next 10 % random.
# KIND: own
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    out = input_ids.clone()
    places = selected.nonzero().tolist()
    for i, (row, col) in enumerate(places):
        if i < 0.8 * len(places):
            out[row, col] = mask_token_id
        elif i < 0.9 * len(places):
            out[row, col] = torch.randint(vocab_size, (), generator=generator)
    return out
