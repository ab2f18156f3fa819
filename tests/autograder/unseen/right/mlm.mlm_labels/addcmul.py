# RIGHT: torch.lerp-free sum: -100 + s * (id + 100)
import torch


def mlm_labels(input_ids, selected):
    base = torch.zeros_like(input_ids) - 100
    return torch.add(base, selected * (input_ids - base))
