# RIGHT: Python loops by the row's length
import torch


def next_token_labels(input_ids, attention_mask):
    rows = []
    for ids, real in zip(input_ids.tolist(), attention_mask.tolist()):
        n = sum(real)
        rows.append(ids[1:n] + [-100] * (len(ids) - max(n - 1, 0)))
    return torch.tensor(rows, dtype=torch.long).reshape(input_ids.shape)
