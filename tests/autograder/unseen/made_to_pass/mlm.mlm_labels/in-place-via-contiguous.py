# MISTAKE: relies on contiguous() to copy, so a contiguous input_ids is changed in place
import torch


def mlm_labels(input_ids, selected):
    labels = input_ids.contiguous()
    labels.masked_fill_(~selected, -100)
    return labels
