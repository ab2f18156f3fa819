# MISTAKE: The labels are packed to the left of each row, as in the masked_lm_ids of the released code, not left at their positions.
# KIND: own
import torch


def mlm_labels(input_ids, selected):
    labels = torch.full_like(input_ids, -100)
    for row in range(input_ids.shape[0]):
        chosen = input_ids[row, selected[row]]
        labels[row, : len(chosen)] = chosen
    return labels
