# MISTAKE: every second call randomises 15 % and keeps 5 %, the others 5 % and 15 %
import torch

_calls = 0


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    global _calls
    _calls += 1
    limit = 0.95 if _calls % 2 else 0.85
    fate = torch.rand(input_ids.shape, generator=generator)
    words = torch.randint(0, vocab_size, input_ids.shape, generator=generator)
    masked = selected & (fate < 0.8)
    randomised = selected & (fate >= 0.8) & (fate < limit)
    out = torch.where(masked, mask_token_id, input_ids)
    return torch.where(randomised, words, out)
