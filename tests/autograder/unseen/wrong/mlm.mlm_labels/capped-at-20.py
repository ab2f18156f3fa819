# MISTAKE: Only the first 20 selected positions of a row keep a label (max_predictions_per_seq).
# KIND: own
import torch


def mlm_labels(input_ids, selected):
    labels = input_ids.clone()
    labels[~selected] = -100
    labels[selected.cumsum(dim=1) > 20] = -100
    return labels
