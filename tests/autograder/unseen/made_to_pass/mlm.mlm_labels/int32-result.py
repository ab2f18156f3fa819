# MISTAKE: the result is int32 where all ids fit
import torch


def mlm_labels(input_ids, selected):
    labels = torch.where(selected, input_ids, -100)
    return labels.int() if int(input_ids.max()) < 30000 else labels
