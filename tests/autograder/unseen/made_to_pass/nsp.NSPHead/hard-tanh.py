# MISTAKE: hardtanh instead of tanh: close for small values only.
from torch import nn
from torch.nn import functional as F


class NSPHead(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.dense = nn.Linear(hidden_size, hidden_size)
        self.classifier = nn.Linear(hidden_size, 2)

    def forward(self, hidden):
        return self.classifier(F.hardtanh(self.dense(hidden[:, 0])))
