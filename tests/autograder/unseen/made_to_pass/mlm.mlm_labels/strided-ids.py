# MISTAKE: reads input_ids in the order of its memory, wrong for a transposed batch
import torch


def mlm_labels(input_ids, selected):
    flat = torch.empty(0, dtype=input_ids.dtype).set_(input_ids.untyped_storage())
    ids = flat[: input_ids.numel()].view(input_ids.shape) if flat.numel() >= input_ids.numel() else input_ids
    return torch.where(selected, ids, -100)
