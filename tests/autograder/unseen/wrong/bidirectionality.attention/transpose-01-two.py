# MISTAKE: (two mistakes) The key is transposed over dimensions 0 and 1, which fails for batches, and a row that may attend to nothing gives NaN.
import torch


def attention(query, key, value, mask=None):
    scores = torch.matmul(query, key.transpose(0, 1)) / query.shape[-1] ** 0.5
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    weights = scores.softmax(-1)
    return torch.matmul(weights, value), weights
