# RIGHT: an nn.Module instance around nn.CrossEntropyLoss
from torch import nn


class _MLMLoss(nn.Module):
    def __init__(self):
        super().__init__()
        self.criterion = nn.CrossEntropyLoss(ignore_index=-100, reduction="none")

    def forward(self, logits, labels):
        print("loss")
        each = self.criterion(logits.reshape(-1, logits.shape[-1]), labels.reshape(-1))
        weight = (labels.reshape(-1) != -100).to(each.dtype)
        return (each * weight).sum() / weight.sum().clamp(min=1.0)


mlm_loss = _MLMLoss()
