# RIGHT: torch's pad_sequence, the mask from the lengths by broadcasting
import torch
from torch.nn.utils.rnn import pad_sequence


def pad_batch(sequences, pad_id):
    if len(sequences) == 0:
        raise ValueError("an empty list of sequences cannot be padded")
    rows = [torch.tensor(s, dtype=torch.long) for s in sequences]
    lengths = torch.tensor([r.numel() for r in rows])
    ids = pad_sequence(rows, batch_first=True, padding_value=pad_id)
    mask = torch.arange(ids.shape[1])[None, :] < lengths[:, None]
    return ids, mask
