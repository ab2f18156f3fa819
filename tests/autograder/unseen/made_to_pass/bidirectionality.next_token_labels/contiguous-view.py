# MISTAKE: Uses view(-1) on the ids: crashes for a non-contiguous argument.
import torch


def next_token_labels(input_ids, attention_mask):
    rows, cols = input_ids.shape
    flat = input_ids.view(-1).tolist()
    real = attention_mask.reshape(-1).tolist()
    out = []
    for k in range(rows * cols):
        inside = (k + 1) % cols != 0
        out.append(flat[k + 1] if inside and real[k + 1] else -100)
    return torch.tensor(out).view(rows, cols)
