# RIGHT: masked_scatter and masked_select
import torch


def mlm_labels(input_ids, selected):
    empty = torch.tensor(-100).expand(input_ids.shape).clone()
    return empty.masked_scatter(selected, input_ids.masked_select(selected))
