# RIGHT: torch.full, then slices filled in place
import torch


def pad_batch(sequences, pad_id):
    lengths = [len(s) for s in sequences]
    try:
        width = max(lengths)
    except ValueError:
        raise ValueError(f"cannot pad a batch without sequences: {sequences!r}") from None
    input_ids = torch.full((len(lengths), width), pad_id, dtype=torch.int64)
    attention_mask = torch.zeros_like(input_ids, dtype=torch.bool)
    for row, (s, n) in enumerate(zip(sequences, lengths)):
        input_ids[row, :n] = torch.tensor(s, dtype=torch.int64)
        attention_mask[row, :n] = True
    return input_ids, attention_mask
