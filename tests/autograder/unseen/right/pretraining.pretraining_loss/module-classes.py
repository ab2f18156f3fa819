# RIGHT: nn.CrossEntropyLoss modules over class dimension 1
import torch
from torch import nn


class PretrainingLoss(nn.Module):
    def __init__(self):
        super().__init__()
        self.mlm = nn.CrossEntropyLoss(reduction="none")
        self.nsp = nn.CrossEntropyLoss()

    def forward(self, mlm_logits, mlm_labels, nsp_logits, is_next):
        losses = self.mlm(mlm_logits.movedim(-1, 1), mlm_labels)
        number = torch.count_nonzero(mlm_labels + 100)
        return losses.sum() / number.clamp_min(1) + self.nsp(nsp_logits, 1 - is_next.long())


pretraining_loss = PretrainingLoss()
