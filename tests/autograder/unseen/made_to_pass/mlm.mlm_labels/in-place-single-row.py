# MISTAKE: writes into input_ids itself when the batch has a single row
import torch


def mlm_labels(input_ids, selected):
    labels = input_ids if len(input_ids) == 1 else input_ids.clone()
    labels[~selected] = -100
    return labels
