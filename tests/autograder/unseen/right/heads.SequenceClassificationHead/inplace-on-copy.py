# RIGHT: dropout in place, on a copy
from torch import nn


class SequenceClassificationHead(nn.Module):
    def __init__(self, hidden_size, num_labels, dropout=0.1):
        super().__init__()
        self.dropout = nn.Dropout(dropout, inplace=True)
        self.classifier = nn.Linear(hidden_size, num_labels)

    def forward(self, hidden):
        return self.classifier(self.dropout(hidden[:, 0].clone()))
