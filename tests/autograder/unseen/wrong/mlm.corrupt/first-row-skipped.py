# MISTAKE: The loop over the rows starts at 1, so the first sequence is never corrupted.
# KIND: generic
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    out = input_ids.clone()
    for row in range(1, input_ids.shape[0]):
        for col in selected[row].nonzero().flatten().tolist():
            fate = torch.rand((), generator=generator).item()
            if fate < 0.8:
                out[row, col] = mask_token_id
            elif fate < 0.9:
                out[row, col] = torch.randint(vocab_size, (), generator=generator)
    return out
