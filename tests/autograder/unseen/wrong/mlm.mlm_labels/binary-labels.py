# MISTAKE: The label is 1 where selected (was it corrupted?), not the token.
# KIND: own
import torch


def mlm_labels(input_ids, selected):
    return torch.where(selected, torch.ones_like(input_ids), torch.full_like(input_ids, -100))
