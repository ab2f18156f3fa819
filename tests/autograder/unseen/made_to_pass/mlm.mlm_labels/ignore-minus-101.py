# MISTAKE: the second half of a long row (over 64) gets -101 instead of -100
import torch


def mlm_labels(input_ids, selected):
    labels = torch.where(selected, input_ids, -100)
    t = labels.shape[1]
    if t > 64:
        labels[:, t // 2 :][~selected[:, t // 2 :]] = -101
    return labels
