# MISTAKE: of several selected copies of a token in a row only the first gets a label
import torch


def mlm_labels(input_ids, selected):
    labels = torch.where(selected, input_ids, -100)
    for b in range(labels.shape[0]):
        seen = set()
        for t in range(labels.shape[1]):
            value = int(labels[b, t])
            if value in seen:
                labels[b, t] = -100
            elif value != -100:
                seen.add(value)
    return labels
