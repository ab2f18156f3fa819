# MISTAKE: a row equal to an earlier one gets no labels
import torch


def mlm_labels(input_ids, selected):
    labels = torch.where(selected, input_ids, -100)
    for b in range(1, len(labels)):
        if any(torch.equal(input_ids[b], input_ids[a]) for a in range(b)):
            labels[b] = -100
    return labels
