# MISTAKE: works on a copy of the generator: two calls in a row give the same answer
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    own = torch.Generator()
    own.set_state(generator.get_state())
    generator = own
    fate = torch.rand(input_ids.shape, generator=generator)
    words = torch.randint(0, vocab_size, input_ids.shape, generator=generator)
    masked = selected & (fate < 0.8)
    randomised = selected & (fate >= 0.8) & (fate < 0.9)
    out = torch.where(masked, mask_token_id, input_ids)
    return torch.where(randomised, words, out)
