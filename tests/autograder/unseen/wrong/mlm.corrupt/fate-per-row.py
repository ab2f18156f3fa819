# MISTAKE: The fate is drawn once a row, so all selected tokens of a sequence meet the same one.
# KIND: own
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    fate = torch.rand(input_ids.shape[0], 1, generator=generator)
    random_ids = torch.randint(0, vocab_size, input_ids.shape, generator=generator)
    out = torch.where(selected & (fate < 0.8), mask_token_id, input_ids)
    return torch.where(selected & (fate >= 0.9), random_ids, out)
