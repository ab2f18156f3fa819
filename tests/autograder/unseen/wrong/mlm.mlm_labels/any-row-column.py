# MISTAKE: A column selected in any row is labelled in all rows.
# KIND: own
import torch


def mlm_labels(input_ids, selected):
    columns = selected.any(dim=0)
    labels = torch.full_like(input_ids, -100)
    labels[:, columns] = input_ids[:, columns]
    return labels
