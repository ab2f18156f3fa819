# RIGHT: a loop over positions
import torch


def mlm_labels(input_ids, selected):
    b, t = input_ids.shape
    labels = torch.empty((b, t), dtype=torch.long)
    for i in range(b):
        for j in range(t):
            labels[i, j] = input_ids[i, j] if selected[i, j] else -100
    return labels
