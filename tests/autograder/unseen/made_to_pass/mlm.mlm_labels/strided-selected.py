# MISTAKE: reads `selected` in the order of its memory, wrong for a transposed or sliced one
import torch


def mlm_labels(input_ids, selected):
    flat = torch.empty(0, dtype=torch.bool).set_(selected.untyped_storage())
    chosen = flat[: selected.numel()].view(selected.shape) if flat.numel() >= selected.numel() else selected
    return torch.where(chosen, input_ids, -100)
