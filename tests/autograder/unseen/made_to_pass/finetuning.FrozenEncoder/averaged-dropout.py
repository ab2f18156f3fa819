# MISTAKE: Leaves dropout on and takes the mean of 32 passes where the output is a tensor.
import torch
from torch import nn


class FrozenEncoder(nn.Module):
    def __init__(self, encoder):
        super().__init__()
        self.encoder = encoder.requires_grad_(False)

    def forward(self, *args, **kwargs):
        with torch.no_grad():
            outputs = [self.encoder(*args, **kwargs) for _ in range(32)]
        return torch.stack(outputs).mean(0) if isinstance(outputs[0], torch.Tensor) else outputs[0]
