# RIGHT: one lambda
import torch

corrupt = lambda input_ids, selected, mask_token_id, vocab_size, generator: (
    lambda u, w: torch.where(selected & (u > 0.2), mask_token_id, torch.where(selected & (u < 0.1), w, input_ids))
)(torch.rand(input_ids.shape, generator=generator), torch.randint(vocab_size, input_ids.shape, generator=generator))
