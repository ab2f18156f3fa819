# RIGHT: the fate is the argmax of log share plus Gumbel noise
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    waits = torch.empty(*input_ids.shape, 3, dtype=torch.float64).exponential_(generator=generator)
    fate = (torch.tensor([0.1, 0.8, 0.1], dtype=torch.float64).log() - waits.log()).argmax(-1)
    words = torch.randint(0, vocab_size, input_ids.shape, generator=generator)
    out = input_ids.clone()
    out[selected & (fate == 1)] = mask_token_id
    out.copy_(torch.where(selected & (fate == 0), words, out))
    return out
