# MISTAKE: Every occurrence of a selected token is labelled, also where it was not selected.
# KIND: own
import torch


def mlm_labels(input_ids, selected):
    wanted = torch.isin(input_ids, input_ids[selected])
    return torch.where(wanted, input_ids, -100)
