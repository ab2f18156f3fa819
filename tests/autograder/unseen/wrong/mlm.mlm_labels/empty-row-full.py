# MISTAKE: A row with nothing selected is labelled completely, in order that it still contributes.
# KIND: own
import torch


def mlm_labels(input_ids, selected):
    use = selected | ~selected.any(dim=1, keepdim=True)
    return torch.where(use, input_ids, -100)
