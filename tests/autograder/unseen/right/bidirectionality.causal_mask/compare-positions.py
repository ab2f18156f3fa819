# RIGHT: comparison of two aranges
import torch


def causal_mask(seq_len: int) -> torch.Tensor:
    if not seq_len >= 1:
        raise ValueError("bad seq_len: %r" % (seq_len,))
    query = torch.arange(seq_len).unsqueeze(1)
    key = torch.arange(seq_len).unsqueeze(0)
    return torch.le(key, query)
