# RIGHT: lengths against positions, gather of the next column
import torch


def next_token_labels(input_ids, attention_mask):
    t = input_ids.shape[1]
    position = torch.arange(t)
    length = attention_mask.long().sum(dim=1, keepdim=True)
    nxt = input_ids.index_select(1, (position + 1).clamp(max=t - 1))
    return nxt * (position < length - 1) - 100 * (position >= length - 1).long()
